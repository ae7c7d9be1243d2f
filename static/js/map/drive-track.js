// The track of a drive with its findings: what was cut of it and why, its gaps, and where the car stood.

import L from 'festivity/leaflet.js';

const STYLES = {
  stretch: { color: '#7f8fb5', weight: 3, opacity: 0.85 },
  cut: { color: '#ff9a8a', weight: 3, opacity: 0.95, dashArray: '5 7' },
  gap: { color: '#8e9bb4', weight: 2, opacity: 0.7, dashArray: '1 8' },
  standing: { color: '#a5c9ff', weight: 2, fillColor: '#0e1423', fillOpacity: 0.9, radius: 7 },
};
const CLOSE_UP = 17;

export class TrackLayer {
  constructor(map, words, zone) {
    Object.assign(this, { map, words, zone, shown: L.featureGroup().addTo(map), byId: new Map(), cuts: new Set() });
  }

  /** Draws a collection of findings; lines that are told apart can be reached by keyboard. */
  draw({ features }) {
    this.shown.clearLayers();
    this.byId.clear();
    this.cuts.clear();
    for (const feature of features.filter(({ geometry }) => geometry)) this.add(feature);
  }

  add(feature) {
    const { kind } = feature.properties;
    const style = STYLES[kind];
    const layer = L.geoJSON(feature, { style, pointToLayer: (_, place) => L.circleMarker(place, { radius: 5, ...style, dashArray: null }) });
    this.shown.addLayer(layer);
    if (kind === 'stretch') return;
    this.byId.set(feature.id, layer);
    if (kind === 'cut') this.cuts.add(layer);
    const told = this.tell(feature.properties);
    layer.bindTooltip(() => textOf(told), { sticky: true });
    layer.eachLayer((path) => makeReachable(path.getElement(), told, () => this.open(layer), () => layer.closeTooltip()));
  }

  tell({ kind, words, first_at: firstAt, last_at: lastAt }) {
    const clock = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { timeZone: this.zone });
    const times = [...new Set([clock(firstAt), clock(lastAt)])];
    return `${words || this.words[kind]} · ${times.join('–')}`;
  }

  /** Brings one finding into view and says what it is. */
  show(id) {
    const layer = this.byId.get(id);
    if (!layer) return;
    this.map.fitBounds(layer.getBounds().pad(0.5), { maxZoom: CLOSE_UP });
    this.open(layer);
  }

  open(layer) {
    layer.openTooltip(layer.getBounds().getCenter());
  }
}

function textOf(told) {
  const place = document.createElement('span');
  place.textContent = told;
  return place;
}

function makeReachable(element, told, onFocus, onBlur) {
  if (!element) return;
  element.setAttribute('tabindex', '0');
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', told);
  element.addEventListener('focus', onFocus);
  element.addEventListener('blur', onBlur);
}
