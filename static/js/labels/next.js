// The queue's strip on the desk: the picture that comes next is fetched ahead, N opens it, and a saved label offers it at once.

import { watchKeys } from 'festivity/keys.js';
import { say } from 'festivity/notice.js';
import { requestPart } from 'festivity/request.js';

const strip = document.querySelector('[data-queue-strip]');

fetchAhead();
document.querySelector('[data-desk]')?.addEventListener('label:saved', refresh);
watchKeys({ n: () => (isCarrying() ? false : goOn()) });

async function refresh() {
  try {
    strip.innerHTML = await requestPart(strip.dataset.queueStrip);
  } catch (error) {
    say(error.message);
    return;
  }
  fetchAhead();
}

function fetchAhead() {
  const link = strip.querySelector('[data-goes-on]');
  if (link) new Image().src = link.dataset.picture;
}

/** Carried masks that wait for an answer have the N for themselves: it rejects one. */
function isCarrying() {
  return document.querySelector('[data-carry]:not([hidden]) .is-current') !== null;
}

function goOn() {
  const link = strip.querySelector('[data-goes-on]');
  if (!link) return false;
  link.click();
  return true;
}
