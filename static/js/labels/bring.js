// A mask from a file: what is wrong with it is said beside the field, and the page stays as it is.

import { requestJson } from 'festivity/request.js';

export function watchBringing(form) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const says = form.querySelector('[data-bring-says]');
    says.textContent = '';
    try {
      const { page } = await requestJson(form.action, { method: 'POST', form: new FormData(form) });
      if (new URL(page, window.location.href).pathname !== window.location.pathname) window.location.assign(page);
      else window.location.reload();
    } catch (error) {
      says.textContent = error.message;
    }
  });
}
