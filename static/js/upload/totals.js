// What all files together have come to: a bar, a line of figures, and now and then a sentence for who cannot see them.

const SPOKEN_EVERY_MS = 10_000;

export class Totals {
  #place;
  #words;
  #spokenAt = 0;

  constructor(place, words) {
    this.#place = place;
    this.#words = words;
  }

  /** `state`: choosing, sending, waiting (the connection is down), stopped (some failed) or sent. */
  show(sums, { state, speed = null, secondsLeft = null, nowMs = 0 }) {
    this.#place.hidden = sums.files === 0;
    this.#place.dataset.state = state;
    const bar = this.#place.querySelector('progress');
    bar.hidden = state === 'choosing';
    bar.value = sums.bytes ? sums.sentBytes / sums.bytes : 1;
    this.#put('[data-files]', this.#filesOf(sums, state));
    this.#put('[data-bytes]', this.#bytesOf(sums, state));
    this.#put('[data-pace]', this.#paceOf(state, speed, secondsLeft));
    this.#speak(sums, state, secondsLeft, nowMs);
  }

  announce(sentence) {
    this.#put('[data-spoken]', sentence);
  }

  #filesOf(sums, state) {
    if (state === 'choosing') return this.#words.count('files', sums.files);
    return this.#words.count('filesOf', sums.files, { received: sums.received });
  }

  #bytesOf(sums, state) {
    const all = this.#words.bytes(sums.bytes);
    return state === 'choosing' ? all : this.#words.say('bytesOf', { sent: this.#words.bytes(sums.sentBytes), all });
  }

  #paceOf(state, speed, secondsLeft) {
    if (state === 'waiting') return this.#words.say('offline');
    if (state !== 'sending' || speed === null) return '';
    const left = secondsLeft === null ? '' : this.#words.say('left', { duration: this.#words.duration(secondsLeft) });
    return [this.#words.speed(speed), left].filter(Boolean).join(' · ');
  }

  #speak(sums, state, secondsLeft, nowMs) {
    if (state === 'choosing' || nowMs - this.#spokenAt < SPOKEN_EVERY_MS) return;
    this.#spokenAt = nowMs;
    this.announce([this.#filesOf(sums, state), this.#paceOf(state, null, null)].filter(Boolean).join('. '));
  }

  #put(selector, text) {
    const place = this.#place.querySelector(selector);
    if (place.textContent !== text) place.textContent = text;
  }
}
