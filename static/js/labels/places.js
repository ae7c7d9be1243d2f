// Places on a picture, in 0..1 from its upper left, y down.

const SMALLEST_BOX = 0.012;
const DIGITS = 1e5;

export function placeIn(rect, clientX, clientY) {
  return { x: share(clientX - rect.left, rect.width), y: share(clientY - rect.top, rect.height) };
}

export function click(place, positive) {
  return { x: place.x, y: place.y, positive };
}

/** The box between two corners, or null where it is too small to be meant. */
export function box(start, end, positive) {
  const [x, far_x] = [start.x, end.x].sort((one, other) => one - other);
  const [y, far_y] = [start.y, end.y].sort((one, other) => one - other);
  return Math.min(far_x - x, far_y - y) < SMALLEST_BOX ? null : { x, y, far_x, far_y, positive };
}

export function stepped(place, across, down, step = 0.02) {
  return { x: within(place.x + across * step), y: within(place.y + down * step) };
}

function share(offset, length) {
  return within(length > 0 ? offset / length : 0);
}

function within(value) {
  return Math.round(Math.min(1, Math.max(0, value)) * DIGITS) / DIGITS;
}
