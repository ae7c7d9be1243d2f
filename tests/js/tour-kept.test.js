import assert from 'node:assert/strict';
import { test } from 'node:test';

import { keepTour, MOST_STOPS, parseTour, readTour, sameHouses, toggled, tourQuery } from 'festivity/tour/kept.js';

function storeOf(text = null) {
  return { text, getItem() { return this.text; }, setItem(_key, value) { this.text = value; } };
}

test('a tour is kept in its order', () => {
  const store = storeOf();
  keepTour(['b', 'a'], store);
  assert.deepEqual(readTour(store), ['b', 'a']);
});

for (const text of [null, '', '{', '7', '{"a":1}', '[1,null]', '["a b","<b>"]']) {
  test(`what is kept as ${text} is no tour`, () => assert.deepEqual(parseTour(text), []));
}

test('a house counts once, and no more than fit are taken', () => {
  const many = Array.from({ length: 60 }, (_, number) => `a${number}`);
  assert.deepEqual(parseTour('["a","a"]'), ['a']);
  assert.equal(parseTour(JSON.stringify(many)).length, MOST_STOPS);
});

test('a house is added at the end, and taken out where it was in', () => {
  assert.deepEqual(toggled(['a'], 'b'), ['a', 'b']);
  assert.deepEqual(toggled(['a', 'b'], 'a'), ['b']);
});

test('a full tour takes no more houses, and gives them back', () => {
  const full = Array.from({ length: MOST_STOPS }, (_, number) => `a${number}`);
  assert.equal(toggled(full, 'b'), null);
  assert.equal(toggled(full, 'a0').length, MOST_STOPS - 1);
});

test('a full store does not stop the page', () => {
  const full = { getItem: () => null, setItem() { throw new Error('QuotaExceededError'); } };
  assert.doesNotThrow(() => keepTour(['a'], full));
});

test('a tour in another order has the same houses', () => {
  assert.ok(sameHouses(['a', 'b'], ['b', 'a']));
  assert.ok(!sameHouses(['a'], ['a', 'b']));
});

test('the address names the stops, or nothing', () => {
  assert.deepEqual([tourQuery(['a', 'b']), tourQuery([])], ['?stops=a,b', '']);
});
