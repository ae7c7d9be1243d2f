// Wires the map in a frame of another page: lights, heat and the card of a house, nothing else.

import L from 'festivity/leaflet.js';
import { formatAsked, parseAsked } from 'festivity/map/asked.js';
import { addScale, askedFor, boundsOf, makeMap } from 'festivity/map/festive-map.js';
import { HouseCard } from 'festivity/map/house-card.js';
import { Layers } from 'festivity/map/layers.js';
import { formatPlace, parsePlace } from 'festivity/map/place.js';
import { watchShots } from 'festivity/shots.js';

const BESIDE = { isOverMap: () => false };

const setup = JSON.parse(document.getElementById('map-setup').textContent);
const mapPlace = document.getElementById('map');
const asked = parseAsked(window.location.search);
const map = makeMap(mapPlace, setup);
const place = parsePlace(window.location.hash);
if (place) map.setView([place.lat, place.lon], place.zoom);
else map.fitBounds(boundsOf(asked.bbox ?? setup.bounds), { padding: [24, 24], maxZoom: 17 });

L.control.zoom({ position: 'bottomright' }).addTo(map);
addScale(map);
const card = new HouseCard(map, BESIDE, null, {
  url: mapPlace.dataset.cardUrl,
  season: () => `${askedFor(asked.filters.get('season') ?? '') || '?'}&embedded`,
  onOpen: (house) => { layers.houses.light(house); linkToFullMap(); },
  onClose: () => { layers.houses.light(null); linkToFullMap(); },
});
const layers = new Layers(map, {
  ...mapPlace.dataset,
  stops: setup.stops,
  filters: asked.filters,
  onHouse: (house, where) => card.open(house, where),
  onNeighbourhood: () => {},
});
layers.show(asked.layers);
watchShots();
map.on('moveend', linkToFullMap);
linkToFullMap();
if (place?.house) card.open(place.house);

/** The full map opens where this one is. */
function linkToFullMap() {
  const { lat, lng } = map.getCenter().wrap();
  const here = formatAsked(asked) + formatPlace({ zoom: map.getZoom(), lat, lon: lng, house: card.house });
  document.querySelectorAll('.embed-header a').forEach((link) => { link.href = link.pathname + here; });
}
