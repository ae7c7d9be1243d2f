// The list of chosen files: one row each, with its state in words.

const FILE_STATES = {
  waiting: 'fileWaiting',
  queued: 'fileQueued',
  sending: 'fileSending',
  received: 'fileReceived',
};

export class FileList {
  #place;
  #words;
  #row;
  #rows = new Map();
  #onSide;

  constructor(place, words, { onSide }) {
    this.#place = place;
    this.#words = words;
    this.#onSide = onSide;
    this.#row = document.getElementById('file-row');
  }

  add(entries) {
    const rows = entries.map((entry) => this.#rowOf(entry));
    this.#place.append(...rows);
    entries.forEach((entry) => this.update(entry));
  }

  update(entry) {
    const row = this.#rows.get(entry);
    if (!row) return;
    row.dataset.state = entry.elsewhere ? 'elsewhere' : entry.state;
    row.querySelector('[data-state]').textContent = this.#stateOf(entry);
    this.#showWhere(row, entry);
    const side = row.querySelector('select');
    if (!side) return;
    side.hidden = entry.state === 'received';
    side.value = entry.side;
    side.disabled = entry.state !== 'waiting' && entry.state !== 'failed';
  }

  #rowOf(entry) {
    const row = this.#row.content.firstElementChild.cloneNode(true);
    row.querySelector('[data-name]').textContent = entry.path;
    row.querySelector('[data-size]').textContent = this.#words.bytes(entry.size);
    this.#offerSide(row.querySelector('select'), entry);
    this.#rows.set(entry, row);
    return row;
  }

  #offerSide(select, entry) {
    if (!entry.needsSide) {
      select.remove();
      return;
    }
    select.setAttribute('aria-label', this.#words.say('sideOf', { name: entry.path }));
    select.addEventListener('change', () => {
      entry.side = select.value;
      this.#onSide(entry);
    });
  }

  /** The drive that a file was sent with before, as a link. */
  #showWhere(row, entry) {
    const link = row.querySelector('[data-where]');
    if (!entry.elsewhere || !link.hidden) return;
    link.href = entry.elsewhere.page;
    link.textContent = entry.elsewhere.title;
    link.hidden = false;
  }

  #stateOf(entry) {
    if (entry.nearHome) return this.#words.say('nearHome');
    if (entry.state === 'left-out') return this.#words.say(entry.kind === 'raw' ? 'isRaw' : 'isUnread');
    if (entry.state === 'waiting' && entry.cut) return this.#words.count('cutNearHome', entry.cut);
    if (entry.state === 'failed') return entry.message || this.#words.say('broken');
    if (entry.here) return this.#words.say(entry.elsewhere ? 'sentWith' : entry.twice ? 'twice' : 'here');
    if (entry.looking) return this.#words.say('looking', { share: this.#words.percent(entry.looking) });
    const moving = entry.state === 'sending' || entry.state === 'waiting' || entry.state === 'queued';
    if (moving && entry.sent) return this.#words.percent(Math.min(0.99, entry.sent / entry.size));
    return this.#words.say(FILE_STATES[entry.state]);
  }
}
