import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Autosave } from 'festivity/labels/autosave.js';
import { Desk } from 'festivity/labels/desk.js';
import { Sheet } from 'festivity/labels/sheet.js';

const EMPTY = { marks: [], strokes: [], threshold: 0.4, smoothing: 0, edge: 'edges', layer: 1 };
const ONE = { x: 0.5, y: 0.5, positive: true };
const OTHER = { x: 0.25, y: 0.5, positive: true };

globalThis.CustomEvent ??= class extends Event {
  constructor(name, { detail } = {}) {
    super(name);
    this.detail = detail;
  }
};

function storage() {
  const kept = new Map();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text), removeItem: (name) => kept.delete(name) };
}

/** A desk without a page: what it says and shows goes nowhere. */
function deskOf(sheet) {
  const element = Object.assign(new EventTarget(), { dataset: { saved: 'SHARE' } });
  return Object.assign(Object.create(Desk.prototype), { element, sheet, setup: { labels: '/labels' }, newest: null, saving: Promise.resolve(), onSaved() {} });
}

test('what is drawn while a label is being saved stays unsaved', async (t) => {
  t.mock.method(globalThis, 'setTimeout', () => 0);
  const place = { classList: { add() {}, remove() {} }, setAttribute() {} };
  globalThis.document = Object.assign(new EventTarget(), { getElementById: () => place, querySelector: () => null });
  globalThis.window = new EventTarget();
  const sheet = new Sheet(EMPTY);
  const desk = deskOf(sheet);
  const autosave = new Autosave(desk, { kept: { known_at: '' }, newest: null, draft: '/draft' }, () => {}, storage());
  sheet.add(ONE);
  globalThis.fetch = async () => {
    sheet.add(OTHER);
    return Response.json({ id: 7, share: 0.1, overtaken: '' });
  };
  await desk.send(sheet.now);
  await autosave.turn;
  assert.equal(JSON.parse(autosave.base).marks.length, 1);
  assert.equal(autosave.waiting, true);
});
