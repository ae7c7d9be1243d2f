import assert from 'node:assert/strict';
import { test } from 'node:test';

import { entryOf, isTwice, kindOf, matchOpen, sideOf, sortOut, sum } from 'festivity/upload/files.js';

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

test('only cameras have a side', () => {
  const needs = ['drive.zip', 'way.gpx', 'IMG_1.jpg', 'GX010001.MP4', 'left.mov'].map((name) => entryOf(file(name)).needsSide);
  assert.deepEqual(needs, [false, false, true, true, false]);
});

test('a name promises a kind', () => {
  const names = ['.DS_Store', 'Thumbs.db', 'GX010001.LRV', 'IMG_1.CR2', 'letter.doc', 'noend', 'a.JPG', 'a.360', 'a.NMEA'];
  assert.deepEqual(names.map(kindOf), ['litter', 'litter', 'litter', 'raw', 'unknown', 'unknown', 'photo', 'video', 'track']);
});

test('what is not read here is left out of what is sent', () => {
  const entries = [entryOf(file('a.dng', 7)), entryOf(file('a.jpg', 5))];
  assert.deepEqual([entries[0].state, sum(entries).files, sum(entries).bytes], ['left-out', 1, 5]);
});

test('the same choice twice is one file, and the same name in another folder is another', () => {
  const chosen = sortOut([entryOf(file('a.jpg'), 'left/a.jpg'), entryOf(file('a.jpg'), 'left/a.jpg')], []);
  assert.equal(chosen.length, 1);
  assert.equal(sortOut([entryOf(file('a.jpg'), 'left/a.jpg')], chosen).length, 0);
  assert.equal(sortOut([entryOf(file('a.jpg'), 'right/a.jpg')], chosen).length, 1);
});

test('an open upload is known by its hash, whatever the file is called now', () => {
  const open = { length: 10, sha256: 'ab', name: 'old.jpg', folder: '', url: '/1/' };
  const entry = { ...entryOf(file('new.jpg')), sha256: 'ab' };
  assert.equal(matchOpen(entry, [open]), open);
  assert.equal(matchOpen({ ...entry, sha256: 'cd' }, [{ ...open, name: 'new.jpg' }]), undefined);
});

test('an open upload without a hash is known by name, size and folder', () => {
  const open = { length: 10, sha256: '', name: 'a.mp4', folder: 'DCIM', url: '/1/' };
  assert.equal(matchOpen(entryOf(file('a.mp4'), 'DCIM/a.mp4'), [open]), open);
  for (const other of [entryOf(file('a.mp4')), entryOf(file('a.mp4', 11), 'DCIM/a.mp4')]) assert.equal(matchOpen(other, [open]), undefined);
});

test('of two files with the same bytes the second is not sent', () => {
  const entries = [entryOf(file('a.jpg')), entryOf(file('b.jpg'))].map((entry) => ({ ...entry, sha256: 'ab' }));
  assert.deepEqual(entries.map((entry) => isTwice(entry, entries)), [false, true]);
});

test('sums count files and bytes', () => {
  const entries = [entryOf(file('left.jpg', 5)), { ...entryOf(file('a.jpg', 7)), looking: 0.5 }];
  entries[0] = { ...entries[0], state: 'received', sent: 5 };
  assert.deepEqual(sum(entries), { files: 2, received: 1, failed: 0, here: 0, bytes: 12, sentBytes: 5, looking: 1 });
});
