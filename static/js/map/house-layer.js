// The houses of the vector tiles in view, each once, as lights on one canvas.

import L from 'festivity/leaflet.js';
import { Light, LightCanvas, radiusOf } from 'festivity/map/lights.js';
import { featuresOf } from 'festivity/map/tile-source.js';

const SIZE_PX = 512;
const FINGER_PX = 14;
const MOUSE_PX = 4;

export const HouseLayer = L.GridLayer.extend({
  initialize(source, { stops, onChoose, ...options }) {
    L.GridLayer.prototype.initialize.call(this, { tileSize: SIZE_PX, updateWhenZooming: false, ...options });
    this.source = source;
    this.stops = stops;
    this.onChoose = onChoose;
    this.lights = new Map();
    const coarse = window.matchMedia('(pointer: coarse)').matches;
    this.canvas = new LightCanvas({ padding: 0.3, tolerance: coarse ? FINGER_PX : MOUSE_PX, pane: 'lights' });
    this.group = L.layerGroup();
    this.on('tileunload', ({ coords }) => this.forget(keyOf(coords)));
  },

  onAdd(map) {
    if (!map.getPane('lights')) map.createPane('lights').style.zIndex = 450;
    map.addLayer(this.group);
    map.on('zoomend', this.resize, this);
    return L.GridLayer.prototype.onAdd.call(this, map);
  },

  onRemove(map) {
    map.off('zoomend', this.resize, this);
    L.GridLayer.prototype.onRemove.call(this, map);
    map.removeLayer(this.group);
    map.removeLayer(this.canvas);
    this.group.clearLayers();
    this.lights.clear();
  },

  createTile(coords, done) {
    const place = document.createElement('div');
    this.source.tileFor({ ...coords, z: coords.z - 1 }).then((found) => {
      if (this._map) this.keep(coords, found);
      done(null, place);
    }).catch((error) => done(error, place));
    return place;
  },

  keep(coords, { tile, scale, left, top }) {
    [...featuresOf(tile.layers.clusters), ...featuresOf(tile.layers.houses)].forEach((feature) => {
      const [[{ x, y }]] = feature.loadGeometry();
      const across = { x: x * scale / feature.extent - left, y: y * scale / feature.extent - top };
      const inside = across.x >= 0 && across.x < 1 && across.y >= 0 && across.y < 1;
      if (inside) this.show(keyOf(coords), feature.properties, this.placeOf(coords, across));
    });
  },

  placeOf(coords, across) {
    const size = this.getTileSize();
    const point = L.point((coords.x + across.x) * size.x, (coords.y + across.y) * size.y);
    return this._map.unproject(point, coords.z);
  },

  show(tile, house, place) {
    const known = this.lights.get(house.id);
    if (known) {
      known.tiles.add(tile);
      return;
    }
    const options = { renderer: this.canvas, points: house.points, stops: this.stops, radius: radiusOf(house.points, this._map.getZoom()), bubblingMouseEvents: false };
    const light = new Light(place, options).on('click', () => this.onChoose(house.id, light.getLatLng()));
    this.lights.set(house.id, { light, tiles: new Set([tile]) });
    this.group.addLayer(light);
  },

  forget(tile) {
    this.lights.forEach(({ light, tiles }, id) => {
      tiles.delete(tile);
      if (tiles.size > 0) return;
      this.group.removeLayer(light);
      this.lights.delete(id);
    });
  },

  resize() {
    this.lights.forEach(({ light }) => light.setRadius(radiusOf(light.options.points, this._map.getZoom())));
  },

  /** Draws one house with a ring around it, and no other. */
  light(id) {
    this.lights.forEach(({ light }, other) => {
      const lit = other === id;
      if (Boolean(light.options.lit) === lit) return;
      light.options.lit = lit;
      light.redraw();
      if (lit) light.bringToFront();
    });
  },
});

function keyOf({ x, y, z }) {
  return `${z}/${x}/${y}`;
}
