// Sends one file by tus, going on where an earlier try stopped. The tus client is handed in: it comes as a classic script.

const CHUNK_BYTES = 8 * 1024 * 1024;
const FIRST_PAUSES_MS = [0, 1000, 2000, 5000, 10_000, 20_000];
const PAUSE_MS = 30_000;
const PAUSES = 240;
const WORTH_AGAIN = new Set([0, 408, 409, 423, 425, 429]);
const FULL = 507;

/** Two hours of trying again: a tunnel, a train, a router that restarts. */
export const RETRY_DELAYS_MS = [...FIRST_PAUSES_MS, ...Array(PAUSES).fill(PAUSE_MS)];

export class SendError extends Error {}

/** Whether trying again may help: no answer at all, a trouble of the server, or an offset that has moved. */
export function isWorthAgain(status) {
  return WORTH_AGAIN.has(status) || (status >= 500 && status !== FULL);
}

/** What the site is told of a file. Nothing is said that is not known. */
export function metadataOf(entry, drive) {
  const { file, side, folder = '', sha256 = '' } = entry;
  const said = { filename: file.name, drive, side, folder, sha256, modified: String(file.lastModified ?? '') };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value));
}

/**
 * Resolves when the site has all of `entry.file`. It goes on at `entry.url` where there is one, and keeps there where it is
 * sent to. `onProgress(bytes)` tells the bytes sent so far, `onWaiting()` that the connection is down. Rejects with a SendError
 * that says why, or with the signal's reason. `options` go to the tus client.
 */
export function send(tus, entry, { drive, endpoint, csrfToken, chunkBytes = CHUNK_BYTES, onProgress, onWaiting, signal, ...options }) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(entry.file, {
      endpoint,
      uploadUrl: entry.url || null,
      chunkSize: chunkBytes,
      uploadDataDuringCreation: entry.size <= chunkBytes,
      retryDelays: RETRY_DELAYS_MS,
      storeFingerprintForResuming: false,
      metadata: metadataOf(entry, drive),
      headers: { 'X-CSRFToken': csrfToken, Accept: 'application/json' },
      onUploadUrlAvailable: () => { entry.url = upload.url; },
      onProgress: (sent) => onProgress(sent),
      onShouldRetry: (error) => {
        const again = isWorthAgain(statusOf(error));
        if (again) onWaiting?.();
        return again;
      },
      onError: (error) => reject(new SendError(saidBy(error), { cause: error })),
      onSuccess: () => resolve(),
      ...options,
    });
    signal?.addEventListener('abort', () => upload.abort().then(() => reject(signal.reason)));
    upload.start();
  });
}

function statusOf(error) {
  return error.originalResponse?.getStatus() ?? 0;
}

/** The sentence of the site's answer, or '' when there was none. */
function saidBy(error) {
  try {
    return JSON.parse(error.originalResponse.getBody()).detail ?? '';
  } catch {
    return '';
  }
}
