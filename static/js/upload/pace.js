// How fast bytes go out, from the last seconds, and how long the rest will take. Pure: the clock is handed in.

const WINDOW_MS = 12_000;
const LEAST_MS = 1000;

export class Pace {
  #marks = [];

  /** Says that `bytes` in all had been sent at `atMs`. */
  mark(atMs, bytes) {
    this.#marks.push({ atMs, bytes });
    while (this.#marks.length > 2 && this.#marks[1].atMs <= atMs - WINDOW_MS) this.#marks.shift();
  }

  /** Bytes per second over the window, or null while too little is known. */
  speed(nowMs) {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (!first || nowMs - first.atMs < LEAST_MS) return null;
    return Math.max(0, last.bytes - first.bytes) / ((nowMs - first.atMs) / 1000);
  }

  /** Seconds for `leftBytes` at the present speed, or null while nothing moves. */
  secondsLeft(nowMs, leftBytes) {
    const speed = this.speed(nowMs);
    return speed ? leftBytes / speed : null;
  }
}
