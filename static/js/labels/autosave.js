// Keeps the drawing on the server while it changes, so that it can be taken up again on any device; without a connection in the
// browser, until there is one again.

import { RequestError, requestJson } from 'festivity/request.js';

const WAITS_MS = 1000;
const PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;

export class Autosave {
  /** `show(state, at)`: none, waiting, kept, offline, refused, elsewhere; `at` is a time of day or a sentence. */
  constructor(desk, drafting, show, storage = localStorage) {
    Object.assign(this, { desk, drafting, show, storage });
    this.base = written(desk.sheet.now);
    this.known = drafting.kept.known_at;
    this.basedOn = drafting.newest;
    this.waiting = false;
    this.failures = 0;
    this.turn = Promise.resolve();
    desk.element.addEventListener('label:changed', () => this.changed());
    desk.element.addEventListener('label:saved', (event) => this.saved(event.detail));
    window.addEventListener('online', () => this.flush());
    window.addEventListener('pagehide', () => this.leave());
    window.addEventListener('pageshow', (event) => { if (event.persisted) this.flush(); });
    document.addEventListener('visibilitychange', () => { if (document.hidden && this.waiting) this.flush(); });
  }

  /** The drawing from before, on the desk again; false where there is none. */
  takeUp() {
    const { kept } = this.drafting;
    const unkept = this.recalled();
    const found = unkept ?? (kept.drawing ? kept : null);
    if (!found) return false;
    this.basedOn = found.based_on ?? this.basedOn;
    this.known = found.known_at ?? this.known;
    if (!unkept) this.last = written(found.drawing);
    this.desk.put(found.drawing);
    if (unkept) this.flush();
    else this.show('kept', kept.at);
    return true;
  }

  changed() {
    if (this.isKept) return;
    this.remember();
    this.waiting = true;
    if (this.state !== 'elsewhere') this.say(this.failures ? 'offline' : 'waiting');
    this.after(this.failures ? this.pauseMs : WAITS_MS);
  }

  get now() {
    return written(this.desk.sheet.now);
  }

  get isKept() {
    return this.now === (this.last ?? this.base);
  }

  get pauseMs() {
    return Math.min(PAUSE_MS * 2 ** (this.failures - 1), LONGEST_PAUSE_MS);
  }

  after(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), ms);
  }

  /** One request after another; each brings what is drawn when its turn comes. */
  flush() {
    clearTimeout(this.timer);
    this.turn = this.turn.then(() => this.bring());
    return this.turn;
  }

  async bring() {
    if (this.state === 'elsewhere' || (this.isKept && !this.recalled())) return;
    const drawing = this.desk.sheet.now;
    try {
      const kept = written(drawing) === this.base ? await this.ask('DELETE') : await this.ask('PUT', this.asked(drawing));
      this.isBrought(drawing, kept);
    } catch (error) {
      this.failed(error);
    }
  }

  ask(method, json, keepalive = false) {
    return requestJson(this.drafting.draft, { method, json, keepalive });
  }

  asked(drawing) {
    return { drawing, based_on: this.basedOn, known_at: this.known || null };
  }

  isBrought(drawing, kept) {
    Object.assign(this, { failures: 0, known: kept.known_at, last: kept.drawing ? written(drawing) : null });
    if (!this.isKept) {
      this.after(WAITS_MS);
      return;
    }
    this.waiting = false;
    this.forget();
    this.say(kept.drawing ? 'kept' : 'none', kept.at);
  }

  failed(error) {
    const passes = !(error instanceof RequestError) || error.status === 0 || error.status >= 500 || error.status === 429;
    if (!passes) {
      this.say(error.status === 409 ? 'elsewhere' : 'refused', error.message);
      return;
    }
    this.failures += 1;
    this.say('offline');
    this.after(this.pauseMs);
  }

  /** A saved label took the draft with it; what was drawn since is kept anew, and what was still on its way is taken back. */
  saved({ label, drawing = this.desk.sheet.now }) {
    Object.assign(this, { base: written(drawing), last: null, known: '', basedOn: label.id, state: '' });
    this.turn = this.turn.then(async () => {
      if (!this.isKept) {
        this.changed();
        return;
      }
      this.waiting = false;
      this.forget();
      this.say('none');
      if (this.known) await this.ask('DELETE').catch(() => {});
    });
  }

  /** Back to the label that counts. */
  async discard() {
    this.state = '';
    this.desk.put(JSON.parse(this.base));
    this.forget();
    this.last = '';
    await this.flush();
  }

  /** Of two drawings by the same person: the one from elsewhere, or the one here. */
  async settle(takeTheirs) {
    try {
      const theirs = await this.ask('GET');
      Object.assign(this, { state: '', known: theirs.known_at });
      if (takeTheirs && theirs.drawing) {
        this.last = written(theirs.drawing);
        this.basedOn = theirs.based_on;
        this.desk.put(theirs.drawing);
        this.isBrought(theirs.drawing, theirs);
      } else await this.flush();
    } catch (error) {
      this.state = 'elsewhere';
      this.failed(error);
    }
  }

  leave() {
    if (!this.waiting || this.state === 'elsewhere') return;
    const asked = this.now === this.base ? ['DELETE', undefined] : ['PUT', this.asked(this.desk.sheet.now)];
    this.ask(...asked, true).catch(() => {});
  }

  say(state, at = '') {
    this.state = state;
    this.show(state, at);
  }

  get name() {
    return `label-unkept-${this.drafting.frame}-${this.drafting.labeller}`;
  }

  remember() {
    try {
      this.storage.setItem(this.name, JSON.stringify({ drawing: this.desk.sheet.now, based_on: this.basedOn, known_at: this.known }));
    } catch { /* full or switched off: then only the server keeps it */ }
  }

  recalled() {
    try {
      return JSON.parse(this.storage.getItem(this.name) ?? 'null');
    } catch {
      return null;
    }
  }

  forget() {
    try {
      this.storage.removeItem(this.name);
    } catch { /* as above */ }
  }
}

/** A drawing as text, to compare. */
function written(drawing) {
  return JSON.stringify(drawing, (name, value) => (value && typeof value === 'object' && !Array.isArray(value) ? sorted(value) : value));
}

function sorted(part) {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== null).sort(([one], [other]) => (one < other ? -1 : 1)));
}
