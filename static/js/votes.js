// Casts a vote without loading the page again: the answer is the same part of the page, as it is now. A vote that moved here from
// another house of the page is taken out there, too.

import { say } from 'festivity/notice.js';
import { requestPart } from 'festivity/request.js';

export function watchVotes(root = document) {
  root.addEventListener('submit', (event) => {
    const place = event.target.closest('[data-vote]');
    if (!place) return;
    event.preventDefault();
    castVote(place, event.target);
  });
}

async function castVote(place, form) {
  const button = form.querySelector('button');
  const left = [...document.querySelectorAll('[data-vote]')].filter((other) => other !== place && voted(other, form));
  button.disabled = true;
  try {
    const fresh = replacePart(place, await requestPart(form.action, { method: 'POST', form: new FormData(form) }));
    focusSame(fresh, form);
    await Promise.all(left.map(renew));
  } catch (error) {
    button.disabled = false;
    say(error.message);
  }
}

/** Whether the vote of the form's category is for the house of that part. */
function voted(part, form) {
  const category = form.elements.namedItem('category').value;
  return part.querySelector(`[data-mine="${CSS.escape(category)}"]`) !== null;
}

async function renew(part) {
  const action = part.querySelector('form')?.action;
  if (action) replacePart(part, await requestPart(`${action}?as=row`));
}

function replacePart(place, html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  const fresh = template.content.querySelector('[data-vote]');
  place.replaceWith(fresh);
  return fresh;
}

function focusSame(fresh, form) {
  const category = form.elements.namedItem('category').value;
  const same = [...fresh.querySelectorAll('form')].find((one) => one.elements.namedItem('category').value === category);
  same?.querySelector('button').focus();
}
