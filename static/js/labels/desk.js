// Where a label is drawn: every change asks the server for the mask, which it shows over the picture.

import { Latest } from 'festivity/labels/latest.js';
import { Sheet } from 'festivity/labels/sheet.js';
import { say } from 'festivity/notice.js';
import { requestJson } from 'festivity/request.js';

const NUMBERS = ['threshold', 'smoothing'];
const THRESHOLD_STEP = 0.02;

export class Desk {
  /** `setup`: what the page knows of the frame; `onDraw()` when drawing begins, `onSaved(label)` after each label that was kept. */
  constructor(element, stage, setup, { onDraw, onSaved }) {
    Object.assign(this, { element, stage, setup, onDraw, onSaved });
    this.mask = stage.element.querySelector('[data-mask]');
    this.says = element.querySelector('[data-says]');
    this.newest = setup.newest;
    this.saving = Promise.resolve();
    this.sheet = new Sheet(setup.drawing);
    this.saved = this.sheet.now;
    this.masks = new Latest(
      (drawing) => requestJson(setup.mask, { method: 'POST', json: drawing }),
      (answer) => this.showMask(answer),
      (error) => this.showTrouble(error),
    );
    this.watch();
    element.hidden = false;
    this.recall();
    this.refresh();
  }

  get isSaved() {
    return this.sheet.now === this.saved && this.newest !== null;
  }

  watch() {
    this.element.addEventListener('input', (event) => this.turn(event.target));
    this.element.addEventListener('change', (event) => this.choose(event.target));
    this.element.addEventListener('click', (event) => this[event.target.closest('[data-do]')?.dataset.do]?.());
  }

  turn(field) {
    if (NUMBERS.includes(field.name)) this.put(() => this.sheet.set(field.name, Number(field.value)));
  }

  choose(field) {
    if (field.name === 'mode') this.mode(field.value);
    if (field.name === 'edge') this.put(() => this.sheet.set('edge', field.value));
    if (field.name === 'layer') this.put(() => this.sheet.set('layer', Number(field.value)));
    if ('showMask' in field.dataset) this.mask.classList.toggle('is-off', !field.checked);
  }

  mode(mode) {
    this.element.querySelector(`[name=mode][value=${mode}]`).checked = true;
    if (this.stage.mode === 'look' && mode !== 'look') this.onDraw();
    this.stage.mode = mode;
  }

  add(mark) {
    this.put(() => this.sheet.add(mark));
  }

  undo() {
    this.put(() => this.sheet.undo());
  }

  redo() {
    this.put(() => this.sheet.redo());
  }

  clear() {
    this.put(() => this.sheet.clear());
  }

  nudge(direction) {
    const threshold = Math.min(1, Math.max(-1, this.sheet.now.threshold + direction * THRESHOLD_STEP));
    this.put(() => this.sheet.set('threshold', Math.round(threshold * 100) / 100));
  }

  toggleMask() {
    this.element.querySelector('[data-show-mask]').click();
  }

  put(change) {
    const before = this.sheet.now;
    change();
    if (this.sheet.now === before) return;
    this.keep();
    this.refresh();
  }

  refresh() {
    const { now } = this.sheet;
    for (const name of NUMBERS) {
      this.element.querySelector(`[name=${name}]`).value = now[name];
      this.element.querySelector(`[data-${name}-says]`).textContent = now[name].toFixed(2);
    }
    this.element.querySelector('[name=edge]').value = now.edge;
    this.element.querySelector('[name=layer]').value = now.layer;
    this.element.querySelector('[data-do=undo]').disabled = !this.sheet.canUndo;
    this.element.querySelector('[data-do=redo]').disabled = !this.sheet.canRedo;
    this.element.querySelector('[data-do=clear]').disabled = this.sheet.isEmpty;
    this.element.querySelector('[data-do=save]').disabled = this.sheet.isEmpty;
    this.stage.show(now.marks);
    if (this.sheet.isEmpty) this.showNothing();
    else this.masks.want(now);
  }

  /** No marks: no mask, but for a label that was carried here and has none of its own. */
  showNothing() {
    this.masks.forget();
    const carried = this.sheet.now === this.saved ? this.setup.carried_mask : '';
    this.mask.hidden = !carried;
    if (carried) this.mask.src = carried;
    else this.mask.removeAttribute('src');
    this.says.textContent = carried ? this.element.dataset.carried : this.element.dataset.empty;
  }

  showMask({ overlay, share }) {
    this.mask.src = overlay;
    this.mask.hidden = false;
    this.says.classList.remove('is-trouble');
    this.says.textContent = filled(this.element.dataset.share, share);
  }

  showTrouble(error) {
    this.mask.hidden = true;
    this.says.classList.add('is-trouble');
    this.says.textContent = error.message;
  }

  save() {
    if (!this.sheet.isEmpty) return this.send(this.sheet.now);
    return null;
  }

  nothing() {
    this.put(() => this.sheet.clear());
    return this.send(this.sheet.now);
  }

  /** One label after another: each is based on the one before. `saving` ends with the last of them, kept or not. */
  send(drawing) {
    this.saving = this.saving.then(() => this.post(drawing));
    return this.saving;
  }

  async post(drawing) {
    try {
      const json = { ...drawing, based_on: this.newest };
      const label = await requestJson(this.setup.labels, { method: 'POST', json });
      this.newest = label.id;
      this.saved = drawing;
      this.setup.carried_mask = '';
      this.drop();
      const { saved, savedNone } = this.element.dataset;
      say([label.overtaken, label.share > 0 ? filled(saved, label.share) : savedNone].filter(Boolean).join(' '));
      this.onSaved(label);
      this.element.dispatchEvent(new CustomEvent('label:saved', { detail: { label } }));
    } catch (error) {
      say(error.message);
    }
  }

  get draftName() {
    return `label-draft-${this.setup.frame}`;
  }

  /** Clicks that are not saved yet wait for whoever comes back to the frame. */
  keep() {
    sessionStorage.setItem(this.draftName, JSON.stringify({ newest: this.newest, drawing: this.sheet.now }));
  }

  drop() {
    sessionStorage.removeItem(this.draftName);
  }

  recall() {
    const draft = JSON.parse(sessionStorage.getItem(this.draftName) ?? 'null');
    if (!draft || draft.newest !== this.newest) return;
    this.sheet.put(draft.drawing);
    say(this.element.dataset.draft);
  }
}

export function filled(sentence, share) {
  return sentence.replace('SHARE', (100 * share).toFixed(1));
}
