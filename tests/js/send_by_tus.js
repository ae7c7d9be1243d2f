// Sends files by the vendored tus client from Node, as the upload page does: three at a time, each cut once in the middle.
// Reads { origin, cookie, csrfToken, drive, files: [path] } from standard input; prints one JSON line of what was asked.

import { File } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { text } from 'node:stream/consumers';

import { Queue } from 'festivity/upload/queue.js';
import { send } from 'festivity/upload/transport.js';

const CHUNK_BYTES = 128 * 1024;
const asked = [];

function tusClient() {
  const module = { exports: {} };
  const source = readFileSync(new URL('../../static/vendor/tus-js-client/tus.min.js', import.meta.url), 'utf8');
  new Function('module', 'exports', source)(module, module.exports);
  return module.exports;
}

/** tus requests by fetch: the vendored client knows browsers only. */
class FetchRequest {
  #headers = {};
  #cut = new AbortController();

  constructor(method, url, cookie) {
    Object.assign(this, { method, url });
    this.#headers.Cookie = cookie;
  }

  getMethod() { return this.method; }
  getURL() { return this.url; }
  setHeader(name, value) { this.#headers[name] = value; }
  getHeader(name) { return this.#headers[name]; }
  setProgressHandler() {}
  getUnderlyingObject() { return null; }
  async abort() { this.#cut.abort(); }

  async send(body) {
    const answer = await fetch(this.url, { method: this.method, headers: this.#headers, body, signal: this.#cut.signal });
    const said = await answer.text();
    asked.push({ method: this.method, status: answer.status, bytes: body?.size ?? 0 });
    return { getStatus: () => answer.status, getHeader: (name) => answer.headers.get(name) ?? undefined, getBody: () => said, getUnderlyingObject: () => answer };
  }
}

const { origin, cookie, csrfToken, drive, files } = JSON.parse(await text(process.stdin));
const tus = tusClient();
const httpStack = { createRequest: (method, url) => new FetchRequest(method, url, cookie), getName: () => 'fetch' };

async function sendWithACut(entry) {
  const cut = new AbortController();
  const how = { drive, csrfToken, httpStack, endpoint: `${origin}/api/uploads/`, chunkBytes: CHUNK_BYTES, uploadDataDuringCreation: false };
  const onChunkComplete = (_size, sent) => { if (sent > entry.size / 2) cut.abort(new Error('cut')); };
  await send(tus, entry, { ...how, onChunkComplete, onProgress: () => {}, signal: cut.signal }).then(
    () => { throw new Error('The upload should have been cut.'); },
    (error) => { if (error.message !== 'cut') throw error; },
  );
  await send(tus, entry, { ...how, onProgress: () => {} });
}

await new Promise((resolve, reject) => {
  const run = (entry) => sendWithACut(entry).catch(reject);
  const queue = new Queue({ width: 3, run, onIdle: resolve });
  queue.add(files.map((path) => {
    const bytes = readFileSync(path);
    const file = new File([bytes], basename(path), { lastModified: 1 });
    return { file, size: file.size, side: 'left' };
  }));
});
console.log(JSON.stringify(asked));
