// "A tour from here": the start by the device's position, by a press on the map, or by a name that is suggested as one types.

import L from 'festivity/leaflet.js';
import { boundsOf, heatLayer, makeMap } from 'festivity/map/festive-map.js';
import { say } from 'festivity/notice.js';
import { requestJson } from 'festivity/request.js';
import { sentence } from 'festivity/texts.js';
import { saidPlace } from 'festivity/tour/address.js';
import { startMark } from 'festivity/tour/route-map.js';

const WAIT_MS = 180;
const SHORTEST = 2;
const NEAR_ZOOM = 15;

export class Start {
  constructor(page) {
    this.form = page.querySelector('#from-here');
    this.from = this.form.elements.namedItem('from');
    this.words = this.form.elements.namedItem('place');
    this.chosen = page.querySelector('[data-chosen]');
    page.querySelectorAll('[data-live]').forEach((part) => { part.hidden = false; });
    this.map = this.showMap(page.querySelector('#start-map'));
    page.querySelector('[data-here]').addEventListener('click', ({ currentTarget }) => this.locate(currentTarget));
    page.querySelector('[data-forget]').addEventListener('click', () => this.forget());
    page.querySelectorAll('[data-minutes]').forEach((button) => button.addEventListener('click', () => {
      this.form.elements.namedItem('minutes').value = button.dataset.minutes;
    }));
    this.words.addEventListener('input', () => { this.forget(false); this.suggestSoon(); });
    this.form.elements.namedItem('in')?.addEventListener('change', () => this.forget(false));
    if (this.from.value) this.mark(this.from.value.split(',').map(Number));
  }

  showMap(element) {
    const setup = JSON.parse(document.getElementById('map-setup').textContent);
    const map = makeMap(element, setup);
    L.control.zoom({ position: 'bottomright' }).addTo(map);
    map.addLayer(heatLayer());
    map.fitBounds(boundsOf(setup.bounds), { maxZoom: NEAR_ZOOM, animate: false });
    map.on('click', ({ latlng }) => this.choose({ latitude: latlng.lat, longitude: latlng.lng }, sentence('startOnMap')));
    return map;
  }

  locate(button) {
    button.disabled = true;
    const found = ({ coords }) => {
      button.disabled = false;
      this.choose(coords, sentence('startHere'));
      this.map.setView([coords.latitude, coords.longitude], NEAR_ZOOM);
    };
    const failed = () => { button.disabled = false; say(sentence('noPosition')); };
    navigator.geolocation.getCurrentPosition(found, failed, { timeout: 20_000, maximumAge: 60_000 });
  }

  choose(position, words) {
    this.from.value = saidPlace(position);
    this.words.value = '';
    const within = this.form.elements.namedItem('in');
    if (within) within.value = '';
    this.chosen.hidden = false;
    this.chosen.querySelector('[data-chosen-words]').textContent = words;
    this.mark([position.latitude, position.longitude]);
  }

  mark(place) {
    this.marked?.remove();
    this.marked = startMark(place).addTo(this.map);
  }

  forget(all = true) {
    this.from.value = '';
    this.chosen.hidden = true;
    this.marked?.remove();
    if (all) this.words.focus();
  }

  suggestSoon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.suggest(), WAIT_MS);
  }

  async suggest() {
    const words = this.words.value.trim();
    if (words.length < SHORTEST) return;
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const { places } = await requestJson(`${this.words.dataset.places}?${new URLSearchParams({ q: words })}`, { signal: this.asked.signal });
      this.words.list.replaceChildren(...places.map(optionOf));
    } catch (error) {
      if (error.name !== 'AbortError') say(error.message);
    }
  }
}

function optionOf({ name, kind, where }) {
  const option = document.createElement('option');
  option.value = name;
  option.label = [kind, where].filter(Boolean).join(' · ');
  return option;
}
