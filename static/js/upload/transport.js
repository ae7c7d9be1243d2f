// Sends one file by tus, going on where an earlier try stopped. The tus client is handed in: it comes as a classic script.

const CHUNK_BYTES = 8 * 1024 * 1024;
const FIRST_PAUSES_MS = [0, 1000, 2000, 5000, 10_000, 20_000];
const PAUSE_MS = 30_000;
const PAUSES = 240;
const WORTH_AGAIN = new Set([0, 408, 409, 423, 425, 429]);

/** Two hours of trying again: a tunnel, a train, a router that restarts. */
export const RETRY_DELAYS_MS = [...FIRST_PAUSES_MS, ...Array(PAUSES).fill(PAUSE_MS)];

export class SendError extends Error {}

/** Whether trying again may help: no answer at all, a trouble of the server, or an offset that has moved. */
export function isWorthAgain(status) {
  return WORTH_AGAIN.has(status) || status >= 500;
}

/** One file of one drive is the same file tomorrow: by its name, size and time of change. */
export function fingerprintOf(drive, file) {
  return ['festivity', drive, file.name, file.size, file.lastModified].join('-');
}

/**
 * Resolves when the site has all of `entry.file`. `onProgress(bytes)` tells the bytes sent so far, `onWaiting()` that the
 * connection is down. Rejects with a SendError that says why. `options` go to the tus client.
 */
export function send(tus, entry, { drive, endpoint, csrfToken, onProgress, onWaiting, signal, ...options }) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(entry.file, {
      endpoint,
      chunkSize: CHUNK_BYTES,
      uploadDataDuringCreation: entry.size <= CHUNK_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: entry.file.name, drive, side: entry.side },
      headers: { 'X-CSRFToken': csrfToken, Accept: 'application/json' },
      fingerprint: (file) => Promise.resolve(fingerprintOf(drive, file)),
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
    goOn(upload).catch(reject);
  });
}

async function goOn(upload) {
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  upload.start();
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
