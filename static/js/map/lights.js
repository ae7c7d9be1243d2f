// A house as a light on the map: the more points, the larger and brighter. Colours are the legend's.

import L from 'festivity/leaflet.js';
import { channelsOf } from 'festivity/map/ramp.js';

const STEP_POINTS = 2.5;
const GLOW_PX = 64;
const LIT_GROWTH = 1.4;
const DIMMEST = 30;
const EDGE = 'rgb(8 12 22 / 70%)';
const sprites = new Map();

/** Radius of the core in pixels: what is clicked on. The glow around it reaches further but takes no clicks. */
export function radiusOf(points, zoom) {
  const grown = Math.min(1.5, Math.max(0.55, 0.55 + (zoom - 13) * 0.15));
  return (3 + points * 0.055) * grown;
}

/** Radius in pixels of a cluster, by how many houses it stands for. */
export function clusterRadius(houses) {
  return 9 + Math.log2(houses) * 1.8;
}

/** How many radii of its core a light glows. */
export function glowOf(points) {
  return 2 + points / 22;
}

/** Of those that contain the point, the one whose middle is nearest to it, or null. Each has a place { x, y }. */
export function nearestTo(point, lights) {
  const away = (light) => Math.hypot(light._point.x - point.x, light._point.y - point.y);
  return lights.reduce((best, light) => (best && away(best) <= away(light) ? best : light), null);
}

export const Light = L.CircleMarker.extend({
  _updateBounds() {
    const reach = this._radius * glowOf(this.options.points) * LIT_GROWTH;
    this._pxBounds = L.bounds(this._point.subtract([reach, reach]), this._point.add([reach, reach]));
  },

  _updatePath() {
    this._renderer._drawLight(this);
  },
});

/** Draws all glows first and all cores over them, and gives a click to the nearest core, not to the one on top. */
export const LightCanvas = L.Canvas.extend({
  _draw() {
    for (const pass of ['_drawGlow', '_drawCore']) {
      this._drawLight = this[pass];
      L.Canvas.prototype._draw.call(this);
    }
  },

  _drawGlow(light) {
    if (!this._drawing || light._empty()) return;
    const { points, lit, stops } = light.options;
    const reach = light._radius * glowOf(points) * (lit ? LIT_GROWTH : 1);
    const { x, y } = light._point;
    this._ctx.globalCompositeOperation = 'lighter';
    this._ctx.drawImage(glowSprite(points, stops), x - reach, y - reach, reach * 2, reach * 2);
  },

  _drawCore(light) {
    if (!this._drawing || light._empty()) return;
    const { points, lit, stops, houses } = light.options;
    const { x, y } = light._point;
    const sprite = coreSprite(points, Math.round(light._radius * 4) / 4, stops, houses > 1);
    const half = sprite.width / 2 / sprite.density;
    this._ctx.globalCompositeOperation = 'source-over';
    this._ctx.drawImage(sprite.canvas, x - half, y - half, half * 2, half * 2);
    if (houses > 1) count(this._ctx, x, y, houses);
    if (lit) ring(this._ctx, x, y, light._radius);
  },

  _containing(point) {
    const lights = [];
    for (let order = this._drawFirst; order; order = order.next) {
      if (order.layer.options.interactive && order.layer._containsPoint(point)) lights.push(order.layer);
    }
    return nearestTo(point, lights);
  },

  _onClick(event) {
    const light = this._containing(this._map.mouseEventToLayerPoint(event));
    const dragged = light && ['click', 'preclick'].includes(event.type) && this._map._draggableMoved(light);
    this._fireEvent(light && !dragged ? [light] : false, event);
  },

  _handleMouseHover(event, point) {
    if (this._waiting) return;
    this._waiting = true;
    setTimeout(() => { this._waiting = false; }, 32);
    const light = this._containing(point);
    if (light !== this._hoveredLayer) {
      this._handleMouseOut(event);
      if (light) {
        L.DomUtil.addClass(this._container, 'leaflet-interactive');
        this._fireEvent([light], event, 'mouseover');
        this._hoveredLayer = light;
      }
    }
    this._fireEvent(light ? [light] : false, event);
  },
});

function ring(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius + 1, 0, Math.PI * 2);
  context.lineWidth = 3;
  context.strokeStyle = '#ffffff';
  context.stroke();
}

function count(context, x, y, houses) {
  context.font = '650 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = '#14080a';
  context.fillText(houses < 1000 ? houses : `${Math.round(houses / 1000)}k`, x, y + 0.5);
}

function channelsFor(points, stops) {
  return channelsOf(Math.max(points, DIMMEST), stops).join(' ');
}

function kept(key, draw) {
  if (!sprites.has(key)) sprites.set(key, draw());
  return sprites.get(key);
}

function steps(points) {
  return Math.round(points / STEP_POINTS) * STEP_POINTS;
}

function blank(sizePx, density = 1) {
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(sizePx * density);
  canvas.height = canvas.width;
  const context = canvas.getContext('2d');
  context.scale(density, density);
  return { canvas, context };
}

function glowSprite(points, stops) {
  return kept(`glow ${steps(points)}`, () => drawGlow(steps(points), stops));
}

function drawGlow(points, stops) {
  const { canvas, context } = blank(GLOW_PX);
  const middle = GLOW_PX / 2;
  const channels = channelsFor(points, stops);
  const gradient = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
  const strength = 0.25 + points / 200;
  gradient.addColorStop(0, `rgb(${channels} / ${strength})`);
  gradient.addColorStop(0.35, `rgb(${channels} / ${strength * 0.4})`);
  gradient.addColorStop(1, `rgb(${channels} / 0)`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, GLOW_PX, GLOW_PX);
  return canvas;
}

function coreSprite(points, radius, stops, plain) {
  return kept(`core ${steps(points)} ${radius} ${plain}`, () => drawCore(steps(points), radius, stops, plain));
}

/** { canvas, width, density }: a disc in the legend's colour with a white-hot middle; a plain one where a number stands on it. */
function drawCore(points, radius, stops, plain) {
  const density = Math.min(window.devicePixelRatio || 1, 2);
  const middle = Math.ceil(radius) + 2;
  const { canvas, context } = blank(middle * 2, density);
  disc(context, middle, radius, `rgb(${channelsFor(plain ? Math.max(points, 55) : points, stops)})`);
  if (!plain) disc(context, middle, radius * 0.5, `rgb(255 250 240 / ${0.35 + points / 200})`);
  context.beginPath();
  context.arc(middle, middle, radius, 0, Math.PI * 2);
  context.lineWidth = 1;
  context.strokeStyle = EDGE;
  context.stroke();
  return { canvas, width: canvas.width, density };
}

function disc(context, middle, radius, colour) {
  context.beginPath();
  context.arc(middle, middle, radius, 0, Math.PI * 2);
  context.fillStyle = colour;
  context.fill();
}
