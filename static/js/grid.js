// The frames of a drive: order and pages change without loading the page again.

import { say } from 'festivity/notice.js';
import { requestPart } from 'festivity/request.js';

export function watchGrid(place) {
  place.addEventListener('click', (event) => {
    const link = event.target.closest('.frames-sort a, .pager a');
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(place, link.search, link);
  });
  return { refresh: () => show(place, window.location.search) };
}

async function show(place, search, link) {
  try {
    place.innerHTML = await requestPart(place.dataset.grid + search);
  } catch (error) {
    say(error.message);
    return;
  }
  if (!link) return;
  history.replaceState(null, '', `${search}#frames`);
  place.querySelector('.frames-sort [aria-current]')?.focus({ preventScroll: true });
  place.scrollIntoView({ block: 'start' });
}
