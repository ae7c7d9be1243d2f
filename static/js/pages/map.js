// Wires the map page: map, list, filters, slider and address say the same at every moment.

import L from 'festivity/leaflet.js';
import { formatAsked, narrows, parseAsked } from 'festivity/map/asked.js';
import { addScale, askedFor, boundsOf, makeMap } from 'festivity/map/festive-map.js';
import { Filters } from 'festivity/map/filters.js';
import { HouseCard } from 'festivity/map/house-card.js';
import { HouseList } from 'festivity/map/house-list.js';
import { Layers } from 'festivity/map/layers.js';
import { Legend } from 'festivity/map/legend.js';
import { NearMe } from 'festivity/map/near-me.js';
import { formatPlace, parsePlace } from 'festivity/map/place.js';
import { Search } from 'festivity/map/search.js';
import { watchShare } from 'festivity/map/share.js';
import { Sheet } from 'festivity/map/sheet.js';
import { Timeline } from 'festivity/map/timeline.js';
import { watchReturn } from 'festivity/return.js';
import { watchShots } from 'festivity/shots.js';
import { watchTour } from 'festivity/tour/toggle.js';
import { watchVotes } from 'festivity/votes.js';

const EDGE_PX = 40;

const setup = JSON.parse(document.getElementById('map-setup').textContent);
const mapPlace = document.getElementById('map');
const listPlace = document.getElementById('list');
const layerSwitch = document.querySelector('.layer-switch');
const timelinePlace = document.getElementById('timeline');
const map = makeMap(mapPlace, setup);
const showTour = watchTour();
let asked = parseAsked(window.location.search);

const sheet = new Sheet(document.getElementById('sheet'));
const legend = new Legend(document.getElementById('legend'));
const share = watchShare(document.getElementById('embed-code'), document.title);
const filters = new Filters(document.querySelector('[data-filters]'), (chosen) => { take({ ...asked, filters: chosen }); remember(true); });
const timeline = timelinePlace && new Timeline(timelinePlace, document.getElementById('filter-evening'), (evening) => filters.choose('evening', evening));
const layers = new Layers(map, {
  ...mapPlace.dataset,
  stops: setup.stops,
  filters: asked.filters,
  onHouse: (house, place) => card.open(house, place),
  onNeighbourhood: (slug) => filters.choose('neighbourhood', slug),
});
const list = new HouseList(listPlace, document.getElementById('in-view-count'), {
  onChoose: (house, place) => card.open(house, place),
  onPoint: (house) => layers.houses.light(house ?? card.house ?? null),
  onCounts: (counts) => legend.tell(counts),
});

const card = new HouseCard(map, sheet, document.getElementById('card-place'), {
  url: listPlace.dataset.cardUrl,
  season: () => askedFor(asked.filters.get('season') ?? ''),
  onOpen: (house) => { mark(house); showTour(); remember(true); },
  onClose: (house) => { mark(null); remember(); list.focus(house); },
});
new NearMe(document.getElementById('near-me'), map, (here) => card.tellDistance(here));

start();

function start() {
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  addScale(map);
  const place = parsePlace(window.location.hash);
  if (place) map.setView([place.lat, place.lon], place.zoom);
  else map.fitBounds(boundsOf(asked.bbox ?? setup.bounds), room());
  layers.show(asked.layers);
  showAsked();
  layerSwitch.addEventListener('change', () => { take({ ...asked, layers: layersChosen() }); remember(true); });
  new Search(document.querySelector('[data-search]'), goToPlace);
  watchShots();
  watchVotes();
  watchReturn(() => { layers.renew(); followView(); });
  map.on('moveend', () => { followView(); remember(); });
  window.addEventListener('popstate', goBack);
  followView();
  openAsked(place);
}

/** Shows what is asked for now, wherever it came from: form, slider, switch or address. */
function take(next) {
  const same = String(next.filters) === String(asked.filters);
  asked = next;
  layers.show(asked.layers);
  showAsked();
  if (same) return;
  layers.filter(asked.filters);
  followView();
}

function showAsked() {
  filters.show(asked.filters);
  timeline?.show(asked.filters.get('evening') ?? '');
  layerSwitch.querySelectorAll('input').forEach((box) => { box.checked = asked.layers.has(box.name); });
  legend.narrowed(narrows(asked.filters));
}

function layersChosen() {
  return new Set([...layerSwitch.querySelectorAll('input:checked')].map((box) => box.name));
}

function goBack() {
  const place = parsePlace(window.location.hash);
  take(parseAsked(window.location.search));
  openAsked(place);
  if (place) map.setView([place.lat, place.lon], place.zoom, { animate: false });
}

function openAsked(place) {
  const house = place?.house ?? '';
  if (house && house !== card.house) card.open(house);
  else if (!house && card.house) card.close();
}

function goToPlace({ url }) {
  const { bbox } = parseAsked(new URL(url, window.location).search);
  if (bbox) map.fitBounds(boundsOf(bbox), room());
}

/** What is shown whole stands clear of what lies on the map. */
function room() {
  const below = sheet.coversPx() + (timelinePlace?.offsetHeight ?? 0);
  const above = layerSwitch.getBoundingClientRect().bottom - mapPlace.getBoundingClientRect().top;
  return { paddingTopLeft: [EDGE_PX, above + EDGE_PX / 2], paddingBottomRight: [EDGE_PX, below + EDGE_PX], maxZoom: 17 };
}

function followView() {
  list.follow(inView(), asked.filters);
}

/** What of the map is not covered by the sheet. */
function inView() {
  const size = map.getSize();
  const south = map.containerPointToLatLng([0, size.y - (sheet.state === 'full' ? 0 : sheet.coversPx())]).lat;
  const bounds = map.getBounds();
  return L.latLngBounds([south, bounds.getWest()], [bounds.getNorth(), bounds.getEast()]);
}

function mark(house) {
  layers.houses.light(house);
  list.light(house);
}

/** Writes the address; as a step that the back button takes back where `step`. */
function remember(step = false) {
  const { lat, lng } = map.getCenter().wrap();
  const query = formatAsked(asked);
  const hash = formatPlace({ zoom: map.getZoom(), lat, lon: lng, house: card.house });
  share.show({ query, hash });
  if (query + hash === window.location.search + window.location.hash) return;
  history[step ? 'pushState' : 'replaceState'](null, '', (query || window.location.pathname) + hash);
}
