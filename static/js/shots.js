// "What counts": lays the festivity map over a picture. Works for every picture of the page, also for those that come later.

export function watchShots(root = document) {
  root.addEventListener('click', (event) => {
    const button = event.target.closest('[data-overlay]');
    if (button) toggleOverlay(button);
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
