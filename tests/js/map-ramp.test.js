import assert from 'node:assert/strict';
import { test } from 'node:test';

import { channels, channelsOf } from 'festivity/map/ramp.js';

const STOPS = [{ points: 0, colour: '#000000' }, { points: 50, colour: '#ff8000' }, { points: 100, colour: '#ffffff' }];

test('a colour is read as red, green and blue', () => {
  assert.deepEqual(channels('#ff8001'), [255, 128, 1]);
});

test('a stop has its own colour', () => {
  assert.deepEqual(channelsOf(50, STOPS), [255, 128, 0]);
});

test('between two stops the colours are mixed', () => {
  assert.deepEqual(channelsOf(25, STOPS), [128, 64, 0]);
});

test('points beyond the ramp take its ends', () => {
  assert.deepEqual(channelsOf(-1, STOPS), [0, 0, 0]);
  assert.deepEqual(channelsOf(101, STOPS), [255, 255, 255]);
});
