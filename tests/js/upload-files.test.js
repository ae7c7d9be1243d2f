import assert from 'node:assert/strict';
import { test } from 'node:test';

import { countKeys, entryOf, isLitter, sideOf, sortOut, sum } from 'festivity/upload/files.js';

const file = (name, size = 10) => ({ name, size, lastModified: 1 });

test('a name tells its side', () => {
  assert.equal(sideOf('phone_left_20261205.jpg'), 'left');
  assert.equal(sideOf('IMG_1_R.HEIC'), 'right');
  assert.equal(sideOf('2026/Front camera/IMG_1.jpg'), 'front');
});

test('a name that tells no side or two is silent', () => {
  for (const name of ['DSCR001.jpg', 'cleft.jpg', 'left_right.jpg', '']) assert.equal(sideOf(name), '');
});

test('the own name counts before the folder, and a word before a letter', () => {
  assert.equal(sideOf('right/left_1.jpg'), 'left');
  assert.equal(sideOf('right/l_1.jpg'), 'right');
});

test('an archive needs no side', () => {
  assert.equal(entryOf(file('drive.zip')).needsSide, false);
  assert.equal(entryOf(file('IMG_1.jpg')).needsSide, true);
});

test('what systems leave in folders is not sent', () => {
  assert.deepEqual(['.DS_Store', 'Thumbs.db', 'desktop.ini', 'a.jpg'].map(isLitter), [true, true, true, false]);
});

test('the same choice twice is one file, and the same name in another folder is another', () => {
  const chosen = sortOut([entryOf(file('a.jpg'), 'left/a.jpg')], [], new Map());
  assert.equal(sortOut([entryOf(file('a.jpg'), 'left/a.jpg')], chosen, new Map()).length, 0);
  assert.equal(sortOut([entryOf(file('a.jpg'), 'right/a.jpg')], chosen, new Map()).length, 1);
});

test('what the site has already is not sent again', () => {
  const [known, fresh] = sortOut([entryOf(file('a.jpg')), entryOf(file('a.jpg', 11), 'b/a.jpg')], [], countKeys([file('a.jpg')]));
  assert.deepEqual([known.state, fresh.state], ['received', 'waiting']);
});

test('sums count files, bytes and missing sides', () => {
  const entries = [entryOf(file('left.jpg', 5)), entryOf(file('a.jpg', 7))];
  entries[0] = { ...entries[0], state: 'received', sent: 5 };
  assert.deepEqual(sum(entries), { files: 2, received: 1, failed: 0, here: 0, bytes: 12, sentBytes: 5, sideless: 1 });
});

test('of two files with one name and size, one that the site has counts for one', () => {
  const received = countKeys([file('a.jpg')]);
  const first = sortOut([entryOf(file('a.jpg'), 'left/a.jpg')], [], received);
  const second = sortOut([entryOf(file('a.jpg'), 'right/a.jpg')], first, received);
  assert.deepEqual([first[0].state, second[0].state], ['received', 'waiting']);
});
