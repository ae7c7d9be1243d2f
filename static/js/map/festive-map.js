// A Leaflet map with the site's base under it. Used by the map page, the house page and the drive page.

import L from 'festivity/leaflet.js';
import { BaseLayer } from 'festivity/map/base-layer.js';
import { TileSource } from 'festivity/map/tile-source.js';

export const DEEPEST_ZOOM = 19;
const DEEPEST_TILE = 16;

export function makeMap(element, { credit, own_base: ownBase }, options = {}) {
  const map = L.map(element, { maxZoom: DEEPEST_ZOOM, minZoom: 2, zoomControl: false, worldCopyJump: true, ...options });
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  addBase(map, credit, ownBase);
  return map;
}

function addBase(map, credit, ownBase) {
  if (ownBase?.url) {
    L.tileLayer(ownBase.url, { attribution: escapeText(ownBase.credit), maxZoom: DEEPEST_ZOOM, className: 'own-base' }).addTo(map);
    return;
  }
  const source = new TileSource('/tiles/base/{z}/{x}/{y}.mvt', DEEPEST_TILE);
  map.addLayer(new BaseLayer(source, { attribution: escapeText(credit) }));
}

export function houseSource() {
  return new TileSource('/tiles/houses/{z}/{x}/{y}.mvt', DEEPEST_TILE);
}

export function boundsOf([west, south, east, north]) {
  return [[south, west], [north, east]];
}

function escapeText(text) {
  const place = document.createElement('span');
  place.textContent = text ?? '';
  return place.innerHTML;
}
