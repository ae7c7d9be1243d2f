import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Recognition } from 'festivity/upload/recognition.js';

const entryOf = (name, size) => ({ file: { name }, size });

test('files are hashed the small ones first and asked for together', async () => {
  const hashed = [];
  const asked = [];
  const hash = async (file) => { hashed.push(file.name); return `hash of ${file.name}`; };
  const ask = async (hashes) => { asked.push(hashes); return new Map([['hash of b', 'a drive']]); };
  const entries = [entryOf('a', 3), entryOf('b', 1), entryOf('c', 2)];
  new Recognition({ hash, ask }).look(entries);
  assert.deepEqual(await Promise.all(entries.map((entry) => entry.looked)), [null, 'a drive', null]);
  assert.deepEqual([hashed, asked.length], [['b', 'c', 'a'], 1]);
  assert.equal(entries[0].sha256, 'hash of a');
});

test('a file that cannot be hashed, or a site that does not answer, holds nothing up', async () => {
  const hash = async (file) => (file.name === 'a' ? '' : 'ab');
  const ask = async () => { throw new Error('no answer'); };
  const entries = [entryOf('a', 1), entryOf('b', 2)];
  new Recognition({ hash, ask }).look(entries);
  assert.deepEqual(await Promise.all(entries.map((entry) => entry.looked)), [null, null]);
});
