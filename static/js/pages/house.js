// Wires the page of a house.

import L from 'festivity/leaflet.js';
import { makeMap } from 'festivity/map/festive-map.js';
import { Light, LightCanvas, radiusOf } from 'festivity/map/lights.js';
import { watchPointing, watchShots } from 'festivity/shots.js';
import { watchTour } from 'festivity/tour/toggle.js';
import { watchVotes } from 'festivity/votes.js';

const ZOOM = 17;

watchShots();
watchPointing();
watchVotes();
watchTour();
showPlace(document.getElementById('small-map'));

function showPlace(element) {
  const { lat, lon, points } = element.dataset;
  const setup = JSON.parse(document.getElementById('map-setup').textContent);
  const map = makeMap(element, setup, { scrollWheelZoom: false, dragging: !L.Browser.mobile, keyboard: false });
  map.setView([Number(lat), Number(lon)], ZOOM);
  const shown = { points: Number(points), stops: setup.stops, radius: radiusOf(Number(points), ZOOM) };
  map.addLayer(new Light([Number(lat), Number(lon)], { ...shown, renderer: new LightCanvas(), interactive: false }));
}
