// Keeps a part of the page fresh while something is at work: asks for the same part again until nothing in it is live.

import { requestPart } from 'festivity/request.js';

const SLOWEST_MS = 30_000;

export function watchLive(root = document, onChange = () => {}) {
  root.querySelectorAll('[data-live]').forEach((place) => keepFresh(place, onChange));
}

async function keepFresh(place, onChange) {
  const everyMs = Number(place.dataset.liveEveryMs);
  let pauseMs = everyMs;
  while (isLive(place)) {
    await pause(pauseMs);
    if (document.hidden) continue;
    try {
      const html = await requestPart(place.dataset.live);
      pauseMs = everyMs;
      if (put(place, html)) onChange(place);
    } catch {
      pauseMs = Math.min(pauseMs * 2, SLOWEST_MS);
    }
  }
}

function isLive(place) {
  return place.isConnected && place.querySelector('[data-live-on]') !== null;
}

function put(place, html) {
  if (place.dataset.shown === html) return false;
  const open = [...place.querySelectorAll('details[open]')].map((details) => details.id);
  place.dataset.shown = html;
  place.innerHTML = html;
  open.forEach((id) => document.getElementById(id)?.setAttribute('open', ''));
  announce(place);
  return true;
}

function announce(place) {
  const announcer = document.querySelector('[data-announcer]');
  const said = place.querySelector('[data-announce]')?.textContent.trim() ?? '';
  if (announcer && announcer.textContent !== said) announcer.textContent = said;
}

function pause(ms) {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
