// The course of one upload: chosen files go out a few at a time, then the drive is sent on its way.

import { beginDrive, countReceived, footageOf, renameDrive, submitDrive } from 'festivity/upload/drive.js';
import { entryOf, sortOut, sum } from 'festivity/upload/files.js';
import { Pace } from 'festivity/upload/pace.js';
import { patiently } from 'festivity/upload/patience.js';
import { Queue } from 'festivity/upload/queue.js';
import { send } from 'festivity/upload/transport.js';

const AT_ONCE = 3;

/** `page` shows what happens: entriesAdded, entryChanged, changed, stopped, driveBegun, sent. */
export class Upload {
  entries = [];
  state = 'choosing';
  #page;
  #urls;
  #tus;
  #csrfToken;
  #drive = null;
  #received = new Map();
  #queue = new Queue({ width: AT_ONCE, run: (entry) => this.#send(entry), onIdle: () => this.#settle() });
  #pace = new Pace();

  constructor({ page, urls, tus, csrfToken }) {
    this.#page = page;
    this.#urls = urls;
    this.#tus = tus;
    this.#csrfToken = csrfToken;
  }

  /** Goes on with a drive of before; gives the number of files that it has. */
  async goOn(drive) {
    this.#drive = drive;
    const footage = await footageOf(this.#urlOf(drive));
    this.#received = countReceived(footage);
    return footage.length;
  }

  add(chosen) {
    const fresh = sortOut(chosen.map(({ file, path }) => entryOf(file, path)), this.entries, this.#received);
    this.entries.push(...fresh);
    this.#page.entriesAdded(fresh);
    this.#page.changed();
  }

  /** The first file that must be told its side before it can be sent. */
  get sideless() {
    return this.entries.find((entry) => entry.needsSide && !entry.side && entry.state !== 'received');
  }

  get sums() {
    return sum(this.entries);
  }

  pace(nowMs) {
    const { bytes, sentBytes } = this.sums;
    return { speed: this.#pace.speed(nowMs), secondsLeft: this.#pace.secondsLeft(nowMs, bytes - sentBytes) };
  }

  async start(title) {
    this.#turn('sending');
    this.#pace = new Pace();
    this.#mark();
    await this.#ensureDrive(title);
    const due = this.entries.filter((entry) => entry.state === 'waiting' || entry.state === 'failed');
    due.forEach((entry) => this.#change(entry, { state: 'queued', message: '' }));
    if (due.length) this.#queue.add(due);
    else await this.#finish();
  }

  /** Sends the drive on its way with what the site has of it. */
  finishWithoutTheRest() {
    return this.#finish();
  }

  async #ensureDrive(title) {
    if (this.#drive) {
      if (title !== this.#drive.title) this.#drive = await renameDrive(this.#urlOf(this.#drive), title);
      return;
    }
    this.#drive = await beginDrive(this.#urls.drives, title);
    this.#page.driveBegun(this.#drive);
  }

  #urlOf(drive) {
    return `${this.#urls.drives}${drive.id}/`;
  }

  async #send(entry) {
    this.#change(entry, { state: 'sending' });
    try {
      await send(this.#tus, entry, {
        drive: this.#drive.id,
        endpoint: this.#urls.uploads,
        csrfToken: this.#csrfToken,
        onProgress: (sent) => this.#moved(entry, sent),
        onWaiting: () => this.#turn('waiting'),
      });
      this.#moved(entry, entry.size);
      this.#change(entry, { state: 'received' });
    } catch (error) {
      this.#change(entry, { state: 'failed', sent: 0, message: error.message });
    }
  }

  #moved(entry, sent) {
    if (this.state === 'waiting') this.#turn('sending');
    this.#change(entry, { sent });
    this.#mark();
  }

  #mark() {
    this.#pace.mark(performance.now(), this.sums.sentBytes);
  }

  async #settle() {
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
      const onWaiting = () => this.#turn('waiting');
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
