// The lines of a board on a small map, each with its rank; a stretch of street is drawn as such.

import L from 'festivity/leaflet.js';
import { makeMap } from 'festivity/map/festive-map.js';
import { numberMark } from 'festivity/map/found-map.js';

const DEEPEST_FIT = 17;
const TOWN_M = 20_000;
const AMBER = '#ffb454';
const STRETCH = { color: AMBER, weight: 7, opacity: 0.85, lineCap: 'round', interactive: false };

/** What lies around the first of the list: a board may hold two towns, and a map of both would show neither. */
function townOf(marks) {
  const best = marks.at(-1).getLatLng();
  return L.latLngBounds(marks.map((mark) => mark.getLatLng()).filter((place) => place.distanceTo(best) < TOWN_M));
}

export function showBoard(element) {
  if (!element) return;
  const setup = JSON.parse(document.getElementById('map-setup').textContent);
  const map = makeMap(element, setup, { scrollWheelZoom: false });
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  const rows = [...document.querySelectorAll('#rows [data-number]')].reverse();
  const shapes = rows.filter(({ dataset }) => dataset.shape).map(({ dataset }) => L.geoJSON(JSON.parse(dataset.shape), { style: STRETCH }));
  const marks = rows.map(numberMark);
  L.featureGroup([...shapes, ...marks]).addTo(map);
  map.fitBounds(townOf(marks), { padding: [18, 18], maxZoom: DEEPEST_FIT, animate: false });
}
