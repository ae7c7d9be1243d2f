// "What counts": lays the festivity map over a picture. Works for every picture of the page, also for those that come later.
// A click on a picture whose things can be looked for leads to the page where they are, with the place that was clicked.

import { placeIn } from 'festivity/labels/places.js';

export function watchShots(root = document) {
  root.addEventListener('click', (event) => {
    const button = event.target.closest('[data-overlay]');
    if (button) toggleOverlay(button);
  });
}

export function watchPointing(root = document) {
  root.addEventListener('click', (event) => {
    const shot = event.target.closest('[data-thing]');
    if (!shot || !event.target.matches('img')) return;
    const { x, y } = placeIn(event.target.getBoundingClientRect(), event.clientX, event.clientY);
    window.location.assign(`${shot.dataset.thing}?x=${x}&y=${y}`);
  });
}

function toggleOverlay(button) {
  const shot = button.closest('[data-shot]');
  const overlay = shot.querySelector('.shot-overlay');
  const shown = button.getAttribute('aria-pressed') !== 'true';
  if (shown && !overlay.src) overlay.src = overlay.dataset.src;
  overlay.hidden = !shown;
  shot.classList.toggle('is-overlaid', shown);
  button.setAttribute('aria-pressed', String(shown));
}
