import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { requestBytes, requestJson, requestPart } from 'festivity/request.js';

const SENTENCES = { offline: 'No way there.', missing: 'Gone.', broken: 'Our fault.', refused: 'Sign in.', wrong: 'What?' };
let asked;

beforeEach(() => {
  globalThis.document = {
    getElementById: () => ({ dataset: SENTENCES }),
    querySelector: () => ({ value: 'token' }),
  };
});

afterEach(() => {
  delete globalThis.document;
});

function answer(body, { status = 200, type = 'application/json', redirected = false } = {}) {
  globalThis.fetch = async (url, options) => {
    asked = { url, ...options };
    const response = new Response(status === 204 ? null : body, { status, headers: { 'Content-Type': type } });
    Object.defineProperty(response, 'redirected', { value: redirected });
    return response;
  };
}

test('JSON is sent with the token and read back', async () => {
  answer('{"verdict": "festive"}');
  assert.deepEqual(await requestJson('/x/', { method: 'POST', json: { a: 1 } }), { verdict: 'festive' });
  assert.equal(asked.headers['X-CSRFToken'], 'token');
  assert.equal(asked.body, '{"a":1}');
});

test('reading sends no token', async () => {
  answer('{}');
  await requestJson('/x/');
  assert.equal(asked.headers['X-CSRFToken'], undefined);
});

test('a part is asked for as a part', async () => {
  answer('<p>', { type: 'text/html' });
  assert.equal(await requestPart('/x/'), '<p>');
  assert.equal(asked.headers['X-Part'], '1');
});

test('an empty tile has no bytes', async () => {
  answer('', { status: 204 });
  assert.equal(await requestBytes('/x.mvt'), null);
});

test('the site\'s own sentence comes first', async () => {
  answer('{"detail": "The drive is closed."}', { status: 409 });
  await assert.rejects(requestJson('/x/'), { message: 'The drive is closed.', status: 409 });
});

test('an error without a sentence gets one by its status', async () => {
  answer('<html>', { status: 404, type: 'text/html' });
  await assert.rejects(requestJson('/x/'), { message: 'Gone.' });
  answer('<html>', { status: 502, type: 'text/html' });
  await assert.rejects(requestJson('/x/'), { message: 'Our fault.' });
});

test('a part that leads to the sign-in page asks to sign in', async () => {
  answer('<html>', { type: 'text/html', redirected: true });
  await assert.rejects(requestPart('/x/'), { message: 'Sign in.' });
});

test('a site out of reach is said in a sentence', async () => {
  globalThis.fetch = async () => { throw new TypeError('fetch failed'); };
  await assert.rejects(requestJson('/x/'), { message: 'No way there.', status: 0 });
});

test('a request that was given up stays given up', async () => {
  globalThis.fetch = async () => { throw new DOMException('no longer needed', 'AbortError'); };
  await assert.rejects(requestJson('/x/'), { name: 'AbortError' });
});
