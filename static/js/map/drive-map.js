// The track of a drive and where its frames were taken, coloured by their points.

import L from 'festivity/leaflet.js';
import { boundsOf, makeMap } from 'festivity/map/festive-map.js';
import { channelsOf } from 'festivity/map/ramp.js';
import { say } from 'festivity/notice.js';
import { requestJson } from 'festivity/request.js';

const THUMBNAIL_PX = 240;

export function showDrive(element) {
  const renderer = L.canvas({ padding: 0.3, tolerance: 6 });
  const site = JSON.parse(document.getElementById('map-setup').textContent);
  const setup = { ...site, zone: element.dataset.zone || site.zone, renderer };
  const map = makeMap(element, setup, { scrollWheelZoom: false }).fitBounds(boundsOf(setup.bounds));
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  const shown = L.featureGroup().addTo(map);
  const refresh = () => draw(map, shown, element.dataset, setup).catch((error) => say(error.message));
  refresh();
  return { refresh };
}

async function draw(map, shown, { track, frames }, setup) {
  const [way, taken] = await Promise.all([requestJson(track), featuresOf(frames)]);
  shown.clearLayers();
  if (way.geometry) shown.addLayer(L.geoJSON(way, { style: { color: '#7f8fb5', weight: 3, opacity: 0.8 }, pointToLayer: (_, place) => L.circleMarker(place) }));
  const dimFirst = taken.filter(({ geometry }) => geometry).toSorted((a, b) => (a.properties.points ?? -1) - (b.properties.points ?? -1));
  dimFirst.forEach((frame) => shown.addLayer(markerOf(frame, setup)));
  if (shown.getBounds().isValid()) map.fitBounds(shown.getBounds(), { padding: [30, 30], maxZoom: 17 });
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

function markerOf({ geometry, properties }, { stops, zone, renderer }) {
  const [lon, lat] = geometry.coordinates;
  const points = properties.points ?? 0;
  const fillColor = `rgb(${channelsOf(points, stops).join(' ')})`;
  return L.circleMarker([lat, lon], { renderer, radius: 3 + points * 0.045, weight: 0.75, color: '#e6ebf5', fillColor, fillOpacity: 1 })
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
