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

  /** `state`: choosing, sending, waiting (the connection is down), paused, stopped (some failed) or sent. */
  show(sums, { state, speed = null, secondsLeft = null, nowMs = 0 }) {
    this.#place.hidden = sums.files === 0;
    this.#place.dataset.state = state;
    const bar = this.#place.querySelector('progress');
    bar.hidden = state === 'choosing' && !sums.sentBytes;
    bar.value = sums.bytes ? sums.sentBytes / sums.bytes : 1;
    this.#put('[data-files]', this.#filesOf(sums, state));
    this.#put('[data-bytes]', this.#bytesOf(sums, state));
    this.#put('[data-pace]', this.#paceOf(sums, state, speed, secondsLeft));
    this.#speak(sums, state, secondsLeft, nowMs);
  }

  announce(sentence) {
    this.#put('[data-spoken]', sentence);
  }

  #filesOf(sums, state) {
    if (state === 'choosing' && !sums.here) return this.#words.count('files', sums.files);
    return this.#words.count('filesOf', sums.files, { received: sums.received });
  }

  #bytesOf(sums, state) {
    const all = this.#words.bytes(sums.bytes);
    return state === 'choosing' && !sums.sentBytes ? all : this.#words.say('bytesOf', { sent: this.#words.bytes(sums.sentBytes), all });
  }

  #paceOf(sums, state, speed, secondsLeft) {
    if (state.startsWith('waiting')) return this.#words.say('offline');
    if (state === 'paused') return this.#words.say('paused');
    if (state === 'choosing' && sums.looking) return this.#words.count('lookingAt', sums.looking);
    if (state !== 'sending' || speed === null) return '';
    const left = secondsLeft === null ? '' : this.#words.say('left', { duration: this.#words.duration(secondsLeft) });
    return [this.#words.speed(speed), left].filter(Boolean).join(' · ');
  }

  #speak(sums, state, secondsLeft, nowMs) {
    if (state === 'choosing' || nowMs - this.#spokenAt < SPOKEN_EVERY_MS) return;
    this.#spokenAt = nowMs;
    this.announce([this.#filesOf(sums, state), this.#paceOf(sums, state, null, null)].filter(Boolean).join('. '));
  }

  #put(selector, text) {
    const place = this.#place.querySelector(selector);
    if (place.textContent !== text) place.textContent = text;
  }
}
