// "Near me": shows where the visitor is. The position stays in the browser.

import L from 'festivity/leaflet.js';
import { say } from 'festivity/notice.js';
import { sentence } from 'festivity/texts.js';

const ZOOM = 17;

export function watchNearMe(button, map) {
  const shown = L.layerGroup().addTo(map);
  button.addEventListener('click', () => {
    button.disabled = true;
    map.locate({ enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 });
  });
  map.on('locationfound', ({ latlng, accuracy }) => {
    button.disabled = false;
    shown.clearLayers();
    shown.addLayer(L.circle(latlng, { radius: accuracy, color: '#a5c9ff', weight: 1, fillOpacity: 0.08, interactive: false }));
    shown.addLayer(L.circleMarker(latlng, { radius: 7, color: '#ffffff', weight: 2, fillColor: '#5b9dff', fillOpacity: 1, interactive: false }));
    map.setView(latlng, Math.max(map.getZoom(), ZOOM));
  });
  map.on('locationerror', () => {
    button.disabled = false;
    say(sentence('noPosition'));
  });
}
