import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Latest } from 'festivity/labels/latest.js';

function asked() {
  const waiting = [];
  const heard = [];
  const latest = new Latest(
    (question) => new Promise((resolve, reject) => { waiting.push({ question, resolve, reject }); }),
    (answer) => heard.push(answer),
    (error) => heard.push(error.message),
  );
  return { latest, waiting, heard };
}

const soon = () => new Promise((resolve) => { setTimeout(resolve); });

test('of the questions that wait only the last is asked', async () => {
  const { latest, waiting, heard } = asked();
  ['one', 'two', 'three'].forEach((question) => latest.want(question));
  waiting[0].resolve('first');
  await soon();
  waiting[1].resolve('last');
  await soon();
  assert.deepEqual(waiting.map((each) => each.question), ['one', 'three']);
  assert.deepEqual(heard, ['first', 'last']);
});

test('an error does not stop the next question', async () => {
  const { latest, waiting, heard } = asked();
  latest.want('one');
  waiting[0].reject(new Error('dark there'));
  await soon();
  latest.want('two');
  waiting[1].resolve('answer');
  await soon();
  assert.deepEqual(heard, ['dark there', 'answer']);
});

test('what was forgotten is not heard', async () => {
  const { latest, waiting, heard } = asked();
  latest.want('one');
  latest.forget();
  waiting[0].resolve('late');
  await soon();
  assert.deepEqual(heard, []);
});
