// The SHA-256 of files, one after the other, by a worker that starts with the first of them.

export class Hashes {
  #address;
  #worker = null;
  #asked = new Map();
  #last = Promise.resolve();

  constructor(workerAddress) {
    this.#address = workerAddress;
  }

  /** The file's SHA-256 in hexadecimal, '' where it cannot be had. `onProgress(bytes)` tells how far it is. */
  of(file, onProgress = () => {}) {
    const hash = this.#last.then(() => this.#ask(file, onProgress)).catch(() => '');
    this.#last = hash;
    return hash;
  }

  #ask(file, onProgress) {
    this.#worker ??= this.#start();
    const number = this.#asked.size;
    return new Promise((resolve, reject) => {
      this.#asked.set(number, { resolve, reject, onProgress });
      this.#worker.postMessage({ number, file });
    });
  }

  #start() {
    const worker = new Worker(this.#address, { type: 'module' });
    worker.addEventListener('message', ({ data }) => this.#hear(data));
    worker.addEventListener('error', (event) => {
      for (const { reject } of this.#asked.values()) reject(new Error(event.message));
    });
    return worker;
  }

  #hear({ number, bytes, sha256, trouble }) {
    const { resolve, reject, onProgress } = this.#asked.get(number);
    if (sha256 !== undefined) resolve(sha256);
    else if (trouble !== undefined) reject(new Error(trouble));
    else onProgress(bytes);
  }
}
