import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RETRY_DELAYS_MS, isWorthAgain, metadataOf } from 'festivity/upload/transport.js';

test('silence, troubles of the server and moved offsets are tried again, refusals are not', () => {
  assert.deepEqual([0, 409, 423, 429, 500, 502].map(isWorthAgain), Array(6).fill(true));
  assert.deepEqual([400, 401, 403, 404, 410, 413, 507].map(isWorthAgain), Array(7).fill(false));
});

test('a connection that is down for an hour is waited for', () => {
  assert.ok(RETRY_DELAYS_MS.reduce((total, pause) => total + pause, 0) > 60 * 60 * 1000);
});

test('the site is told what is known of a file, and nothing else', () => {
  const entry = { file: { name: 'a.mp4', lastModified: 5 }, side: '', folder: 'DCIM', sha256: 'ab' };
  assert.deepEqual(metadataOf(entry, 'd'), { filename: 'a.mp4', drive: 'd', folder: 'DCIM', sha256: 'ab', modified: '5' });
});
