// A Leaflet map with the site's base under it. Used by the map page, the house page and the drive page.

import L from 'festivity/leaflet.js';
import { BaseLayer } from 'festivity/map/base-layer.js';
import { TileSource } from 'festivity/map/tile-source.js';

export const DEEPEST_ZOOM = 19;
const DEEPEST_TILE = 16;
const DEEPEST_NEIGHBOURHOODS = 14;
const DEEPEST_HEAT = 18;
const STILL = { zoomAnimation: false, markerZoomAnimation: false, inertia: false };

export function makeMap(element, { credit, own_base: ownBase }, options = {}) {
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches ? STILL : {};
  const map = L.map(element, { maxZoom: DEEPEST_ZOOM, minZoom: 2, zoomControl: false, worldCopyJump: true, fadeAnimation: false, ...still, ...options });
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

/** The houses of a season ("" for the latest). */
export function houseSource(season = '') {
  return new TileSource(`/tiles/houses/{z}/{x}/{y}.mvt${askedFor(season)}`, DEEPEST_TILE);
}

export function neighbourhoodSource(season = '') {
  return new TileSource(`/tiles/neighbourhoods/{z}/{x}/{y}.mvt${askedFor(season)}`, DEEPEST_NEIGHBOURHOODS);
}

export function heatUrl(season = '') {
  return `/tiles/heat/{z}/{x}/{y}.png${askedFor(season)}`;
}

export function heatLayer(season = '') {
  const size = { tileSize: 512, zoomOffset: -1, minZoom: 1, maxNativeZoom: DEEPEST_HEAT + 1, maxZoom: DEEPEST_ZOOM };
  return L.tileLayer(heatUrl(season), { ...size, className: 'heat-tile', updateWhenZooming: false });
}

export function addScale(map) {
  const imperial = document.documentElement.dataset.units === 'imperial';
  L.control.scale({ position: 'bottomright', imperial, metric: !imperial, maxWidth: 90, updateWhenIdle: true }).addTo(map);
}

export function askedFor(season) {
  return season && `?season=${encodeURIComponent(season)}`;
}

export function boundsOf([west, south, east, north]) {
  return [[south, west], [north, east]];
}

function escapeText(text) {
  const place = document.createElement('span');
  place.textContent = text ?? '';
  return place.innerHTML;
}
