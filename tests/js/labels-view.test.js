import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FIT, LARGEST_ZOOM, pulled, showing, under, zoomed } from 'festivity/labels/view.js';

const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-9, `${one} is not ${other}`);

test('the place under the pointer stays there while it comes nearer', () => {
  const view = zoomed(zoomed(FIT, 3, 0.5, 0.5), 2, 0.25, 0.75);
  const before = under(zoomed(FIT, 3, 0.5, 0.5), 0.25, 0.75);
  near(under(view, 0.25, 0.75).x, before.x);
  near(under(view, 0.25, 0.75).y, before.y);
});

test('nothing beside the picture is ever seen', () => {
  assert.deepEqual(pulled(FIT, 0.5, 0.5), FIT);
  assert.deepEqual(zoomed(zoomed(FIT, 4, 1, 1), 0.01, 0, 0), FIT);
  near(pulled(zoomed(FIT, 2), -5, -5).x, 0.5);
});

test('there is an end to nearness', () => {
  assert.equal(zoomed(FIT, 1e9).zoom, LARGEST_ZOOM);
});

test('a cross that leaves what is seen takes the picture along', () => {
  const view = showing(zoomed(FIT, 4, 0, 0), { x: 0.9, y: 0.1 });
  assert.ok(view.x + 1 / view.zoom > 0.9 && view.x < 0.9);
  near(view.y, 0);
});

test('a cross that is seen leaves the picture where it is', () => {
  const view = zoomed(FIT, 2);
  assert.deepEqual(showing(view, { x: 0.5, y: 0.5 }), view);
});
