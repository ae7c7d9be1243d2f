// The houses of a search on a small map, each with its number on the list.

import L from 'festivity/leaflet.js';
import { makeMap } from 'festivity/map/festive-map.js';

const MARK_PX = 28;
const DEEPEST_FIT = 17;

export function showFound() {
  const element = document.getElementById('found-map');
  if (!element || element.dataset.drawn) return;
  element.dataset.drawn = 'true';
  const setup = JSON.parse(document.getElementById('map-setup').textContent);
  const map = makeMap(element, setup, { scrollWheelZoom: false });
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  const marks = [...document.querySelectorAll('#found [data-number]')].reverse().map(numberMark);
  const shown = L.featureGroup(marks).addTo(map);
  map.fitBounds(shown.getBounds(), { padding: [36, 36], maxZoom: DEEPEST_FIT, animate: false });
}

/** The mark of a row with its number; a click on it opens the house. */
export function numberMark(row) {
  const { number, lon, lat, page } = row.dataset;
  const icon = L.divIcon({ html: number, className: 'found-number', iconSize: [MARK_PX, MARK_PX] });
  const name = row.querySelector('.house-name').textContent.trim();
  const mark = L.marker([Number(lat), Number(lon)], { icon, title: `${number}: ${name}`, zIndexOffset: -100 * Number(number) });
  return mark.on('click', () => window.location.assign(page));
}
