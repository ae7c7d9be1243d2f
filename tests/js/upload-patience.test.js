import assert from 'node:assert/strict';
import { test } from 'node:test';

import { patiently } from 'festivity/upload/patience.js';

const silence = Object.assign(new Error('no answer'), { status: 0 });

test('silence is waited out, longer and longer', async () => {
  const pauses = [];
  let asked = 0;
  const ask = async () => { asked += 1; if (asked < 4) throw silence; return 'here'; };
  const answer = await patiently(ask, { onWaiting: () => {}, pause: async (ms) => { pauses.push(ms); } });
  assert.deepEqual([answer, pauses], ['here', [1000, 2000, 5000]]);
});

test('a refusal is not asked again', async () => {
  let asked = 0;
  const refusal = Object.assign(new Error('no'), { status: 409 });
  const ask = async () => { asked += 1; throw refusal; };
  await assert.rejects(patiently(ask, { onWaiting: () => {} }), refusal);
  assert.equal(asked, 1);
});
