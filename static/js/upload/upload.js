// The course of one upload: chosen files are looked at, go out a few at a time, then the drive is sent on its way.

import { beginDrive, changeDrive, countFiles, openUploadsOf, sentBefore, submitDrive } from 'festivity/upload/drive.js';
import { entryOf, isTwice, matchOpen, sortOut, sum } from 'festivity/upload/files.js';
import { Pace } from 'festivity/upload/pace.js';
import { patiently } from 'festivity/upload/patience.js';
import { Queue } from 'festivity/upload/queue.js';
import { Recognition } from 'festivity/upload/recognition.js';
import { send } from 'festivity/upload/transport.js';

const AT_ONCE = 3;
const DUE = new Set(['waiting', 'failed']);

/** `page` shows what happens: entriesAdded, entryChanged, changed, matched, stopped, driveBegun, sent. */
export class Upload {
  entries = [];
  state = 'choosing';
  #page;
  #urls;
  #tus;
  #csrfToken;
  #chunkBytes;
  #drive = null;
  #earlier = 0;
  #open = [];
  #ready = Promise.resolve();
  #flown = 0;
  #cut = new AbortController();
  #recognition;
  #trim;
  #queue = new Queue({ width: AT_ONCE, run: (entry) => this.#send(entry), onIdle: () => this.#settle() });
  #pace = new Pace();

  constructor({ page, urls, tus, csrfToken, chunkBytes, hash, trim }) {
    this.#page = page;
    this.#urls = urls;
    this.#tus = tus;
    this.#csrfToken = csrfToken;
    this.#chunkBytes = chunkBytes;
    this.#trim = trim;
    const ask = (hashes) => patiently(() => sentBefore(urls.sent, hashes, this.#drive?.id), { onWaiting: () => {} });
    this.#recognition = new Recognition({ hash, ask, onLook: (entry, share) => this.#change(entry, { looking: share }) });
  }

  /** Goes on with a drive of before; gives the number of files that it has. */
  async goOn(drive) {
    this.#drive = drive;
    const asked = openUploadsOf(this.#urlOf(drive));
    this.#ready = asked.then((open) => { this.#open = open; }, () => {});
    await asked;
    this.#earlier = await countFiles(this.#urlOf(drive));
    return this.#earlier;
  }

  /** What was taken near the driver's home is left out before it is looked at; tracks are cut there. */
  async add(chosen) {
    const trimmed = await this.#trim(chosen);
    const fresh = sortOut(trimmed.map(({ file, path, ...left }) => entryOf(file, path, left)), this.entries);
    this.entries.push(...fresh);
    this.#page.entriesAdded(fresh);
    const due = fresh.filter((entry) => entry.state === 'waiting');
    due.forEach((entry) => this.#change(entry, { looking: 0.001 }));
    this.#recognition.look(due);
    for (const entry of due) {
      entry.recognised = entry.looked.then((sent) => this.#ready.then(() => this.#recognise(entry, sent)));
    }
    this.#page.changed();
  }

  get sums() {
    return sum(this.entries);
  }

  /** Whether the drive has files, or will have some when all is sent. */
  get bringsAnything() {
    return this.#earlier > 0 || this.entries.some((entry) => entry.state !== 'left-out' && !entry.elsewhere);
  }

  pace(nowMs) {
    const { bytes, sentBytes } = this.sums;
    return { speed: this.#pace.speed(nowMs), secondsLeft: this.#pace.secondsLeft(nowMs, bytes - sentBytes) };
  }

  async start(title, keepOriginals) {
    this.#cut = new AbortController();
    this.#turn('sending');
    this.#pace = new Pace();
    this.#flown = 0;
    this.#mark();
    await this.#ensureDrive(title, keepOriginals);
    const due = this.entries.filter((entry) => DUE.has(entry.state));
    due.forEach((entry) => this.#change(entry, { state: 'queued', message: '' }));
    await Promise.all(due.map((entry) => this.#enqueue(entry)));
    if (this.#queue.isIdle) await this.#settle();
  }

  /** Stops sending, and keeps where each file stopped: `start` goes on there. */
  pause() {
    this.#turn('paused');
    for (const entry of this.entries) if (entry.state === 'queued') this.#change(entry, { state: 'waiting' });
    this.#queue.clear();
    this.#cut.abort(new Error('paused'));
  }

  /** Sends the drive on its way with what the site has of it. */
  finishWithoutTheRest() {
    return this.#finish();
  }

  async giveUp(open) {
    await this.#tus.Upload.terminate(open, { headers: { 'X-CSRFToken': this.#csrfToken } });
    this.#open = this.#open.filter((upload) => upload.url !== open);
  }

  /** A file that is still being looked at is sent once that is over; the others do not wait for it. */
  async #enqueue(entry) {
    const { signal } = this.#cut;
    await entry.recognised;
    if (entry.state === 'queued' && !signal.aborted) this.#queue.add([entry]);
  }

  #recognise(entry, sent) {
    const twice = isTwice(entry, this.entries);
    if (sent || twice) {
      const elsewhere = sent && sent.drive !== this.#drive?.id ? sent : null;
      this.#change(entry, { looking: 0, state: 'received', here: true, twice, elsewhere, sent: entry.size });
    } else {
      const open = matchOpen(entry, this.#open);
      this.#change(entry, { looking: 0, ...(open && { url: open.url, sent: open.offset }) });
      if (open) this.#page.matched(open);
    }
    this.#page.changed();
  }

  async #ensureDrive(title, keepOriginals) {
    const wanted = { title, keep_originals: keepOriginals };
    if (this.#drive) {
      const same = title === this.#drive.title && keepOriginals === this.#drive.keep_originals;
      if (!same) this.#drive = await changeDrive(this.#urlOf(this.#drive), wanted);
      return;
    }
    this.#drive = await beginDrive(this.#urls.drives, wanted);
    this.#page.driveBegun(this.#drive);
  }

  #urlOf(drive) {
    return `${this.#urls.drives}${drive.id}/`;
  }

  async #send(entry) {
    const { signal } = this.#cut;
    this.#change(entry, { state: 'sending' });
    try {
      await send(this.#tus, entry, {
        drive: this.#drive.id,
        endpoint: this.#urls.uploads,
        csrfToken: this.#csrfToken,
        chunkBytes: this.#chunkBytes,
        onProgress: (sent) => this.#moved(entry, sent),
        onWaiting: () => this.#turn('waiting'),
        signal,
      });
      this.#moved(entry, entry.size);
      this.#change(entry, { state: 'received' });
    } catch (error) {
      if (signal.aborted) this.#change(entry, { state: 'waiting' });
      else this.#change(entry, { state: 'failed', message: error.message });
    }
  }

  #moved(entry, sent) {
    if (this.#cut.signal.aborted) return;
    if (this.state === 'waiting') this.#turn('sending');
    this.#flown += Math.max(0, sent - entry.sent);
    this.#change(entry, { sent });
    this.#mark();
  }

  #mark() {
    this.#pace.mark(performance.now(), this.#flown);
  }

  async #settle() {
    const unsettled = this.entries.some((entry) => entry.state === 'queued' || entry.state === 'sending');
    if (unsettled || !['sending', 'waiting'].includes(this.state)) return;
    if (this.sums.failed) {
      this.#turn('stopped');
      this.#page.stopped(this.entries.filter((entry) => entry.state === 'failed'));
      return;
    }
    await this.#finish();
  }

  async #finish() {
    try {
      this.#turn('sent');
      const onWaiting = () => this.#turn('waiting-to-finish');
      this.#drive = await patiently(() => submitDrive(this.#urlOf(this.#drive)), { onWaiting });
      this.#turn('sent');
      this.#page.sent(this.#drive);
    } catch (error) {
      this.#turn('stopped');
      this.#page.stopped([], error);
    }
  }

  #change(entry, changes) {
    Object.assign(entry, changes);
    this.#page.entryChanged(entry);
  }

  #turn(state) {
    this.state = state;
    this.#page.changed();
  }
}
