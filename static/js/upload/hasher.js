// A worker: the SHA-256 of a file of any size, slice by slice, beside the page. An import map does not reach in here.

import { sha256 } from '../../vendor/hashes/sha2.js';

const SLICE_BYTES = 4 * 1024 * 1024;

self.addEventListener('message', async ({ data: { number, file } }) => {
  try {
    self.postMessage({ number, sha256: await hashOf(file, (bytes) => self.postMessage({ number, bytes })) });
  } catch (error) {
    self.postMessage({ number, trouble: error.message });
  }
});

async function hashOf(file, onProgress) {
  const digest = sha256.create();
  for (let at = 0; at < file.size; at += SLICE_BYTES) {
    digest.update(new Uint8Array(await file.slice(at, at + SLICE_BYTES).arrayBuffer()));
    onProgress(Math.min(at + SLICE_BYTES, file.size));
  }
  return [...digest.digest()].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
