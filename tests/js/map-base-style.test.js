import assert from 'node:assert/strict';
import { test } from 'node:test';

import { importanceOf, isLarge, styleOfStreet } from 'festivity/map/base-style.js';

test('a main street is wider than a footpath at every zoom that shows both', () => {
  for (let zoom = 15; zoom <= 19; zoom += 1) {
    assert.ok(styleOfStreet('primary', zoom).widthPx > styleOfStreet('footway', zoom).widthPx);
  }
});

test('small streets come in as one zooms in', () => {
  assert.equal(styleOfStreet('residential', 11), null);
  assert.notEqual(styleOfStreet('residential', 12), null);
});

test('an unknown kind is drawn like a path', () => {
  assert.deepEqual(styleOfStreet('corridor', 17), styleOfStreet('footway', 17));
});

test('only main streets are large', () => {
  assert.deepEqual(['primary', 'tertiary', 'residential', 'footway'].map(isLarge), [true, true, false, false]);
  assert.ok(importanceOf('primary') > importanceOf('residential'));
});
