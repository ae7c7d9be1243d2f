// The stops of a tour on a map: numbered, with straight lines from each to the next.

import L from 'festivity/leaflet.js';
import { makeMap } from 'festivity/map/festive-map.js';
import { numberMark } from 'festivity/map/found-map.js';

const DEEPEST_FIT = 17;
const AMBER = '#ffb454';
const BLUE = '#5b9dff';

export function showRoute(element) {
  const setup = JSON.parse(document.getElementById('map-setup').textContent);
  const map = makeMap(element, setup, { scrollWheelZoom: false });
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  const rows = [...document.querySelectorAll('#stops [data-number]')];
  const start = document.querySelector('[data-start]');
  const line = L.polyline([...(start ? [start] : []), ...rows].map(placeOf), { color: AMBER, weight: 3, opacity: 0.75, dashArray: '2 7', interactive: false });
  const shown = L.featureGroup([line, ...rows.toReversed().map(numberMark)]).addTo(map);
  if (start) shown.addLayer(L.circleMarker(placeOf(start), { radius: 8, color: '#ffffff', weight: 2, fillColor: BLUE, fillOpacity: 1, interactive: false }));
  map.fitBounds(shown.getBounds(), { padding: [36, 36], maxZoom: DEEPEST_FIT, animate: false });
  return map;
}

function placeOf({ dataset }) {
  return [Number(dataset.lat), Number(dataset.lon)];
}
