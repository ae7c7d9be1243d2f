import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RETRY_DELAYS_MS, fingerprintOf, isWorthAgain } from 'festivity/upload/transport.js';

test('silence, troubles of the server and moved offsets are tried again, refusals are not', () => {
  assert.deepEqual([0, 409, 423, 429, 500, 502].map(isWorthAgain), Array(6).fill(true));
  assert.deepEqual([400, 401, 403, 404, 410, 413].map(isWorthAgain), Array(6).fill(false));
});

test('a connection that is down for an hour is waited for', () => {
  assert.ok(RETRY_DELAYS_MS.reduce((total, pause) => total + pause, 0) > 60 * 60 * 1000);
});

test('a changed file or another drive is another upload', () => {
  const photo = { name: 'a.jpg', size: 1, lastModified: 5 };
  const prints = [['d', photo], ['e', photo], ['d', { ...photo, size: 2 }], ['d', { ...photo, lastModified: 6 }]];
  assert.equal(new Set(prints.map(([drive, file]) => fingerprintOf(drive, file))).size, 4);
});
