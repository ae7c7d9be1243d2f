// Houses by how many points they gain or lose: orange and blue, which all eyes tell apart, and the larger the more.

import L from 'festivity/leaflet.js';
import { makeMap } from 'festivity/map/festive-map.js';

const MORE = '#ffb454';
const LESS = '#5f9bff';
const SMALLEST_PX = 4;
const LARGEST_PX = 14;
const LARGEST_AT_POINTS = 20;
const DEEPEST_FIT = 17;

export function showDifferences(element) {
  if (!element) return;
  const setup = JSON.parse(document.getElementById('map-setup').textContent);
  const places = JSON.parse(document.getElementById('differences').textContent);
  const renderer = L.canvas({ padding: 0.3, tolerance: 6 });
  const map = makeMap(element, { ...setup, renderer }, { scrollWheelZoom: false });
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  const marks = places.map((place) => markOf(place, renderer, element.dataset.words));
  const shown = L.featureGroup(marks).addTo(map);
  map.fitBounds(shown.getBounds(), { padding: [30, 30], maxZoom: DEEPEST_FIT, animate: false });
  element.dataset.drawn = String(marks.length);
}

function markOf([lon, lat, change, house], renderer, words) {
  const radius = radiusOf(change);
  const mark = L.circleMarker([lat, lon], {
    renderer, radius, color: '#080c16', weight: 1, fillColor: change > 0 ? MORE : LESS, fillOpacity: 0.85,
  });
  mark.bindTooltip(`${change > 0 ? '+' : ''}${change.toLocaleString()} ${words}`);
  return mark.on('click', () => window.location.assign(`/houses/${house}/`));
}

/** Area grows with the change, up to 20 points. */
export function radiusOf(change) {
  const share = Math.min(1, Math.abs(change) / LARGEST_AT_POINTS);
  return SMALLEST_PX + (LARGEST_PX - SMALLEST_PX) * Math.sqrt(share);
}
