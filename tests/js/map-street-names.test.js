import assert from 'node:assert/strict';
import { test } from 'node:test';

import { boxAround, isWithin, joinLines, overlap, placeOnLine } from 'festivity/map/street-names.js';

const at = (x, y) => ({ x, y });

test('lines that meet become one, whichever way they run', () => {
  const lines = [[at(0, 0), at(10, 0)], [at(20, 0), at(10, 0)], [at(20, 0), at(30, 0)]];
  const [joined, ...others] = joinLines(lines);
  assert.deepEqual(joined.map((point) => point.x), [0, 10, 20, 30]);
  assert.deepEqual(others, []);
});

test('lines that do not meet stay apart', () => {
  assert.equal(joinLines([[at(0, 0), at(10, 0)], [at(50, 0), at(60, 0)]]).length, 2);
});

test('joining changes no line that was given', () => {
  const lines = [[at(0, 0), at(10, 0)], [at(10, 0), at(20, 0)]];
  joinLines(lines);
  assert.deepEqual(lines, [[at(0, 0), at(10, 0)], [at(10, 0), at(20, 0)]]);
});

test('a name stands in the middle of the longest straight run', () => {
  const place = placeOnLine([at(0, 0), at(0, 30), at(200, 30)], 60);
  assert.deepEqual(place, { x: 100, y: 30, angle: 0 });
});

test('a name that does not fit is left out', () => {
  assert.equal(placeOnLine([at(0, 0), at(50, 0)], 60), null);
});

test('a bend breaks the run', () => {
  assert.equal(placeOnLine([at(0, 0), at(60, 0), at(60, 60)], 70), null);
});

test('small bends do not', () => {
  assert.notEqual(placeOnLine([at(0, 0), at(60, 2), at(120, 0)], 90), null);
});

test('a name is never upside down', () => {
  for (const line of [[at(200, 0), at(0, 0)], [at(0, 200), at(0, 0)], [at(200, 190), at(0, 0)]]) {
    const { angle } = placeOnLine(line, 60);
    assert.ok(Math.abs(angle) <= Math.PI / 2 + 1e-9);
  }
});

test('the box around an upright name is taller than wide', () => {
  const box = boxAround({ x: 50, y: 50, angle: Math.PI / 2 }, 40, 10);
  assert.ok(box.south - box.north > box.east - box.west);
  assert.ok(isWithin(box, 100));
  assert.ok(!isWithin(box, 60));
});

test('boxes overlap when they share ground, and not when they only touch', () => {
  const box = (west, east) => ({ west, east, north: 0, south: 10 });
  assert.ok(overlap(box(0, 10), box(5, 15)));
  assert.ok(!overlap(box(0, 10), box(10, 20)));
});
