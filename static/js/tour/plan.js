// The page of a tour: other orders are shown without loading the page again, and written to its address.

import { say } from 'festivity/notice.js';
import { requestPart } from 'festivity/request.js';
import { sentence } from 'festivity/texts.js';
import { watchDrag } from 'festivity/tour/drag.js';
import { keepTour, readTour, sameHouses, tourQuery } from 'festivity/tour/kept.js';
import { addressOf, askedBy, startingAt, stopsOf } from 'festivity/tour/address.js';
import { Keeping } from 'festivity/tour/keeping.js';
import { showRoute } from 'festivity/tour/route-map.js';

const PRESSED = '[data-go], [data-from-here], [data-copy], [data-print], [data-keep] button';

export class Plan {
  constructor(page) {
    this.page = page;
    this.place = page.querySelector('[data-plan]');
    this.turn = 0;
    this.mine = sameHouses(this.stops(), readTour()) || (this.planned() && !readTour().length);
    this.keeping = new Keeping(page.dataset.worker, this.place);
    this.place.addEventListener('click', (event) => this.press(event));
    this.place.addEventListener('change', ({ target }) => {
      const form = target.closest('[data-settings]');
      if (form) this.goTo(askedBy(form), { field: target.name });
    });
    this.place.addEventListener('submit', (event) => {
      if (!event.target.matches('[data-settings]')) return;
      event.preventDefault();
      this.goTo(askedBy(event.target));
    });
    watchDrag(this.place, (order, moved) => this.goTo(addressOf(this.address(), order), { moved }));
    window.addEventListener('popstate', () => this.load(window.location.href));
    this.enliven();
  }

  /** The houses that the page shows, in their order. */
  stops() {
    return this.place.querySelector('#stops')?.dataset.stops.split(',') ?? [];
  }

  /** Whether this is what a question for so many minutes was answered with. */
  planned() {
    return new URLSearchParams(window.location.search).has('minutes');
  }

  /** The address of what is shown, also where a short link led to it. */
  address() {
    return `${new URL(this.page.dataset.address, window.location.href).href}?${this.place.querySelector('#stops').dataset.query}`;
  }

  press(event) {
    const pressed = event.target.closest(PRESSED);
    if (!pressed || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { go, adds } = pressed.dataset;
    if (go !== undefined) this.goTo(pressed.href, { go, moved: adds ?? pressed.closest('li')?.dataset.house });
    else if (pressed.matches('[data-from-here]')) this.startHere(pressed);
    else if (pressed.matches('[data-copy]')) this.copy();
    else if (pressed.matches('[data-print]')) window.print();
    else this.makeMine();
  }

  /** Shows the tour of another address as a step that the back button takes back. */
  async goTo(address, { go = '', moved = '', field = '' } = {}) {
    const next = this.place.querySelector(`#stops [data-house="${moved}"]`)?.nextElementSibling?.dataset.house;
    if (!await this.load(address, () => history.pushState(null, '', address))) return;
    const row = this.place.querySelector(`#stops [data-house="${go === 'remove' ? next : moved}"]`);
    const at = row?.querySelector(`[data-go="${go}"]`) ?? row?.querySelector('[data-go]')
      ?? (field && this.place.querySelector(`[data-settings] [name="${field}"]`)) ?? this.place.querySelector('h1');
    (at || this.place.querySelector('h1')).focus({ preventScroll: Boolean(row || field) });
    if (row && go !== 'remove') say(sentence('tourMoved').replace('{}', row.dataset.number));
  }

  /** Whether it is shown; of several that were asked for, only the last one is. */
  async load(address, arrived = () => {}) {
    this.turn += 1;
    const turn = this.turn;
    try {
      const html = await requestPart(address);
      if (turn !== this.turn) return false;
      this.map?.remove();
      arrived();
      this.place.innerHTML = html;
    } catch (error) {
      if (turn !== this.turn) return false;
      say(error.message);
      this.settle();
      return false;
    }
    this.enliven();
    this.keeping.changed();
    return true;
  }

  /** What was dragged or chosen and could not be shown goes back. */
  settle() {
    const list = this.place.querySelector('#stops');
    if (!list) return;
    this.stops().forEach((house) => list.append(list.querySelector(`[data-house="${house}"]`)));
    this.place.querySelector('[data-settings]')?.reset();
  }

  enliven() {
    if (this.mine) keepTour(this.stops());
    this.place.querySelectorAll('[data-copy], [data-print], [data-from-here]').forEach((button) => { button.hidden = false; });
    this.place.querySelectorAll('[data-apply]').forEach((button) => { button.hidden = true; });
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
      await this.goTo(startingAt(this.address(), coords));
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
export function openKept(page) {
  const kept = readTour();
  const asked = stopsOf(window.location.search).length || window.location.pathname !== page.dataset.address;
  if (asked || !kept.length) return false;
  window.location.replace(window.location.pathname + tourQuery(kept));
  return true;
}
