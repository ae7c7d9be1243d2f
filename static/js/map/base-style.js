// How the base map is drawn: quiet ground for the lights. Widths in pixels, zooms are the map's.

export const GROUND = '#090d18';
export const AREAS = {
  park: { fill: '#0b1719' },
  water: { fill: '#0a1a30' },
  building: { fill: '#131a2b', edge: '#1d263c', from: 14 },
};
export const NAME = { from: 14, all: 15, font: '500 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif', heightPx: 14, ink: '#93a0ba', halo: '#090d18' };

const WAYS = [
  { kinds: ['motorway', 'trunk', 'primary', 'motorway_link', 'trunk_link', 'primary_link'], from: 6, width: 5, colour: '#33405e' },
  { kinds: ['secondary', 'tertiary', 'secondary_link', 'tertiary_link'], from: 10, width: 4, colour: '#2d3954' },
  { kinds: ['residential', 'unclassified', 'living_street', 'road', 'driven'], from: 12, width: 3, colour: '#273148' },
  { kinds: ['pedestrian', 'service'], from: 14, width: 1.8, colour: '#222b41' },
];
const PATH = { from: 15, width: 0.9, colour: '#1e273b' };
const REFERENCE_ZOOM = 16;

/** { from, colour, widthPx } of a street at that zoom, or null where it is too small to draw. */
export function styleOfStreet(kind, zoom) {
  const style = WAYS.find((way) => way.kinds.includes(kind)) ?? PATH;
  if (zoom < style.from) return null;
  return { colour: style.colour, widthPx: Math.max(0.6, style.width * 2 ** ((zoom - REFERENCE_ZOOM) * 0.75)) };
}

/** Larger is more important: drawn later, named earlier. */
export function importanceOf(kind) {
  const place = WAYS.findIndex((way) => way.kinds.includes(kind));
  return place === -1 ? 0 : WAYS.length - place;
}

export function isLarge(kind) {
  return importanceOf(kind) >= WAYS.length - 1;
}
