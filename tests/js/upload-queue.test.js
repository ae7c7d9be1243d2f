import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Queue } from 'festivity/upload/queue.js';

const turn = () => new Promise((resolve) => { setImmediate(resolve); });

/** Jobs that end when they are told to. */
function watched(width) {
  const started = [];
  const ends = new Map();
  let idle = 0;
  const run = (job) => { started.push(job); return new Promise((resolve, reject) => { ends.set(job, { resolve, reject }); }); };
  const queue = new Queue({ width, run, onIdle: () => { idle += 1; } });
  return { queue, started, end: async (job) => { ends.get(job).resolve(); await turn(); }, idle: () => idle };
}

test('no more than the width run at once, in order', async () => {
  const { queue, started, end } = watched(3);
  queue.add([1, 2, 3, 4, 5]);
  assert.deepEqual(started, [1, 2, 3]);
  await end(2);
  assert.deepEqual(started, [1, 2, 3, 4]);
});

test('more can be added while it runs, and it is idle once for all', async () => {
  const { queue, started, end, idle } = watched(1);
  queue.add([1]);
  queue.add([2]);
  await end(1);
  assert.equal(idle(), 0);
  await end(2);
  assert.deepEqual([started, idle(), queue.isIdle], [[1, 2], 1, true]);
});

test('it can be filled again after it was idle', async () => {
  const { queue, started, end, idle } = watched(2);
  queue.add([1]);
  await end(1);
  queue.add([2]);
  await end(2);
  assert.deepEqual([started, idle()], [[1, 2], 2]);
});

test('what has not begun can be taken back', async () => {
  const { queue, started, end, idle } = watched(1);
  queue.add([1, 2, 3]);
  assert.deepEqual(queue.clear(), [2, 3]);
  await end(1);
  assert.deepEqual([started, idle()], [[1], 1]);
});
