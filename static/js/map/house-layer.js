// Houses as lights on one canvas: those of the vector tiles in view, each once, or a list of those that pass the filters.

import L from 'festivity/leaflet.js';
import { Light, LightCanvas, clusterRadius, radiusOf } from 'festivity/map/lights.js';
import { featuresOf } from 'festivity/map/tile-source.js';

const SIZE_PX = 512;
const FINGER_PX = 14;
const MOUSE_PX = 4;
const CLOSER = 2;
const LISTED = 'listed';

export const HouseLayer = L.GridLayer.extend({
  initialize(source, { stops, onChoose, ...options }) {
    L.GridLayer.prototype.initialize.call(this, { tileSize: SIZE_PX, updateWhenZooming: false, ...options });
    this.source = source;
    this.stops = stops;
    this.onChoose = onChoose;
    this.lights = new Map();
    this.listed = null;
    this.lit = null;
    const coarse = window.matchMedia('(pointer: coarse)').matches;
    this.canvas = new LightCanvas({ padding: 0.3, tolerance: coarse ? FINGER_PX : MOUSE_PX, pane: 'lights' });
    this.group = L.layerGroup();
    this.on('tileunload', ({ coords }) => this.forget(keyOf(coords)));
  },

  onAdd(map) {
    if (!map.getPane('lights')) map.createPane('lights').style.zIndex = 450;
    map.addLayer(this.group);
    map.on('zoomend', this.resize, this);
    L.GridLayer.prototype.onAdd.call(this, map);
    if (this.listed) this.showListed();
  },

  onRemove(map) {
    map.off('zoomend', this.resize, this);
    L.GridLayer.prototype.onRemove.call(this, map);
    map.removeLayer(this.group);
    map.removeLayer(this.canvas);
    this.clear();
  },

  /** Shows the houses of these tiles again. */
  setSource(source) {
    this.source = source;
    this.listed = null;
    if (!this._map) return;
    this.clear();
    this.redraw();
  },

  /** Shows these houses, [id, lon, lat, points] each, the brightest first, and none of the tiles'. */
  setListed(houses) {
    this.listed = houses;
    if (this._map) this.showListed();
  },

  showListed() {
    this.clear();
    this.listed.toReversed().forEach(([id, lon, lat, points]) => this.show(LISTED, { id, points }, L.latLng(lat, lon)));
  },

  clear() {
    this.group.clearLayers();
    this.lights.clear();
  },

  createTile(coords, done) {
    const place = document.createElement('div');
    if (this.listed) {
      setTimeout(() => done(null, place));
      return place;
    }
    const { source } = this;
    source.tileFor({ ...coords, z: coords.z - 1 }).then((found) => {
      if (this._map && !this.listed && source === this.source) this.keep(coords, found);
      done(null, place);
    }).catch((error) => done(error, place));
    return place;
  },

  keep(coords, { tile, scale, left, top }) {
    const features = [...featuresOf(tile.layers.clusters), ...featuresOf(tile.layers.houses)];
    features.forEach((feature) => {
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
    const name = house.houses > 1 ? `${tile} ${house.id}` : house.id;
    const known = this.lights.get(name);
    if (known) {
      known.tiles.add(tile);
      return;
    }
    const options = { renderer: this.canvas, points: house.points, houses: house.houses, lit: name === this.lit, stops: this.stops, bubblingMouseEvents: false };
    const light = new Light(place, { ...options, radius: this.radius(options) });
    light.on('click', () => this.choose(house, light.getLatLng()));
    this.lights.set(name, { light, tiles: new Set([tile]) });
    this.group.addLayer(light);
  },

  choose(house, place) {
    if (house.houses > 1) this._map.setView(place, this._map.getZoom() + CLOSER);
    else this.onChoose(house.id, place);
  },

  radius({ points, houses }) {
    return houses > 1 ? clusterRadius(houses) : radiusOf(points, this._map.getZoom());
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
    this.lights.forEach(({ light }) => {
      light.options.radius = this.radius(light.options);
      light._radius = light.options.radius;
    });
  },

  /** Draws one house with a ring around it, and no other, also when it comes into view only later. */
  light(id) {
    this.lights.forEach(({ light }, other) => {
      const lit = other === id;
      if (Boolean(light.options.lit) === lit) return;
      light.options.lit = lit;
      light.redraw();
      if (lit) light.bringToFront();
    });
    this.lit = id;
  },
});

function keyOf({ x, y, z }) {
  return `${z}/${x}/${y}`;
}
