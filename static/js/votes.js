// Casts a vote without loading the page again: the answer is the same part of the page, as it is now.

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
  button.disabled = true;
  try {
    replacePart(place, await requestPart(form.action, { method: 'POST', form: new FormData(form) }));
  } catch (error) {
    button.disabled = false;
    say(error.message);
  }
}

function replacePart(place, html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  const fresh = template.content.querySelector('[data-vote]');
  place.replaceWith(fresh);
  fresh.querySelector('button')?.focus();
}
