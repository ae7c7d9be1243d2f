// The stops of a tour on a map: numbered, with the way from each to the next.

import L from 'festivity/leaflet.js';
import { makeMap } from 'festivity/map/festive-map.js';
import { numberMark } from 'festivity/map/found-map.js';

const DEEPEST_FIT = 17;
const AMBER = '#ffb454';
const NIGHT = '#080c16';
const BLUE = '#5b9dff';

export function showRoute(element) {
  const setup = JSON.parse(document.getElementById('map-setup').textContent);
  const map = makeMap(element, setup, { scrollWheelZoom: false });
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  const rows = [...document.querySelectorAll('#stops [data-number]')];
  const start = document.querySelector('[data-start]');
  const lines = JSON.parse(document.getElementById('tour-lines').textContent);
  const under = L.polyline(lines, { color: NIGHT, weight: 7, opacity: 0.7, interactive: false });
  const way = L.polyline(lines, { color: AMBER, weight: 3.5, opacity: 0.9, interactive: false });
  const shown = L.featureGroup([under, way, ...rows.toReversed().map(numberMark)]).addTo(map);
  if (start) shown.addLayer(startMark(placeOf(start)));
  map.fitBounds(shown.getBounds(), { padding: [36, 36], maxZoom: DEEPEST_FIT, animate: false });
  return map;
}

export function startMark(place) {
  return L.circleMarker(place, { radius: 8, color: '#ffffff', weight: 2, fillColor: BLUE, fillOpacity: 1, interactive: false });
}

function placeOf({ dataset }) {
  return [Number(dataset.lat), Number(dataset.lon)];
}
