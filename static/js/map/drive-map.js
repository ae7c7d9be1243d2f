// The track of a drive and where its frames were taken, coloured by their points, ringed by their camera.

import L from 'festivity/leaflet.js';
import { TrackLayer } from 'festivity/map/drive-track.js';
import { boundsOf, makeMap } from 'festivity/map/festive-map.js';
import { channelsOf } from 'festivity/map/ramp.js';
import { say } from 'festivity/notice.js';
import { requestJson } from 'festivity/request.js';

const THUMBNAIL_PX = 240;
const RINGS = ['#e6ebf5', '#a5c9ff', '#86d9ab', '#ff9a8a', '#ffd493'];

export function showDrive(element) {
  const renderer = L.canvas({ padding: 0.3, tolerance: 6 });
  const site = JSON.parse(document.getElementById('map-setup').textContent);
  const setup = { ...site, zone: element.dataset.zone || site.zone, renderer };
  const map = makeMap(element, setup, { scrollWheelZoom: false }).fitBounds(boundsOf(setup.bounds));
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  const { wordsGap: gap, wordsStanding: standing } = element.dataset;
  const track = new TrackLayer(map, { gap, standing }, setup.zone);
  const frames = new FrameLayer(map, document.getElementById('camera-choice'), setup);
  const refresh = () => draw(map, track, frames, element.dataset).catch((error) => say(error.message));
  document.addEventListener('click', ({ target }) => {
    const link = target.closest?.('[data-finding]');
    if (link) track.show(link.dataset.finding);
  });
  refresh();
  return { refresh };
}

async function draw(map, track, frames, urls) {
  const [found, taken] = await Promise.all([requestJson(urls.findings), featuresOf(urls.frames)]);
  track.draw(found);
  frames.draw(taken.filter(({ geometry }) => geometry));
  const bounds = boundsToShow(track, frames);
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [30, 30], maxZoom: 17 });
}

/** Of the good track and the frames: what was cut may lie on another continent. */
function boundsToShow(track, frames) {
  const bounds = L.latLngBounds([]);
  track.shown.eachLayer((layer) => { if (!track.cuts.has(layer)) bounds.extend(layer.getBounds()); });
  for (const { shown } of frames.cameras.values()) bounds.extend(shown.getBounds());
  return bounds;
}

/** All pages of the frames, as GeoJSON features. */
async function featuresOf(url) {
  const features = [];
  for (let next = url; next;) {
    const page = await requestJson(next);
    features.push(...page.features);
    next = page.next;
  }
  return features;
}

class FrameLayer {
  constructor(map, choice, setup) {
    Object.assign(this, { map, choice, setup, cameras: new Map() });
  }

  /** One group per camera; those that were switched off stay off. */
  draw(features) {
    for (const { shown } of this.cameras.values()) shown.clearLayers();
    const dimFirst = features.toSorted((a, b) => (a.properties.points ?? -1) - (b.properties.points ?? -1));
    const names = [...new Set(features.map(({ properties }) => properties.camera))].toSorted();
    names.forEach((name, number) => this.cameraOf(name, RINGS[number % RINGS.length]));
    for (const feature of dimFirst) {
      const { shown, ring } = this.cameras.get(feature.properties.camera);
      shown.addLayer(markerOf(feature, this.setup, ring));
    }
    this.choice.hidden = this.cameras.size < 2;
  }

  cameraOf(name, ring) {
    if (this.cameras.has(name)) return;
    const shown = L.featureGroup().addTo(this.map);
    this.cameras.set(name, { shown, ring });
    this.choice.append(switchOf(name, ring, (on) => (on ? shown.addTo(this.map) : shown.remove())));
  }
}

function switchOf(name, ring, onChange) {
  const label = document.createElement('label');
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: true });
  const swatch = document.createElement('i');
  swatch.style.borderColor = ring;
  box.addEventListener('change', () => onChange(box.checked));
  label.append(box, swatch, name);
  return label;
}

function markerOf({ geometry, properties }, { stops, zone, renderer }, color) {
  const [lon, lat] = geometry.coordinates;
  const points = properties.points ?? 0;
  const fillColor = `rgb(${channelsOf(points, stops).join(' ')})`;
  return L.circleMarker([lat, lon], { renderer, radius: 3 + points * 0.045, weight: 1, color, fillColor, fillOpacity: 1 })
    .bindPopup(() => popupOf(zone, properties), { minWidth: THUMBNAIL_PX, maxWidth: THUMBNAIL_PX });
}

function popupOf(zone, { thumbnail, points, captured_at: capturedAt, name }) {
  const place = document.getElementById('frame-popup').content.cloneNode(true).firstElementChild;
  place.querySelector('img').src = thumbnail;
  place.querySelector('b').textContent = points?.toFixed(1) ?? '–';
  place.querySelector('time').textContent = new Date(capturedAt).toLocaleTimeString(document.documentElement.lang, { timeZone: zone });
  place.querySelector('.code').textContent = name;
  return place;
}
