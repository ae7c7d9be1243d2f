import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Sheet } from 'festivity/labels/sheet.js';

const EMPTY = { marks: [], strokes: [], threshold: 0.4, smoothing: 0, edge: 'edges', layer: 1 };
const MARK = { x: 0.5, y: 0.5, positive: true };

test('every mark can be taken back and put again', () => {
  const sheet = new Sheet(EMPTY);
  sheet.add(MARK);
  sheet.add({ ...MARK, positive: false });
  assert.equal(sheet.undo().marks.length, 1);
  assert.equal(sheet.undo().marks.length, 0);
  assert.equal(sheet.redo().marks.length, 1);
  assert.equal(sheet.redo().marks.length, 2);
});

test('a slider that is turned is one step', () => {
  const sheet = new Sheet(EMPTY);
  for (const value of [0.41, 0.42, 0.43]) sheet.set('threshold', value);
  assert.equal(sheet.undo().threshold, 0.4);
  assert.equal(sheet.canUndo, false);
});

test('another deed between two turns makes them two steps', () => {
  const sheet = new Sheet(EMPTY);
  sheet.set('threshold', 0.5);
  sheet.add(MARK);
  sheet.set('threshold', 0.6);
  assert.equal(sheet.undo().threshold, 0.5);
  assert.equal(sheet.now.marks.length, 1);
});

test('a new mark ends what could be done again', () => {
  const sheet = new Sheet(EMPTY);
  sheet.add(MARK);
  sheet.undo();
  sheet.add(MARK);
  assert.equal(sheet.canRedo, false);
});

test('clearing can be taken back, and clearing nothing is no step', () => {
  const sheet = new Sheet(EMPTY);
  sheet.clear();
  assert.equal(sheet.canUndo, false);
  sheet.add(MARK);
  sheet.clear();
  assert.equal(sheet.isEmpty, true);
  assert.equal(sheet.undo().marks.length, 1);
});

test('what was drawn is never changed in place', () => {
  const sheet = new Sheet(EMPTY);
  const before = sheet.now;
  sheet.add(MARK);
  assert.equal(before.marks.length, 0);
  assert.throws(() => { sheet.now.marks.push(MARK); });
});

test('strokes are steps like marks', () => {
  const sheet = new Sheet(EMPTY);
  sheet.paint({ kind: 'brush', points: [[0.1, 0.1], [0.2, 0.2]], radius: 0.01 });
  assert.equal(sheet.isEmpty, false);
  assert.equal(sheet.points, 2);
  assert.equal(sheet.undo().strokes.length, 0);
  assert.equal(sheet.redo().strokes.length, 1);
});

test('what did not change stays the same list', () => {
  const sheet = new Sheet(EMPTY);
  const { marks } = sheet.add(MARK);
  assert.equal(sheet.set('threshold', 0.5).marks, marks);
});
