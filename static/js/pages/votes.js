// Wires the pages of votes: where I am, and ticking all votes that staff decide on.

import { say } from 'festivity/notice.js';

const where = document.querySelector('[data-where]');
const all = document.querySelector('[data-all]');
if (where && navigator.geolocation) offerPlace(where.querySelector('[data-find]'));
if (all) offerAll(all);

function offerPlace(button) {
  button.hidden = false;
  button.addEventListener('click', () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      where.elements.namedItem('lat').value = coords.latitude;
      where.elements.namedItem('lon').value = coords.longitude;
      where.submit();
    }, (error) => say(error.message));
  });
}

function offerAll(label) {
  label.hidden = false;
  label.addEventListener('change', (event) => {
    document.querySelectorAll('[name="votes"]').forEach((box) => { box.checked = event.target.checked; });
  });
}
