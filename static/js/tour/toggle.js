// "Add to tour" on cards and pages of houses, and the link to the tour with the number of its stops.

import { say } from 'festivity/notice.js';
import { sentence } from 'festivity/texts.js';
import { keepTour, MOST_STOPS, readTour, toggled, tourQuery } from 'festivity/tour/kept.js';

/** Returns what shows the state again, for parts of the page that came later. */
export function watchTour(root = document) {
  const show = () => showTour(root, readTour());
  root.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-tour-of]');
    if (button) toggle(button.dataset.tourOf, show);
  });
  window.addEventListener('storage', show);
  window.addEventListener('pageshow', show);
  show();
  return show;
}

function toggle(house, show) {
  const stops = toggled(readTour(), house);
  if (!stops) {
    say(sentence('tourFull').replace('{}', MOST_STOPS));
    return;
  }
  keepTour(stops);
  show();
  say(sentence(stops.includes(house) ? 'tourAdded' : 'tourRemoved').replace('{}', stops.length));
}

function showTour(root, stops) {
  root.querySelectorAll('a[data-tour-of]').forEach((link) => link.replaceWith(buttonOf(link)));
  root.querySelectorAll('button[data-tour-of]').forEach((button) => paint(button, stops.includes(button.dataset.tourOf)));
  root.querySelectorAll('[data-tour-link]').forEach((link) => {
    link.href = link.pathname + tourQuery(stops);
    link.querySelector('[data-tour-count]').textContent = stops.length ? `(${stops.length})` : '';
  });
}

function buttonOf(link) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = link.className;
  button.dataset.tourOf = link.dataset.tourOf;
  return button;
}

function paint(button, within) {
  button.classList.toggle('is-in', within);
  button.textContent = sentence(within ? 'tourIn' : 'tourAdd');
  if (within) button.setAttribute('aria-label', sentence('tourTakeOut'));
  else button.removeAttribute('aria-label');
}
