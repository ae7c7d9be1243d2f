// The list of chosen files: one row each, with its state in words.

const FILE_STATES = { waiting: 'fileWaiting', queued: 'fileQueued', sending: 'fileSending', received: 'fileReceived' };

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
    row.dataset.state = entry.state;
    row.querySelector('[data-state]').textContent = this.#stateOf(entry);
    const side = row.querySelector('select');
    if (!side) return;
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
    if (!entry.needsSide || entry.here) {
      select.remove();
      return;
    }
    select.setAttribute('aria-label', this.#words.say('sideOf', { name: entry.path }));
    select.addEventListener('change', () => {
      entry.side = select.value;
      this.#onSide(entry);
    });
  }

  #stateOf(entry) {
    if (entry.state === 'sending' && entry.sent) return this.#words.percent(entry.sent / entry.size);
    if (entry.state === 'failed') return entry.message || this.#words.say('broken');
    return this.#words.say(entry.here ? 'here' : FILE_STATES[entry.state]);
  }
}
