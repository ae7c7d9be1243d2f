import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Words } from 'festivity/upload/words.js';

const sentences = { perSecond: '{bytes}/s', filesOne: '{number} file', filesOther: '{number} files of {of}' };
const words = new Words('en', sentences);

test('bytes are said in the unit that fits', () => {
  assert.deepEqual([0, 999, 1500, 15_000_000, 2.34e9].map((bytes) => words.bytes(bytes)), ['0 byte', '999 byte', '1.5 kB', '15 MB', '2.3 GB']);
});

test('durations are said in the unit that fits', () => {
  assert.deepEqual([0.2, 45, 200, 9000].map((seconds) => words.duration(seconds)), ['1 sec', '45 sec', '3 min', '2.5 hr']);
});

test('counts take the form of their number', () => {
  assert.equal(words.count('files', 1), '1 file');
  assert.equal(words.count('files', 1200, { of: 'two' }), '1,200 files of two');
});

test('a speed is bytes per second in words', () => {
  assert.equal(words.speed(3_200_000), '3.2 MB/s');
});
