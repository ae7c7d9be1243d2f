// What of a picture is seen: `zoom` from 1, and `x`, `y` of the upper left corner in 0..1 of the picture. Never changed in place.

export const FIT = Object.freeze({ zoom: 1, x: 0, y: 0 });
export const LARGEST_ZOOM = 16;
const MARGIN = 0.08;

/** Nearer by a factor, so that the place under `across`, `down` (0..1 of what is seen) stays where it is. */
export function zoomed(view, factor, across = 0.5, down = 0.5) {
  const zoom = Math.min(LARGEST_ZOOM, Math.max(1, view.zoom * factor));
  return held({ zoom, x: view.x + across / view.zoom - across / zoom, y: view.y + down / view.zoom - down / zoom });
}

/** Moved by shares of what is seen, as a hand pulls it. */
export function pulled(view, across, down) {
  return held({ ...view, x: view.x - across / view.zoom, y: view.y - down / view.zoom });
}

/** The nearest view in which a place is seen, and not just at the edge. */
export function showing(view, { x, y }) {
  return held({ zoom: view.zoom, x: brought(view.x, x, 1 / view.zoom), y: brought(view.y, y, 1 / view.zoom) });
}

/** The place in 0..1 of the picture under shares of what is seen. */
export function under(view, across, down) {
  return { x: view.x + across / view.zoom, y: view.y + down / view.zoom };
}

function brought(start, place, length) {
  const margin = MARGIN * length;
  return Math.min(place - margin, Math.max(place + margin - length, start));
}

function held({ zoom, x, y }) {
  const most = 1 - 1 / zoom;
  return Object.freeze({ zoom, x: Math.min(most, Math.max(0, x)), y: Math.min(most, Math.max(0, y)) });
}
