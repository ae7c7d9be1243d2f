// The page of a tour: other orders are shown without loading the page again, and written to its address.

import { say } from 'festivity/notice.js';
import { requestPart } from 'festivity/request.js';
import { sentence } from 'festivity/texts.js';
import { watchDrag } from 'festivity/tour/drag.js';
import { keepTour, readTour, sameHouses, tourQuery } from 'festivity/tour/kept.js';
import { addressOf, startingAt, stopsOf } from 'festivity/tour/address.js';
import { showRoute } from 'festivity/tour/route-map.js';

export class Plan {
  constructor(place) {
    this.place = place;
    this.mine = sameHouses(stopsOf(window.location.search), readTour());
    place.addEventListener('click', (event) => this.press(event));
    watchDrag(place, (order, moved) => this.goTo(addressOf(window.location.href, order), { moved }));
    window.addEventListener('popstate', () => this.load(window.location.href));
    this.enliven();
  }

  /** The houses that the page shows, in their order. */
  stops() {
    return this.place.querySelector('#stops')?.dataset.stops.split(',') ?? [];
  }

  press(event) {
    const pressed = event.target.closest('[data-go], [data-from-here], [data-copy], [data-print], [data-keep] button');
    if (!pressed || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (pressed.matches('[data-go]')) this.goTo(pressed.href, { go: pressed.dataset.go, moved: pressed.closest('li')?.dataset.house });
    else if (pressed.matches('[data-from-here]')) this.startHere(pressed);
    else if (pressed.matches('[data-copy]')) this.copy();
    else if (pressed.matches('[data-print]')) window.print();
    else this.makeMine();
  }

  /** Shows the tour of another address as a step that the back button takes back. */
  async goTo(address, { go = '', moved = '' } = {}) {
    const next = this.place.querySelector(`[data-house="${moved}"]`)?.nextElementSibling?.dataset.house;
    if (!await this.load(address)) return;
    history.pushState(null, '', address);
    const row = this.place.querySelector(`[data-house="${go === 'remove' ? next : moved}"]`);
    const at = row?.querySelector(`[data-go="${go}"]`) ?? row?.querySelector('[data-go]') ?? this.place.querySelector('h1');
    at.focus({ preventScroll: Boolean(row) });
    if (row && go !== 'remove') say(sentence('tourMoved').replace('{}', row.dataset.number));
  }

  async load(address) {
    try {
      const html = await requestPart(address);
      this.map?.remove();
      this.place.innerHTML = html;
    } catch (error) {
      say(error.message);
      this.settle();
      return false;
    }
    this.enliven();
    return true;
  }

  /** What was dragged and could not be shown goes back. */
  settle() {
    const list = this.place.querySelector('#stops');
    this.stops().forEach((house) => list.append(list.querySelector(`[data-house="${house}"]`)));
  }

  enliven() {
    if (this.mine) keepTour(this.stops());
    this.place.querySelectorAll('[data-copy], [data-print], [data-from-here]').forEach((button) => { button.hidden = false; });
    this.place.querySelector('[data-keep]')?.toggleAttribute('hidden', this.mine);
    this.place.classList.add('is-live');
    const map = this.place.querySelector('#tour-map');
    this.map = map && showRoute(map);
  }

  makeMine() {
    this.mine = true;
    keepTour(this.stops());
    this.place.querySelector('[data-keep]').hidden = true;
    this.place.querySelector('h1').focus();
    say(sentence('tourMadeMine'));
  }

  startHere(button) {
    button.disabled = true;
    const found = async ({ coords }) => {
      await this.goTo(startingAt(window.location.href, coords));
      button.disabled = false;
    };
    const failed = () => { button.disabled = false; say(sentence('noPosition')); };
    navigator.geolocation.getCurrentPosition(found, failed, { timeout: 20_000, maximumAge: 60_000 });
  }

  async copy() {
    const address = this.place.querySelector('#tour-address');
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
      say(sentence('copied'));
    } catch {
      say(sentence('notCopied'));
    }
  }
}

/** The page without stops shows the tour that is kept, if there is one. */
export function openKept() {
  const kept = readTour();
  if (stopsOf(window.location.search).length || !kept.length) return false;
  window.location.replace(window.location.pathname + tourQuery(kept));
  return true;
}
