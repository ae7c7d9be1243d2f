import assert from 'node:assert/strict';
import { test } from 'node:test';

import { box, click, placeIn, stepped } from 'festivity/labels/places.js';

const RECT = { left: 100, top: 50, width: 800, height: 400 };

test('a pointer is a share of the picture', () => {
  assert.deepEqual(placeIn(RECT, 300, 150), { x: 0.25, y: 0.25 });
});

test('a pointer beside the picture is at its edge', () => {
  assert.deepEqual(placeIn(RECT, 20, 5000), { x: 0, y: 1 });
});

test('a picture without a size has one place', () => {
  assert.deepEqual(placeIn({ left: 0, top: 0, width: 0, height: 0 }, 10, 10), { x: 0, y: 0 });
});

test('a click keeps its sign', () => {
  assert.deepEqual(click({ x: 0.1, y: 0.2 }, false), { x: 0.1, y: 0.2, positive: false });
});

test('a box is the same from any corner', () => {
  const made = { x: 0.1, y: 0.2, far_x: 0.5, far_y: 0.6, positive: true };
  assert.deepEqual(box({ x: 0.1, y: 0.2 }, { x: 0.5, y: 0.6 }, true), made);
  assert.deepEqual(box({ x: 0.5, y: 0.2 }, { x: 0.1, y: 0.6 }, true), made);
});

test('a box that is hardly drawn is none', () => {
  assert.equal(box({ x: 0.1, y: 0.2 }, { x: 0.101, y: 0.6 }, true), null);
});

test('the cross stays on the picture', () => {
  assert.deepEqual(stepped({ x: 0.99, y: 0.5 }, 1, 0), { x: 1, y: 0.5 });
});
