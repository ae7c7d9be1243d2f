// The site's own base map: vector tiles drawn on canvas, with street names where they fit.

import L from 'festivity/leaflet.js';
import { AREAS, GROUND, NAME, importanceOf, isLarge, styleOfStreet } from 'festivity/map/base-style.js';
import { boxAround, isWithin, joinLines, overlap, placeOnLine } from 'festivity/map/street-names.js';
import { featuresOf } from 'festivity/map/tile-source.js';

const SIZE_PX = 512;

export const BaseLayer = L.GridLayer.extend({
  initialize(source, options) {
    L.GridLayer.prototype.initialize.call(this, { tileSize: SIZE_PX, pane: 'tilePane', updateWhenZooming: false, ...options });
    this.source = source;
  },

  createTile(coords, done) {
    const canvas = document.createElement('canvas');
    const density = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = SIZE_PX * density;
    canvas.height = SIZE_PX * density;
    const context = canvas.getContext('2d');
    context.scale(density, density);
    this.source.tileFor({ ...coords, z: coords.z - 1 }).then((found) => {
      drawTile(context, found, coords.z);
      done(null, canvas);
    }).catch((error) => done(error, canvas));
    return canvas;
  },
});

function drawTile(context, found, zoom) {
  context.fillStyle = GROUND;
  context.fillRect(0, 0, SIZE_PX, SIZE_PX);
  const areas = featuresOf(found.tile.layers.areas);
  for (const kind of Object.keys(AREAS)) {
    drawAreas(context, areas.filter((area) => area.properties.kind === kind), found, AREAS[kind], zoom);
  }
  const streets = featuresOf(found.tile.layers.streets).map((feature) => ({
    kind: feature.properties.kind,
    name: feature.properties.name,
    lines: linesOf(feature, found),
  }));
  streets.sort((a, b) => importanceOf(a.kind) - importanceOf(b.kind));
  streets.forEach((street) => drawStreet(context, street, zoom));
  const named = streets.filter((street) => zoom >= (isLarge(street.kind) ? NAME.from : NAME.all));
  drawNames(context, named.toReversed());
}

function drawAreas(context, areas, found, style, zoom) {
  if (zoom < (style.from ?? 0)) return;
  context.beginPath();
  areas.forEach((area) => linesOf(area, found).forEach((ring) => trace(context, ring)));
  context.fillStyle = style.fill;
  context.fill('evenodd');
  if (!style.edge) return;
  context.strokeStyle = style.edge;
  context.lineWidth = 1;
  context.stroke();
}

function drawStreet(context, street, zoom) {
  const style = styleOfStreet(street.kind, zoom);
  if (!style) return;
  context.beginPath();
  street.lines.forEach((line) => trace(context, line));
  context.strokeStyle = style.colour;
  context.lineWidth = style.widthPx;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.stroke();
}

function drawNames(context, streets) {
  context.font = NAME.font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  const taken = [];
  for (const [name, lines] of linesByName(streets)) {
    const widthPx = context.measureText(name).width;
    joinLines(lines).forEach((line) => {
      const place = placeOnLine(line, widthPx);
      const box = place && boxAround(place, widthPx + 8, NAME.heightPx + 8);
      if (!box || !isWithin(box, SIZE_PX) || taken.some((other) => overlap(box, other))) return;
      taken.push(box);
      write(context, name, place);
    });
  }
}

function linesByName(streets) {
  const lines = new Map();
  streets.filter((street) => street.name).forEach((street) => {
    lines.set(street.name, [...(lines.get(street.name) ?? []), ...street.lines]);
  });
  return lines;
}

function write(context, text, { x, y, angle }) {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.strokeStyle = NAME.halo;
  context.lineWidth = 3;
  context.strokeText(text, 0, 0);
  context.fillStyle = NAME.ink;
  context.fillText(text, 0, 0);
  context.restore();
}

function linesOf(feature, { scale, left, top }) {
  const pixels = SIZE_PX * scale / feature.extent;
  return feature.loadGeometry().map((line) => line.map(({ x, y }) => ({
    x: x * pixels - left * SIZE_PX,
    y: y * pixels - top * SIZE_PX,
  })));
}

function trace(context, [first, ...rest]) {
  context.moveTo(first.x, first.y);
  rest.forEach((point) => context.lineTo(point.x, point.y));
}
