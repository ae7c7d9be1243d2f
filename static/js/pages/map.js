// Wires the map page.

import L from 'festivity/leaflet.js';
import { DEEPEST_ZOOM, boundsOf, houseSource, makeMap } from 'festivity/map/festive-map.js';
import { HouseCard } from 'festivity/map/house-card.js';
import { HouseLayer } from 'festivity/map/house-layer.js';
import { HouseList } from 'festivity/map/house-list.js';
import { watchNearMe } from 'festivity/map/near-me.js';
import { formatPlace, parsePlace } from 'festivity/map/place.js';
import { Sheet } from 'festivity/map/sheet.js';
import { watchShots } from 'festivity/shots.js';
import { watchVotes } from 'festivity/votes.js';

const HEAT_TILES = '/tiles/heat/{z}/{x}/{y}.png';
const DEEPEST_HEAT = 18;

const setup = JSON.parse(document.getElementById('map-setup').textContent);
const listPlace = document.getElementById('list');
const map = makeMap('map', setup);
L.control.zoom({ position: 'bottomright' }).addTo(map);

const heat = L.tileLayer(HEAT_TILES, { maxNativeZoom: DEEPEST_HEAT, maxZoom: DEEPEST_ZOOM, className: 'heat-tile', opacity: 0.9 });
const houses = new HouseLayer(houseSource(), { stops: setup.stops, onChoose: (house, place) => card.open(house, place) });
const sheet = new Sheet(document.getElementById('sheet'));
const list = new HouseList(listPlace, document.getElementById('in-view-count'), {
  onChoose: (house, place) => card.open(house, place),
  onPoint: (house) => houses.light(house ?? card.house ?? null),
});
const card = new HouseCard(map, sheet, document.getElementById('card-place'), {
  url: listPlace.dataset.cardUrl,
  onOpen: (house) => mark(house),
  onClose: (house) => { mark(null); list.focus(house); },
});

start();

function start() {
  const asked = parsePlace(window.location.hash);
  if (asked) map.setView([asked.lat, asked.lon], asked.zoom);
  else map.fitBounds(boundsOf(setup.bounds), { padding: [40, 40], maxZoom: 17 });
  map.addLayer(heat).addLayer(houses);
  watchLayers();
  watchNearMe(document.getElementById('near-me'), map);
  watchShots();
  watchVotes();
  map.on('moveend', () => { list.follow(inView()); remember(); });
  list.follow(inView());
  if (asked?.house) card.open(asked.house);
  window.addEventListener('hashchange', () => goTo(parsePlace(window.location.hash)));
}

function goTo(asked) {
  if (!asked) return;
  map.setView([asked.lat, asked.lon], asked.zoom);
  if (asked.house && asked.house !== card.house) card.open(asked.house);
}

function watchLayers() {
  document.querySelector('.layer-switch').addEventListener('change', ({ target }) => {
    const layer = { heat, houses }[target.name];
    if (target.checked) map.addLayer(layer);
    else map.removeLayer(layer);
  });
}

/** What of the map is not covered by the sheet. */
function inView() {
  const size = map.getSize();
  const south = map.containerPointToLatLng([0, size.y - (sheet.state === 'full' ? 0 : sheet.coversPx())]).lat;
  const bounds = map.getBounds();
  return L.latLngBounds([south, bounds.getWest()], [bounds.getNorth(), bounds.getEast()]);
}

function mark(house) {
  houses.light(house);
  list.light(house);
  remember();
}

function remember() {
  const { lat, lng } = map.getCenter().wrap();
  history.replaceState(null, '', formatPlace({ zoom: map.getZoom(), lat, lon: lng, house: card.house }));
}
