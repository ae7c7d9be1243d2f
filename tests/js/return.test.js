import assert from 'node:assert/strict';
import { test } from 'node:test';

import { watchReturn } from 'festivity/return.js';

function watched() {
  const page = new EventTarget();
  const clock = { ms: 0 };
  let renewed = 0;
  watchReturn(() => { renewed += 1; }, page, () => clock.ms);
  const become = (state, ms) => {
    clock.ms = ms;
    page.visibilityState = state;
    page.dispatchEvent(new Event('visibilitychange'));
    return renewed;
  };
  return become;
}

test('a long absence renews the page', () => {
  const become = watched();
  become('hidden', 1000);
  assert.equal(become('visible', 62_000), 1);
});

test('a glance elsewhere does not', () => {
  const become = watched();
  become('hidden', 1000);
  assert.equal(become('visible', 30_000), 0);
});
