// The list beside the map, in step with the view: the site renders it, for the first page and for every other.

import { say } from 'festivity/notice.js';
import { requestPart } from 'festivity/request.js';

const WAIT_MS = 200;

export class HouseList {
  constructor(place, count, { onChoose, onPoint, onCounts }) {
    this.place = place;
    this.onCounts = onCounts;
    this.count = count;
    place.addEventListener('click', (event) => this.choose(event, onChoose));
    for (const name of ['pointerover', 'focusin']) {
      place.addEventListener(name, (event) => onPoint(rowOf(event)?.dataset.house ?? null));
    }
    for (const name of ['pointerleave', 'focusout']) place.addEventListener(name, () => onPoint(null));
  }

  choose(event, onChoose) {
    const row = rowOf(event);
    if (!row || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onChoose(row.dataset.house, [Number(row.dataset.lat), Number(row.dataset.lon)]);
  }

  /** Asks for the houses of `bounds` that pass the filters; the last question asked is the one that counts. */
  follow(bounds, filters) {
    clearTimeout(this.waiting);
    const asked = new URLSearchParams(filters);
    asked.set('bbox', bboxOf(bounds));
    this.waiting = setTimeout(() => this.refresh(asked), WAIT_MS);
  }

  async refresh(asked) {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      this.put(await requestPart(`${this.place.dataset.url}?${asked}`, { signal: this.asked.signal }));
    } catch (error) {
      if (error.name !== 'AbortError') say(error.message);
    }
  }

  put(html) {
    const focused = this.place.contains(document.activeElement) ? rowOf({ target: document.activeElement })?.dataset.house : null;
    this.place.innerHTML = html;
    const { total: found, ...counts } = this.place.querySelector('[data-total]').dataset;
    const total = Number(found);
    this.onCounts(counts);
    this.count.textContent = total === 1 ? this.count.dataset.one : this.count.dataset.many.replace('{}', total.toLocaleString(document.documentElement.lang));
    if (focused) this.focus(focused);
  }

  /** Back to the row of a house, or to its list where it is no longer in view. */
  focus(house) {
    const row = this.place.querySelector(`[data-house="${house}"] a`) ?? document.getElementById('sheet-title');
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  }

  light(house) {
    this.place.querySelectorAll('.house').forEach((row) => row.classList.toggle('is-lit', row.dataset.house === house));
  }
}

function rowOf(event) {
  return event.target.closest('.house');
}

export function bboxOf(bounds) {
  const clamp = (number, limit) => Math.max(-limit, Math.min(limit, number)).toFixed(6);
  return [clamp(bounds.getWest(), 180), clamp(bounds.getSouth(), 90), clamp(bounds.getEast(), 180), clamp(bounds.getNorth(), 90)].join(',');
}
