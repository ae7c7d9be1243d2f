// A house as a light on the map: the more points, the larger and brighter. Colours are the legend's.

import L from 'festivity/leaflet.js';
import { channelsOf } from 'festivity/map/ramp.js';

const STEP_POINTS = 5;
const SPRITE_PX = 64;
const LIT_GROWTH = 1.4;
const sprites = new Map();

/** Radius of the core in pixels: what is clicked on. The glow around it reaches further but takes no clicks. */
export function radiusOf(points, zoom) {
  const grown = Math.min(1.5, Math.max(0.55, 0.55 + (zoom - 13) * 0.15));
  return (3 + points * 0.055) * grown;
}

export function glowOf(points) {
  return 2 + points / 22;
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

export const LightCanvas = L.Canvas.extend({
  _drawLight(light) {
    if (!this._drawing || light._empty()) return;
    const { points, lit, stops } = light.options;
    const radius = light._radius;
    const context = this._ctx;
    const reach = radius * glowOf(points) * (lit ? LIT_GROWTH : 1);
    const { x, y } = light._point;
    context.globalCompositeOperation = 'lighter';
    context.drawImage(spriteOf(points, stops), x - reach, y - reach, reach * 2, reach * 2);
    context.globalCompositeOperation = 'source-over';
    disc(context, x, y, radius, coreOf(points, stops));
    disc(context, x, y, radius * 0.5, `rgb(255 250 240 / ${0.35 + points / 200})`);
    context.beginPath();
    context.arc(x, y, radius, 0, Math.PI * 2);
    context.lineWidth = lit ? 3 : 1;
    context.strokeStyle = lit ? '#ffffff' : 'rgb(8 12 22 / 70%)';
    context.stroke();
  },
});

function disc(context, x, y, radius, colour) {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fillStyle = colour;
  context.fill();
}

function coreOf(points, stops) {
  const [red, green, blue] = channelsOf(Math.max(points, 30), stops);
  return `rgb(${red} ${green} ${blue})`;
}

function spriteOf(points, stops) {
  const step = Math.round(points / STEP_POINTS) * STEP_POINTS;
  if (!sprites.has(step)) sprites.set(step, drawSprite(step, stops));
  return sprites.get(step);
}

function drawSprite(points, stops) {
  const canvas = document.createElement('canvas');
  canvas.width = SPRITE_PX;
  canvas.height = SPRITE_PX;
  const context = canvas.getContext('2d');
  const middle = SPRITE_PX / 2;
  const channels = channelsOf(Math.max(points, 30), stops).join(' ');
  const gradient = context.createRadialGradient(middle, middle, 0, middle, middle, middle);
  const strength = 0.25 + points / 200;
  gradient.addColorStop(0, `rgb(${channels} / ${strength})`);
  gradient.addColorStop(0.35, `rgb(${channels} / ${strength * 0.4})`);
  gradient.addColorStop(1, `rgb(${channels} / 0)`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, SPRITE_PX, SPRITE_PX);
  return canvas;
}
