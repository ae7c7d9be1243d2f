import assert from 'node:assert/strict';
import { test } from 'node:test';

import { partsOf, placeAt, readOffset, sliderEnds, typedOffset } from 'festivity/cameras/offset.js';

const TRACK = { at_ms: [0, 10_000, 200_000], lon: [24, 24.001, 24.002], lat: [60, 60.001, 60.002] };

test('an offset is typed as hours, minutes and seconds, or less', () => {
  assert.deepEqual(['-8:00:12.5', '1:30', '90', '−2,5', '8 h', ''].map(readOffset), [-28_812_500, 90_000, 90_000, -2500, null, null]);
});

test('what is shown reads back as the same offset', () => {
  for (const offsetMs of [0, -500, 28_812_500, -3_599_900]) assert.equal(readOffset(typedOffset(offsetMs)), offsetMs);
});

test('an offset is whole minutes and a rest of at most half of one', () => {
  assert.deepEqual(partsOf(28_812_500), { coarse: 28_800_000, fine: 12_500 });
  assert.deepEqual(partsOf(-50_000), { coarse: -60_000, fine: 10_000 });
});

test('the slider spans every time zone, around a clock that was never set too', () => {
  assert.deepEqual(sliderEnds(5000), { min: -50_400_000, max: 50_400_000 });
  const years = 10 * 365 * 86_400_000;
  assert.ok(sliderEnds(years).min < years && years < sliderEnds(years).max);
});

test('a picture lies between the fixes around its time', () => {
  assert.deepEqual(placeAt(TRACK, 5000).map((degrees) => degrees.toFixed(6)), ['60.000500', '24.000500']);
  assert.deepEqual(placeAt(TRACK, 10_000), [60.001, 24.001]);
});

test('a picture lies nowhere when the next fix is more than a minute away', () => {
  assert.deepEqual([-61_000, 100_000, 261_000].map((atMs) => placeAt(TRACK, atMs)), [null, null, null]);
  assert.deepEqual(placeAt(TRACK, 40_000), [60.001, 24.001]);
});
