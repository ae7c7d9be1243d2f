// "Near me": shows where the visitor is, with a circle of the accuracy, and follows until the map is dragged.
// The position stays in the browser.

import { sayDistance } from 'festivity/distance.js';
import L from 'festivity/leaflet.js';
import { say } from 'festivity/notice.js';
import { sentence } from 'festivity/texts.js';

const ZOOM = 17;
const FORBIDDEN = 1;
const BLUE = '#5b9dff';

export class NearMe {
  constructor(button, map, onPlace) {
    Object.assign(this, { button, map, onPlace, state: 'off', place: null });
    this.shown = L.layerGroup();
    this.label = button.querySelector('span');
    this.words = this.label.textContent;
    button.addEventListener('click', () => this.press());
    map.on('locationfound', (found) => this.found(found));
    map.on('locationerror', ({ code }) => this.failed(code));
    map.on('dragstart', () => { if (this.state === 'follows') this.become('pauses'); });
  }

  press() {
    if (this.state === 'follows' || this.state === 'asks') this.stop();
    else if (this.state === 'pauses') this.become('follows');
    else this.start();
  }

  start() {
    this.become('asks');
    this.map.locate({ watch: true, enableHighAccuracy: true, timeout: 20_000, maximumAge: 10_000 });
  }

  stop() {
    this.map.stopLocate();
    this.map.removeLayer(this.shown);
    this.place = null;
    this.become('off');
    this.onPlace(null);
  }

  become(state) {
    this.state = state;
    this.button.dataset.state = state;
    this.button.setAttribute('aria-pressed', String(state === 'follows'));
    this.label.textContent = state === 'pauses' ? sentence('followMe') : this.words;
    if (state === 'follows' && this.place) this.map.panTo(this.place);
  }

  found({ latlng, accuracy }) {
    if (this.state === 'off') return;
    this.place = latlng;
    this.draw(latlng, accuracy);
    if (this.state === 'asks') {
      this.become('follows');
      this.map.setView(latlng, Math.max(this.map.getZoom(), ZOOM));
      say(sentence('youAreHere').replace('{}', sayDistance(accuracy)));
    } else if (this.state === 'follows') {
      this.map.panTo(latlng);
    }
    this.onPlace(latlng);
  }

  /** A fix that is missed on the way is waited out; without any, or when forbidden, it is over. */
  failed(code) {
    if (this.state === 'off' || (this.place && code !== FORBIDDEN)) return;
    this.stop();
    say(sentence('noPosition'));
  }

  draw(latlng, accuracy) {
    this.shown.clearLayers();
    this.shown.addLayer(L.circle(latlng, { radius: accuracy, color: '#a5c9ff', weight: 1, fillColor: BLUE, fillOpacity: 0.1, interactive: false }));
    this.shown.addLayer(L.circleMarker(latlng, { radius: 7, color: '#ffffff', weight: 2, fillColor: BLUE, fillOpacity: 1, interactive: false }));
    this.map.addLayer(this.shown);
  }
}
