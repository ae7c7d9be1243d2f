import assert from 'node:assert/strict';
import { test } from 'node:test';

import { boxAround } from '../../static/js/boards/box.js';

const sides = (latitude, longitude) => boxAround({ latitude, longitude }, 1000).split(',').map(Number);

test('a box reaches a kilometre to each side', () => {
  const [west, south, east, north] = sides(32.9, -117.1);
  const metres = [(-117.1 - west) * 93_360, (32.9 - south) * 111_195, (east + 117.1) * 93_360, (north - 32.9) * 111_195];
  for (const reach of metres) assert.ok(reach >= 999 && reach < 1200, String(reach));
});

test('two places on one spot of the grid have one box', () => {
  assert.deepEqual(sides(32.90011, -117.10011), sides(32.90017, -117.10014));
});

test('a box stays on the earth', () => {
  assert.deepEqual(sides(90, 180).slice(2), [180, 90]);
  assert.equal(sides(-90, -180)[0], -180);
});
