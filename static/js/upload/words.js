// Sizes, durations and counts in the page's language. Pure: sentences and language are handed in.

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

export class Words {
  #language;
  #sentences;

  /** `sentences`: name → text with {places}; a counted one has two, NAMEOne and NAMEOther. */
  constructor(language, sentences) {
    this.#language = language;
    this.#sentences = sentences;
  }

  say(name, places = {}) {
    return this.#sentences[name].replace(/\{(\w+)\}/g, (_whole, place) => places[place] ?? '');
  }

  count(name, number, places = {}) {
    const form = new Intl.PluralRules(this.#language).select(number) === 'one' ? 'One' : 'Other';
    return this.say(name + form, { ...places, number: number.toLocaleString(this.#language) });
  }

  bytes(bytes) {
    const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
    const amount = bytes / 1000 ** power;
    const digits = power > 0 && amount < 10 ? 1 : 0;
    return this.#unit(amount, UNITS[power], digits);
  }

  speed(bytesPerSecond) {
    return this.say('perSecond', { bytes: this.bytes(bytesPerSecond) });
  }

  duration(seconds) {
    if (seconds < 90) return this.#unit(Math.max(1, Math.round(seconds)), 'second', 0);
    const minutes = Math.round(seconds / 60);
    if (minutes < 90) return this.#unit(minutes, 'minute', 0);
    return this.#unit(seconds / 3600, 'hour', 1);
  }

  percent(share) {
    return new Intl.NumberFormat(this.#language, { style: 'percent' }).format(share);
  }

  #unit(amount, unit, digits) {
    const style = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits };
    return new Intl.NumberFormat(this.#language, style).format(amount);
  }
}
