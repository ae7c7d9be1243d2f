// Wires the board of houses: "Near me" lists what lies within a kilometre.

import { boxAround } from 'festivity/boards/box.js';
import { say } from 'festivity/notice.js';
import { sentence } from 'festivity/texts.js';

const REACH_M = 1000;
const ASKED = { enableHighAccuracy: false, timeout: 20_000, maximumAge: 60_000 };
const button = document.querySelector('[data-near]');

if (button && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener('click', () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(showAround, failed, ASKED);
  });
}

function showAround({ coords }) {
  const address = new URL(window.location.href);
  for (const name of ['page', 'neighbourhood']) address.searchParams.delete(name);
  address.searchParams.set('bbox', boxAround(coords, REACH_M));
  window.location.assign(address);
}

function failed() {
  button.disabled = false;
  say(sentence('noPosition'));
}
