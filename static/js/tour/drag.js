// Stops dragged by their number into another order, by mouse, pen or finger.

const EDGE_PX = 80;
const STEP_PX = 14;

/** `onOrder` gets the houses in their new order and the one that was moved, once a stop is let go somewhere else. */
export function watchDrag(root, onOrder) {
  root.addEventListener('pointerdown', (event) => {
    const handle = event.target.closest('[data-handle]');
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    drag(handle, event.pointerId, onOrder);
  });
}

function drag(handle, pointer, onOrder) {
  const row = handle.closest('li');
  const list = row.parentElement;
  const before = orderOf(list);
  const ended = new AbortController();
  const listen = (name, listener) => handle.addEventListener(name, listener, { signal: ended.signal });
  const end = (stays) => {
    ended.abort();
    row.classList.remove('is-dragged');
    if (!stays) before.forEach((house) => list.append(list.querySelector(`[data-house="${house}"]`)));
    if (stays && String(orderOf(list)) !== String(before)) onOrder(orderOf(list), row.dataset.house);
  };
  handle.setPointerCapture(pointer);
  row.classList.add('is-dragged');
  listen('pointermove', (event) => follow(list, row, event.clientY));
  listen('pointerup', () => end(true));
  listen('pointercancel', () => end(false));
}

function follow(list, row, y) {
  const next = [...list.children].filter((other) => other !== row).find((other) => y < middleOf(other));
  if (next !== row.nextElementSibling) list.insertBefore(row, next ?? null);
  if (y < EDGE_PX || y > window.innerHeight - EDGE_PX) window.scrollBy(0, y < EDGE_PX ? -STEP_PX : STEP_PX);
}

function middleOf(element) {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}

function orderOf(list) {
  return [...list.children].map((row) => row.dataset.house);
}
