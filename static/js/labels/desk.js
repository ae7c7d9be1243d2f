// Where a label is drawn: every change is answered on the page, and what is saved is drawn again by the server, by the same numbers.

import { Painter } from 'festivity/labels/painter.js';
import { Sheet } from 'festivity/labels/sheet.js';
import { say } from 'festivity/notice.js';
import { requestJson } from 'festivity/request.js';

const NUMBERS = ['threshold', 'smoothing'];
const THRESHOLD_STEP = 0.02;
const ON_PATCHES = ['plus', 'minus', 'box', 'minus-box'];

export class Desk {
  /** `setup`: what the page knows of the frame; `onDraw()` when drawing begins, `onSaved(label)` after each label that was kept. */
  constructor(element, tools, stage, setup, { onDraw, onSaved }) {
    Object.assign(this, { element, tools, stage, setup, onDraw, onSaved });
    this.says = element.querySelector('[data-says]');
    this.newest = setup.newest;
    this.saving = Promise.resolve();
    this.sheet = new Sheet(setup.drawing);
    this.saved = this.sheet.now;
    this.painter = new Painter(placesOn(stage.element), setup.features, { onPainted: (painted) => this.showShare(painted), onTrouble: (error) => this.showTrouble(error.message) });
    for (const part of [element, tools]) this.watch(part);
    ON_PATCHES.forEach((mode) => this.tool(mode).toggleAttribute('disabled', !setup.features));
    this.size(this.field('brush').value);
    this.refresh();
    this.painter.ready().catch((error) => this.showTrouble(error.message));
  }

  get isSaved() {
    return this.sheet.now === this.saved && this.newest !== null;
  }

  watch(part) {
    part.hidden = false;
    part.addEventListener('input', (event) => this.turn(event.target));
    part.addEventListener('change', (event) => this.choose(event.target));
    part.addEventListener('click', (event) => this[event.target.closest('[data-do]')?.dataset.do]?.());
  }

  field(name) {
    return this.element.querySelector(`[name=${name}]`) ?? this.tools.querySelector(`[name=${name}]`);
  }

  tool(mode) {
    return this.tools.querySelector(`[name=mode][value=${mode}]`);
  }

  turn(field) {
    if (NUMBERS.includes(field.name)) this.change(() => this.sheet.set(field.name, Number(field.value)));
    if (field.name === 'brush') this.size(field.value);
  }

  choose(field) {
    if (field.name === 'mode') this.mode(field.value);
    if (field.name === 'edge') this.change(() => this.sheet.set('edge', field.value));
    if (field.name === 'layer') this.change(() => this.sheet.set('layer', Number(field.value)));
    if ('showMask' in field.dataset) this.stage.element.classList.toggle('is-unmasked', !field.checked);
  }

  mode(mode) {
    if (this.tool(mode).disabled) return;
    this.tool(mode).checked = true;
    if (this.stage.mode === 'look' && mode !== 'look') this.onDraw();
    this.stage.mode = mode;
    this.tools.dataset.mode = mode;
  }

  add(mark) {
    if (this.sheet.now.marks.length >= this.setup.most_clicks) say(this.element.dataset.tooMany);
    else this.change(() => this.sheet.add(mark));
  }

  paint(stroke) {
    const { strokes } = this.sheet.now;
    if (strokes.length >= this.setup.most_strokes || this.sheet.points + stroke.points.length > this.setup.most_points) {
      say(this.element.dataset.tooMuch);
      this.refresh();
    } else this.change(() => this.sheet.paint(stroke));
  }

  /** A stroke while it is being made, or null. */
  live(stroke) {
    if (stroke) this.painter.want(this.sheet.now, stroke);
    else if (this.painter.live) this.repaint();
  }

  /** Of the brush, in pixels of the picture. */
  size(radiusPx) {
    this.stage.setRadius(Number(radiusPx) / Math.max(...this.stage.easel.size));
    this.tools.querySelector('[data-brush-says]').textContent = radiusPx;
  }

  resize(direction) {
    const field = this.field('brush');
    field.value = Math.round(Number(field.value) * (direction > 0 ? 1.25 : 0.8) + direction);
    this.size(field.value);
  }

  undo() {
    if (!this.stage.tools.takeBack()) this.change(() => this.sheet.undo());
  }

  redo() {
    this.change(() => this.sheet.redo());
  }

  clear() {
    this.change(() => this.sheet.clear());
  }

  closer() {
    this.stage.easel.zoom(1.5);
  }

  farther() {
    this.stage.easel.zoom(1 / 1.5);
  }

  fit() {
    this.stage.easel.fit();
  }

  nudge(direction) {
    const threshold = Math.min(1, Math.max(-1, this.sheet.now.threshold + direction * THRESHOLD_STEP));
    this.change(() => this.sheet.set('threshold', Math.round(threshold * 100) / 100));
  }

  toggleMask() {
    this.tools.querySelector('[data-show-mask]').click();
  }

  /** Takes up a whole drawing. */
  put(drawing) {
    this.change(() => this.sheet.put(drawing));
  }

  change(deed) {
    const before = this.sheet.now;
    deed();
    if (this.sheet.now === before) return;
    this.refresh();
    this.tell('label:changed', { drawing: this.sheet.now });
  }

  tell(name, detail) {
    this.element.dispatchEvent(new CustomEvent(name, { detail }));
  }

  refresh() {
    const { now } = this.sheet;
    for (const name of NUMBERS) {
      this.field(name).value = now[name];
      this.element.querySelector(`[data-${name}-says]`).textContent = now[name].toFixed(2);
    }
    this.field('edge').value = now.edge;
    this.field('layer').value = now.layer;
    this.can('undo', this.sheet.canUndo);
    this.can('redo', this.sheet.canRedo);
    for (const deed of ['clear', 'save']) this.can(deed, !this.sheet.isEmpty);
    this.stage.show(now.marks);
    this.repaint();
  }

  repaint() {
    if (this.sheet.isEmpty) this.showNothing();
    else this.painter.want(this.sheet.now);
  }

  can(deed, may) {
    for (const part of [this.element, this.tools]) part.querySelectorAll(`[data-do=${deed}]`).forEach((button) => { button.disabled = !may; });
  }

  /** Nothing drawn: no mask, but for a label that was carried here and has none of its own. */
  showNothing() {
    const kept = this.sheet.now === this.saved ? this.setup.kept_mask : '';
    if (kept) this.painter.showKept(kept);
    else this.painter.clear();
    this.tellState(kept ? this.element.dataset.carried : this.element.dataset.empty);
  }

  showShare({ share, blind }) {
    if (blind) this.showTrouble(this.element.dataset.blind);
    else if (share === 0) this.tellState(this.element.dataset.covers);
    else this.tellState(filled(this.element.dataset.share, share));
  }

  showTrouble(sentence) {
    this.tellState(sentence, true);
  }

  tellState(sentence, isTrouble = false) {
    this.says.classList.toggle('is-trouble', isTrouble);
    if (this.says.textContent !== sentence) this.says.textContent = sentence;
  }

  save() {
    if (!this.sheet.isEmpty) return this.send(this.sheet.now);
    return null;
  }

  nothing() {
    this.change(() => this.sheet.clear());
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
      this.setup.kept_mask = '';
      const { saved, savedNone } = this.element.dataset;
      say([label.overtaken, label.share > 0 ? filled(saved, label.share) : savedNone].filter(Boolean).join(' '));
      this.tell('label:saved', { label, drawing });
      this.onSaved(label);
    } catch (error) {
      say(error.message);
    }
  }
}

function placesOn(stage) {
  const place = (name) => stage.querySelector(`[data-${name}]`);
  return { mask: place('mask'), outside: place('outside'), likeness: place('likeness'), picture: place('picture') };
}

export function filled(sentence, share) {
  return sentence.replace('SHARE', (100 * share).toFixed(1));
}
