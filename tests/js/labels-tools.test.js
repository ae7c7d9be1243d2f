import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Tools } from 'festivity/labels/tools.js';
import { FIT } from 'festivity/labels/view.js';

const PLAIN = { altKey: false, button: 0 };
const OTHER_BUTTON = { altKey: false, button: 2 };
let made;
let tools;

beforeEach(() => {
  made = [];
  const told = { look: (at) => made.push(['look', at]), mark: (mark) => made.push(['mark', mark]), stroke: (stroke) => made.push(['stroke', stroke]), live: () => {}, hover: () => {} };
  tools = new Tools({ longSidePx: 1000, aspect: 2, view: FIT }, told, () => 0.02);
});

function drawn(mode, places, event = PLAIN) {
  if (tools.mode !== mode) tools.choose(mode);
  const at = places.map(([x, y]) => ({ x, y }));
  tools.press(at[0], event);
  if (at.length > 1) tools.drag(at.slice(1), event);
  tools.release(at.at(-1), event);
}

test('a click of the other button says: not this', () => {
  drawn('plus', [[0.5, 0.5]], OTHER_BUTTON);
  assert.deepEqual(made, [['mark', { x: 0.5, y: 0.5, positive: false }]]);
});

test('a pull with the brush is one stroke of its width', () => {
  drawn('brush', [[0.1, 0.1], [0.2, 0.1], [0.3, 0.2]]);
  assert.deepEqual(made, [['stroke', { kind: 'brush', points: [[0.1, 0.1], [0.2, 0.1], [0.3, 0.2]], radius: 0.02 }]]);
});

test('points that hardly move are left out', () => {
  drawn('brush', [[0.1, 0.1], ...Array(500).fill([0.1002, 0.1]), [0.3, 0.1]]);
  assert.equal(made[0][1].points.length, 2);
});

test('Alt and the brush erase', () => {
  drawn('brush', [[0.1, 0.1]], { altKey: true, button: 0 });
  assert.equal(made[0][1].kind, 'eraser');
});

test('a stroke beside the picture stays in it', () => {
  drawn('eraser', [[-0.4, 0.1], [1.7, 2]]);
  assert.deepEqual(made[0][1].points, [[0, 0.1], [1, 1]]);
});

test('corners one by one are a polygon once the first is met again', () => {
  for (const at of [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5], [0.101, 0.1]]) drawn('polygon', [at]);
  assert.deepEqual(made, [['stroke', { kind: 'polygon', points: [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]], radius: 0 }]]);
});

test('a polygon can be drawn round in one pull', () => {
  drawn('hole', [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5], [0.1, 0.5]]);
  assert.equal(made[0][1].kind, 'hole');
  assert.equal(made[0][1].points.length, 4);
});

test('two corners are no polygon, and each can be taken back', () => {
  drawn('polygon', [[0.1, 0.1]]);
  drawn('polygon', [[0.5, 0.1]]);
  assert.equal(tools.close(), false);
  assert.deepEqual([tools.takeBack(), tools.takeBack(), tools.takeBack()], [true, true, false]);
  assert.deepEqual(made, []);
});

test('a second finger leaves nothing behind', () => {
  tools.choose('brush');
  tools.press({ x: 0.5, y: 0.5 }, PLAIN);
  tools.drag([{ x: 0.6, y: 0.5 }]);
  tools.giveUp();
  tools.release({ x: 0.7, y: 0.5 }, PLAIN);
  assert.deepEqual(made, []);
});
