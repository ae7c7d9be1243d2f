import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addressOf, startingAt, stopsOf } from 'festivity/tour/address.js';

const HERE = 'https://site.example/tour/?stops=a,b';

test('stops are read in their order', () => {
  assert.deepEqual([stopsOf('?stops=b,a'), stopsOf('?stops='), stopsOf('')], [['b', 'a'], [], []]);
});

test('another order keeps the start', () => {
  assert.equal(addressOf(`${HERE}&from=1.000,2.000`, ['b', 'a']), 'https://site.example/tour/?stops=b,a&from=1.000,2.000');
});

test('another order keeps how one goes and when', () => {
  assert.equal(addressOf(`${HERE}&by=foot&back=1&leave=18:30`, ['b']), 'https://site.example/tour/?stops=b&by=foot&back=1&leave=18:30');
});

test('a position is rounded before it is written anywhere', () => {
  assert.equal(startingAt(HERE, { latitude: 32.900049, longitude: -117.123456 }), `${HERE}&from=32.900,-117.123`);
});
