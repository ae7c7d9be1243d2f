// Places on a picture, in 0..1 from its upper left, y down.

const SMALLEST_BOX = 0.012;
const DIGITS = 1e5;

export function placeIn(rect, clientX, clientY) {
  return { x: share(clientX - rect.left, rect.width), y: share(clientY - rect.top, rect.height) };
}

/** A place, brought into the picture and rounded to what is kept. */
export function kept({ x, y }) {
  return { x: within(x), y: within(y) };
}

export function click(place, positive) {
  return { x: place.x, y: place.y, positive };
}

/** The box between two corners, or null where it is too small to be meant; `zoom`: how near the picture is. */
export function box(start, end, positive, zoom = 1) {
  const [x, far_x] = [start.x, end.x].sort((one, other) => one - other);
  const [y, far_y] = [start.y, end.y].sort((one, other) => one - other);
  return Math.min(far_x - x, far_y - y) < SMALLEST_BOX / zoom ? null : { x, y, far_x, far_y, positive };
}

export function stepped(place, across, down, step = 0.02) {
  return { x: within(place.x + across * step), y: within(place.y + down * step) };
}

/** How far two places are apart, in shares of the picture's long side; `aspect` is its width by its height. */
export function apart(one, other, aspect) {
  const longSide = Math.max(aspect, 1);
  return Math.hypot((one.x - other.x) * aspect, one.y - other.y) / longSide;
}

function share(offset, length) {
  return within(length > 0 ? offset / length : 0);
}

function within(value) {
  return Math.round(Math.min(1, Math.max(0, value)) * DIGITS) / DIGITS;
}
