// The lines of a board on a small map, each with its rank; a stretch of street is drawn as such.

import L from 'festivity/leaflet.js';
import { makeMap } from 'festivity/map/festive-map.js';
import { numberMark } from 'festivity/map/found-map.js';

const DEEPEST_FIT = 17;
const AMBER = '#ffb454';
const STRETCH = { color: AMBER, weight: 7, opacity: 0.85, lineCap: 'round', interactive: false };

export function showBoard(element) {
  if (!element) return;
  const setup = JSON.parse(document.getElementById('map-setup').textContent);
  const map = makeMap(element, setup, { scrollWheelZoom: false });
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  const rows = [...document.querySelectorAll('#rows [data-number]')].reverse();
  const shapes = rows.filter(({ dataset }) => dataset.shape).map(({ dataset }) => L.geoJSON(JSON.parse(dataset.shape), { style: STRETCH }));
  const shown = L.featureGroup([...shapes, ...rows.map(numberMark)]).addTo(map);
  map.fitBounds(shown.getBounds(), { padding: [18, 18], maxZoom: DEEPEST_FIT, animate: false });
}
