import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filtersOf, formatAsked, narrows, parseAsked } from 'festivity/map/asked.js';

test('a map without a query has houses and heat, and no filter', () => {
  const asked = parseAsked('');
  assert.deepEqual([...asked.layers], ['houses', 'heat']);
  assert.equal(String(asked.filters), '');
  assert.equal(formatAsked(asked), '');
});

test('filters and layers survive the way through the address', () => {
  const query = '?season=2026&evening=2026-12-05&festivity_class=many&festivity_class=most&layers=heat,neighbourhoods';
  assert.equal(formatAsked(parseAsked(query)), query);
});

test('what is empty or unknown is left out', () => {
  assert.equal(formatAsked(parseAsked('?evening=&utm_source=x&layers=houses,heat,moon')), '');
});

test('every layer can be put away', () => {
  const asked = parseAsked('?layers=');
  assert.equal(asked.layers.size, 0);
  assert.equal(formatAsked(asked), '?layers=');
});

test('a season alone leaves no house of it out', () => {
  assert.equal(narrows(filtersOf(new URLSearchParams('season=2026'))), false);
  assert.equal(narrows(filtersOf(new URLSearchParams('neighbourhood=north'))), true);
});

test('a box is four numbers in order', () => {
  assert.deepEqual(parseAsked('?bbox=1,2,3,4').bbox, [1, 2, 3, 4]);
  for (const text of ['', '1,2,3', '3,2,1,4', 'a,b,c,d', '1,2,3,1e999', '1,,3,4']) {
    assert.equal(parseAsked(`?bbox=${text}`).bbox, null);
  }
});
