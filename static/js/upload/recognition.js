// Looks at chosen files before they are sent: hashes them, the small ones first, and asks the site which of them it has.
// Pure but for what is handed in: `hash(file, onProgress)` and `ask(hashes)`, which gives a map from hash to where it was sent.

const BATCH = 100;
const PAUSE_MS = 300;

export class Recognition {
  #hash;
  #ask;
  #onLook;
  #waiting = [];
  #batch = [];
  #timer = null;
  #running = false;

  /** `onLook(entry, share)` tells how much of a file has been looked at, from 0 to 1. */
  constructor({ hash, ask, onLook = () => {} }) {
    this.#hash = hash;
    this.#ask = ask;
    this.#onLook = onLook;
  }

  /** Gives every entry its `sha256` and a promise `looked` of where the site has it: null for nowhere. */
  look(entries) {
    for (const entry of entries) {
      entry.looked = new Promise((resolve) => { entry.found = resolve; });
    }
    this.#waiting.push(...entries);
    this.#waiting.sort((one, other) => one.size - other.size);
    if (!this.#running) this.#run();
  }

  async #run() {
    this.#running = true;
    while (this.#waiting.length) await this.#lookAt(this.#waiting.shift());
    this.#running = false;
    this.#askNow();
  }

  async #lookAt(entry) {
    entry.sha256 = await this.#hash(entry.file, (bytes) => this.#onLook(entry, bytes / entry.size));
    if (!entry.sha256) {
      entry.found(null);
      return;
    }
    this.#batch.push(entry);
    if (this.#batch.length === BATCH) this.#askNow();
    else this.#timer ??= setTimeout(() => this.#askNow(), PAUSE_MS);
  }

  async #askNow() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const batch = this.#batch.splice(0);
    if (!batch.length) return;
    const sent = await this.#ask(batch.map((entry) => entry.sha256)).catch(() => new Map());
    for (const entry of batch) entry.found(sent.get(entry.sha256) ?? null);
  }
}
