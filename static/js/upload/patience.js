// Asks again while there is no answer at all. Pure: the pause is handed in.

const PAUSES_MS = [1000, 2000, 5000, 10_000, 20_000, 30_000];
const TRIES = 240;

/** What `ask` gives. While it fails without an answer (status 0), `onWaiting` is told and it is asked again after a pause. */
export async function patiently(ask, { onWaiting, pause = sleep }) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (error.status !== 0 || attempt === TRIES) throw error;
      onWaiting();
      await pause(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]);
    }
  }
}

function sleep(ms) {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
