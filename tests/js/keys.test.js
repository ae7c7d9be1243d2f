import assert from 'node:assert/strict';
import { test } from 'node:test';

import { deedOf } from 'festivity/keys.js';

const DEEDS = { u: 'undo', r: 'redo', s: 'save', ArrowLeft: 'before' };

function press(key, more = {}) {
  return deedOf(DEEDS, { key, target: { closest: () => null }, ...more });
}

test('a letter does its deed, small or large', () => {
  assert.equal(press('s'), 'save');
  assert.equal(press('S', { shiftKey: true }), 'save');
});

test('what is typed into a field stays there', () => {
  assert.equal(press('s', { target: { closest: () => ({}) } }), null);
});

test('Ctrl+S is the browser\'s, Ctrl+Z takes back', () => {
  assert.equal(press('s', { ctrlKey: true }), null);
  assert.equal(press('z', { ctrlKey: true }), 'undo');
  assert.equal(press('Z', { ctrlKey: true, shiftKey: true }), 'redo');
  assert.equal(press('y', { metaKey: true }), 'redo');
});

test('an arrow turns a slider that has the focus', () => {
  assert.equal(press('ArrowLeft', { target: { type: 'range', closest: () => null } }), null);
  assert.equal(press('ArrowLeft'), 'before');
});

test('a key without a deed does nothing', () => {
  assert.equal(press('q'), null);
});
