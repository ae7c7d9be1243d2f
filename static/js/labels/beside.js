// What stands beside the desk: whether the drawing is kept, who else is there, what they saved meanwhile.

import { Autosave } from 'festivity/labels/autosave.js';
import { watchBringing } from 'festivity/labels/bring.js';
import { Presence } from 'festivity/labels/presence.js';
import { say } from 'festivity/notice.js';

/** `showHistory()` renews the list of labels. */
export function besideTheDesk(desk, showHistory) {
  const place = document.querySelector('[data-drafting]');
  const drafting = JSON.parse(document.getElementById('drafting').textContent);
  const autosave = new Autosave(desk, drafting, (state, at) => showState(place, state, at));
  const presence = new Presence(desk, drafting, (others, newest) => {
    showOthers(place, others);
    if (showMeanwhile(place, newest)) showHistory();
  });
  const deeds = {
    discard: () => autosave.discard(),
    theirs: () => autosave.settle(true),
    ours: () => autosave.settle(false),
    keep: () => presence.keepMine(),
    look: () => document.getElementById('history-title').scrollIntoView({ block: 'start' }),
  };
  place.addEventListener('click', (event) => deeds[event.target.closest('[data-deed]')?.dataset.deed]?.());
  place.querySelector('[data-where-else]').addEventListener('click', (event) => goWhenKept(event, autosave));
  place.hidden = false;
  watchBringing(document.querySelector('[data-bring]'));
  if (autosave.takeUp()) say(place.dataset.back);
}

/** The page that the link leads to reads the draft. */
async function goWhenKept(event, autosave) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const { href } = event.currentTarget;
  await autosave.flush();
  window.location.assign(href);
}

function showState(place, state, at) {
  const sentence = place.dataset[state] ?? '';
  const says = place.querySelector('[data-state]');
  says.textContent = sentence.replace('AT', at);
  says.classList.toggle('is-trouble', ['offline', 'refused', 'elsewhere'].includes(state));
  place.querySelector('[data-discard]').hidden = state === 'none' || state === 'elsewhere';
  place.querySelector('[data-two]').hidden = state !== 'elsewhere';
}

function showOthers(place, others) {
  const says = place.querySelector('[data-others]');
  const words = others.map(({ name, since }) => place.dataset.there.replace('NAME', name).replace('AT', since)).join(' ');
  if (says.textContent !== words) says.textContent = words;
}

/** True where this label is told of for the first time. */
function showMeanwhile(place, newest) {
  const box = place.querySelector('[data-meanwhile-box]');
  const isNew = newest !== null && box.dataset.told !== String(newest.id);
  box.hidden = newest === null;
  if (!isNew) return false;
  const sentence = newest.mine ? place.dataset.mine : place.dataset.meanwhile;
  box.querySelector('[data-meanwhile-says]').textContent = sentence.replace('NAME', newest.author).replace('AT', newest.at);
  box.dataset.told = newest.id;
  return true;
}
