// Runs some jobs at a time, in order, and takes in more while it runs. Pure: no page, no network.

export class Queue {
  #waiting = [];
  #running = 0;
  #run;
  #width;
  #onIdle;

  /** `run(job)` gives a promise; at most `width` of them are open at once. `onIdle` is called whenever nothing is left. */
  constructor({ width, run, onIdle = () => {} }) {
    this.#width = width;
    this.#run = run;
    this.#onIdle = onIdle;
  }

  add(jobs) {
    this.#waiting.push(...jobs);
    this.#fill();
  }

  /** Forgets what has not begun; gives it. */
  clear() {
    return this.#waiting.splice(0);
  }

  get isIdle() {
    return this.#running === 0 && this.#waiting.length === 0;
  }

  #fill() {
    while (this.#running < this.#width && this.#waiting.length) this.#start(this.#waiting.shift());
  }

  async #start(job) {
    this.#running += 1;
    try {
      await this.#run(job);
    } finally {
      this.#running -= 1;
      this.#fill();
      if (this.isIdle) this.#onIdle();
    }
  }
}
