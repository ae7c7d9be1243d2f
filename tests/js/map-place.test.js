import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatPlace, parsePlace } from 'festivity/map/place.js';

const PLACE = { zoom: 16, lat: 60.17, lon: 24.94, house: 'abc123' };

test('a place survives the way through the address', () => {
  assert.deepEqual(parsePlace(formatPlace(PLACE)), PLACE);
});

test('a place without a house has three parts', () => {
  assert.equal(formatPlace({ zoom: 16, lat: 60.17, lon: -24.94 }), '#16/60.17000/-24.94000');
});

for (const hash of ['', '#', '#16', '#16/60', '#x/60/24', '#16/91/24', '#16/60/181', '#-1/60/24', '#99/60/24', '#16//24', '#16/60/24/<b>']) {
  test(`"${hash}" is no place`, () => {
    assert.equal(parsePlace(hash), null);
  });
}
