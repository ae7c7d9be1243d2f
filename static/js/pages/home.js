// Wires the page of the circle around a home. What is clicked or typed stays in the browser: only the moved circle is sent.

import { zoneAround } from 'festivity/home/circle.js';
import L from 'festivity/leaflet.js';
import { boundsOf, makeMap } from 'festivity/map/festive-map.js';
import { Search } from 'festivity/map/search.js';
import { say } from 'festivity/notice.js';
import { sentence } from 'festivity/texts.js';

const CLOSE = 15;
const AROUND = 1.6;
const form = document.getElementById('home');
const texts = document.getElementById('home-texts').dataset;
const said = form.querySelector('[data-said]');
const typed = { lat: form.elements.latitude, lon: form.elements.longitude };
const place = document.getElementById('home-map');
const setup = { ...JSON.parse(document.getElementById('map-setup').textContent), renderer: L.canvas({ padding: 0.3 }) };
const map = makeMap(place, setup, { scrollWheelZoom: true });
const circle = L.circle([0, 0], { radius: 1, color: '#a5c9ff', weight: 2, fillColor: '#5b9dff', fillOpacity: 0.14, interactive: false });
const pin = L.marker([0, 0], { icon: L.divIcon({ className: 'home-pin', iconSize: [18, 18] }), interactive: false, keyboard: false });
const sent = {};
let zone = stored();
let home = null;

start();

function start() {
  keepTypedHere();
  map.fitBounds(boundsOf(setup.bounds));
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  if (zone) draw();
  map.on('click', ({ latlng }) => choose({ lon: latlng.lng, lat: latlng.lat }));
  map.on('locationfound', ({ latlng }) => choose({ lon: latlng.lng, lat: latlng.lat }));
  map.on('locationerror', () => say(sentence('noPosition')));
  place.addEventListener('keydown', (event) => { if (event.key === 'Enter') choose(middle()); });
  for (const input of Object.values(typed)) input.addEventListener('change', takeTyped);
  form.addEventListener('change', ({ target }) => { if (target.name === 'radius_m') resize(); });
  form.addEventListener('submit', (event) => { if (!home) refuse(event); });
  new Search(document.querySelector('[data-search]'), goTo);
  const here = document.getElementById('here');
  here.hidden = !navigator.geolocation;
  here.addEventListener('click', () => map.locate({ enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 }));
}

/** The visible fields lose their names, so that they are never sent; hidden ones carry the moved circle. */
function keepTypedHere() {
  for (const input of Object.values(typed)) {
    sent[input.name] = Object.assign(document.createElement('input'), { type: 'hidden', name: input.name });
    form.append(sent[input.name]);
    input.removeAttribute('name');
    input.required = false;
  }
  form.elements.moved.value = 'on';
}

function stored() {
  const { lon, lat, radiusM } = place.dataset;
  return radiusM ? { lon: Number(lon), lat: Number(lat), radiusM: Number(radiusM) } : null;
}

function choose(where) {
  home = where;
  typed.lat.value = where.lat.toFixed(6);
  typed.lon.value = where.lon.toFixed(6);
  pin.setLatLng([where.lat, where.lon]).addTo(map);
  moveAtRandom();
}

function moveAtRandom() {
  zone = zoneAround(home, Number(form.elements.radius_m.value));
  sent.longitude.value = zone.lon;
  sent.latitude.value = zone.lat;
  draw();
  tell(texts.chosen);
}

function draw() {
  circle.setLatLng([zone.lat, zone.lon]).setRadius(zone.radiusM).addTo(map);
  const box = L.latLng(zone.lat, zone.lon).toBounds(2 * AROUND * zone.radiusM);
  if (!map.getBounds().contains(box) || map.getZoom() < map.getBoundsZoom(box) - 1) map.fitBounds(box);
}

function resize() {
  if (home) moveAtRandom();
  else if (zone) tell(texts.again);
}

function takeTyped() {
  const where = { lat: Number(typed.lat.value), lon: Number(typed.lon.value) };
  const whole = typed.lat.value !== '' && typed.lon.value !== '';
  if (whole && typed.lat.checkValidity() && typed.lon.checkValidity()) choose(where);
}

function refuse(event) {
  event.preventDefault();
  tell(texts.missing, true);
  place.focus();
}

function middle() {
  const { lng, lat } = map.getCenter();
  return { lon: lng, lat };
}

function goTo({ url }) {
  const [west, south, east, north] = new URL(url, window.location.origin).searchParams.get('bbox').split(',').map(Number);
  map.fitBounds([[south, west], [north, east]], { maxZoom: CLOSE });
}

function tell(words, wrong = false) {
  said.textContent = words;
  said.classList.toggle('notice-error', wrong);
}
