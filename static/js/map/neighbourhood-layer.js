// Neighbourhoods: vector tiles drawn on canvas in the legend's colours by their mean points, and their names as buttons over them.

import L from 'festivity/leaflet.js';
import { channelsOf } from 'festivity/map/ramp.js';
import { featuresOf } from 'festivity/map/tile-source.js';
import { say } from 'festivity/notice.js';
import { requestJson } from 'festivity/request.js';

const SIZE_PX = 512;
const NAMES_FROM_ZOOM = 11;

export const NeighbourhoodLayer = L.GridLayer.extend({
  initialize(source, { stops, namesUrl, onChoose, ...options }) {
    L.GridLayer.prototype.initialize.call(this, { tileSize: SIZE_PX, updateWhenZooming: false, pane: 'tilePane', zIndex: 5, ...options });
    Object.assign(this, { source, stops, namesUrl, onChoose, names: L.layerGroup() });
  },

  onAdd(map) {
    L.GridLayer.prototype.onAdd.call(this, map);
    map.on('zoomend', this.showNames, this);
    this.fetchNames();
  },

  onRemove(map) {
    map.off('zoomend', this.showNames, this);
    map.removeLayer(this.names);
    L.GridLayer.prototype.onRemove.call(this, map);
  },

  /** Shows another season. */
  setSource(source, namesUrl) {
    Object.assign(this, { source, namesUrl });
    if (!this._map) return;
    this.redraw();
    this.fetchNames();
  },

  async fetchNames() {
    try {
      const { neighbourhoods } = await requestJson(this.namesUrl);
      this.names.clearLayers();
      neighbourhoods.forEach((place) => this.names.addLayer(nameOf(place, this.onChoose)));
      this.showNames();
    } catch (error) {
      say(error.message);
    }
  },

  showNames() {
    if (!this._map) return;
    if (this._map.getZoom() >= NAMES_FROM_ZOOM) this._map.addLayer(this.names);
    else this._map.removeLayer(this.names);
  },

  createTile(coords, done) {
    const canvas = document.createElement('canvas');
    const density = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = SIZE_PX * density;
    canvas.height = SIZE_PX * density;
    const context = canvas.getContext('2d');
    context.scale(density, density);
    this.source.tileFor({ ...coords, z: coords.z - 1 }).then((found) => {
      featuresOf(found.tile.layers.neighbourhoods).forEach((feature) => this.draw(context, feature, found));
      done(null, canvas);
    }).catch((error) => done(error, canvas));
    return canvas;
  },

  draw(context, feature, { scale, left, top }) {
    const pixels = SIZE_PX * scale / feature.extent;
    const { points } = feature.properties;
    const colour = points === undefined ? '110 122 153' : channelsOf(Math.max(points, 25), this.stops).join(' ');
    context.beginPath();
    feature.loadGeometry().forEach((ring) => ring.forEach(({ x, y }, index) => {
      context[index ? 'lineTo' : 'moveTo'](x * pixels - left * SIZE_PX, y * pixels - top * SIZE_PX);
    }));
    context.fillStyle = `rgb(${colour} / ${points === undefined ? 0.02 : 0.04 + points / 1200})`;
    context.fill('evenodd');
    context.strokeStyle = `rgb(${colour} / 60%)`;
    context.lineWidth = 1.5;
    context.stroke();
  },
});

function nameOf({ name, slug, points, lon, lat }, onChoose) {
  const label = document.createElement('span');
  const mean = document.createElement('b');
  mean.textContent = points.toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1 });
  label.append(name, ' ', mean);
  const icon = L.divIcon({ className: 'area-name', html: label, iconSize: null });
  return L.marker([lat, lon], { icon, keyboard: false, alt: name, pane: 'tooltipPane' }).on('click', () => onChoose(slug));
}
