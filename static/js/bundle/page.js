// Wires the page of a bundle: the map out of the archives beside it, in step with the list.

import { ArchiveSource, openArchive } from 'festivity/bundle/archive-source.js';
import { HeatLayer } from 'festivity/bundle/heat-layer.js';
import L from 'festivity/leaflet.js';
import { BaseLayer } from 'festivity/map/base-layer.js';
import { HouseLayer } from 'festivity/map/house-layer.js';

const DEEPEST_ZOOM = 19;

const place = document.getElementById('map');
place.hidden = false;
const setup = JSON.parse(document.getElementById('setup').textContent);
const rows = new Map([...document.querySelectorAll('[data-house]')].map((row) => [row.dataset.house, row]));
const places = openArchive(setup.map);
const source = new ArchiveSource(places, setup.max_zoom);
const map = L.map(place, { maxZoom: DEEPEST_ZOOM, minZoom: 2, zoomControl: false });
map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
const credit = document.createElement('span');
credit.textContent = setup.credit;
const houses = new HouseLayer(source, { stops: setup.stops, onChoose: choose });
const heat = new HeatLayer(openArchive(setup.heat), { maxNativeZoom: setup.max_zoom, maxZoom: DEEPEST_ZOOM, opacity: 0.9 });

L.control.zoom({ position: 'bottomright' }).addTo(map);
const [west, south, east, north] = setup.bounds;
map.fitBounds([[south, west], [north, east]], { padding: [30, 30], maxZoom: 17 });
map.addLayer(new BaseLayer(source, { attribution: credit.innerHTML })).addLayer(heat).addLayer(houses);

document.getElementById('houses').addEventListener('click', ({ target }) => {
  const row = target.closest('[data-house]');
  if (row && target.closest('button')) {
    map.setView([Number(row.dataset.lat), Number(row.dataset.lon)], Math.max(map.getZoom(), 17));
    choose(row.dataset.house);
    place.scrollIntoView({ block: 'nearest' });
  }
});

function choose(house) {
  houses.light(house);
  document.querySelector('[aria-current]')?.removeAttribute('aria-current');
  const row = rows.get(house);
  row?.setAttribute('aria-current', 'true');
  row?.scrollIntoView({ block: 'nearest' });
}
