// Staff say of a frame that it is festive or not, without leaving the page.

import { say } from 'festivity/notice.js';
import { requestJson } from 'festivity/request.js';

export function watchVerdicts(root = document) {
  root.addEventListener('submit', (event) => {
    const form = event.target.closest('[data-verdict]');
    if (!form) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

async function send(form, pressed) {
  const buttons = form.querySelectorAll('button');
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const { verdict } = await requestJson(form.dataset.verdict, { method: 'POST', json: { verdict: pressed.value } });
    buttons.forEach((button) => button.setAttribute('aria-pressed', String(button.value === verdict)));
  } catch (error) {
    say(error.message);
  }
  buttons.forEach((button) => { button.disabled = false; });
  pressed.focus();
}
