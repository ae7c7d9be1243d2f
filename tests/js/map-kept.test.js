import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Kept } from 'festivity/map/kept.js';

function counted(most = 3) {
  const asked = [];
  const clock = { ms: 0 };
  const kept = new Kept(most, 1000, () => clock.ms);
  return { asked, clock, get: (key) => kept.get(key, () => asked.push(key)), forget: (key) => kept.forget(key) };
}

test('an answer is asked for once while it is fresh, and again after that', () => {
  const { asked, clock, get } = counted();
  get('a');
  clock.ms = 999;
  get('a');
  assert.deepEqual(asked, ['a']);
  clock.ms = 1001;
  get('a');
  assert.deepEqual(asked, ['a', 'a']);
});

test('the answer that was not used for longest makes room', () => {
  const { asked, get } = counted(2);
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) get(key);
  assert.deepEqual(asked, ['a', 'b', 'c', 'b']);
});

test('what was forgotten is asked for anew', () => {
  const { asked, get, forget } = counted();
  get('a');
  forget('a');
  get('a');
  assert.deepEqual(asked, ['a', 'a']);
});
