import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Pace } from 'festivity/upload/pace.js';

test('a steady upload has a steady pace', () => {
  const pace = new Pace();
  for (let second = 0; second <= 5; second += 1) pace.mark(second * 1000, second * 200);
  assert.equal(pace.speed(5000), 200);
  assert.equal(pace.secondsLeft(5000, 1000), 5);
});

test('the first moments say nothing', () => {
  const pace = new Pace();
  assert.equal(pace.speed(0), null);
  pace.mark(0, 0);
  pace.mark(10, 5000);
  assert.equal(pace.secondsLeft(10, 1000), null);
});

test('a pace of long ago is forgotten', () => {
  const pace = new Pace();
  for (let second = 0; second <= 60; second += 1) pace.mark(second * 1000, Math.min(second, 30) * 1000);
  assert.equal(pace.speed(60_000), 0);
  assert.equal(pace.secondsLeft(60_000, 1000), null);
});

test('a cut shows as a falling pace while nothing is marked', () => {
  const pace = new Pace();
  pace.mark(0, 0);
  pace.mark(2000, 2000);
  assert.ok(pace.speed(8000) < pace.speed(2000));
});
