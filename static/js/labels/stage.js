// The picture as something to point at: with mouse, pen, finger, or a cross moved by keys. Shows the marks made so far.

import { box, click, placeIn, stepped } from 'festivity/labels/places.js';

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MIDDLE = { x: 0.5, y: 0.5 };

export class Stage {
  /** `onLook(place)` where nothing is drawn; `onMark(mark)` for a click or a box. */
  constructor(element, { onLook, onMark }) {
    Object.assign(this, { element, onLook, onMark });
    this.marks = element.querySelector('[data-marks]');
    this.cross = null;
    this.start = null;
    element.addEventListener('pointerdown', (event) => this.press(event));
    element.addEventListener('pointermove', (event) => this.drag(event));
    element.addEventListener('pointerup', (event) => this.release(event));
    element.addEventListener('pointercancel', () => this.giveUp());
    element.addEventListener('contextmenu', (event) => { if (this.mode !== 'look') event.preventDefault(); });
    element.addEventListener('keydown', (event) => this.key(event));
  }

  get mode() {
    return this.element.dataset.mode;
  }

  set mode(mode) {
    this.element.dataset.mode = mode;
  }

  get isBoxing() {
    return this.mode.endsWith('box');
  }

  place(event) {
    return placeIn(this.element.getBoundingClientRect(), event.clientX, event.clientY);
  }

  press(event) {
    if (event.button > 2 || (event.button && this.mode === 'look')) return;
    this.start = this.place(event);
    if (!this.isBoxing) return;
    this.element.setPointerCapture(event.pointerId);
    this.frame = this.element.appendChild(drawn(null));
  }

  drag(event) {
    if (!this.frame) return;
    const shown = box(this.start, this.place(event), !this.mode.startsWith('minus'));
    if (shown) dress(this.frame, shown);
  }

  release(event) {
    const { start } = this;
    this.giveUp();
    if (!start) return;
    const positive = !this.mode.startsWith('minus') && !event.altKey && event.button !== 2;
    this.point(start, this.place(event), positive);
  }

  point(start, end, positive) {
    if (this.mode === 'look') this.onLook(end);
    else if (!this.isBoxing) this.onMark(click(end, positive));
    else {
      const made = box(start, end, positive);
      if (made) this.onMark(made);
    }
  }

  giveUp() {
    this.frame?.remove();
    this.frame = null;
    this.start = null;
  }

  key(event) {
    if (event.target !== this.element) return;
    if (event.shiftKey && event.key in STEPS) this.moveCross(...STEPS[event.key]);
    else if (event.key === 'Enter' && this.cross) this.pointCross(event.altKey);
    else return;
    event.preventDefault();
  }

  moveCross(across, down) {
    this.cross ??= this.element.appendChild(made('cross'));
    this.crossAt = this.crossAt ? stepped(this.crossAt, across, down) : MIDDLE;
    put(this.cross, this.crossAt);
  }

  pointCross(turned) {
    const at = this.crossAt;
    const positive = !this.mode.startsWith('minus') && !turned;
    if (!this.isBoxing) this.point(at, at, positive);
    else if (this.corner) [this.corner] = [null, this.point(this.corner, at, positive)];
    else this.corner = at;
  }

  show(marks) {
    this.marks.replaceChildren(...marks.map(drawn));
  }
}

function drawn(mark) {
  const isBox = !mark || mark.far_x != null;
  const element = made(isBox ? 'mark-box' : 'mark');
  if (mark) dress(element, mark);
  return element;
}

function dress(element, mark) {
  element.classList.toggle('is-minus', !mark.positive);
  if (mark.far_x == null) element.textContent = mark.positive ? '+' : '−';
  else size(element, mark.far_x - mark.x, mark.far_y - mark.y);
  put(element, mark);
}

function put(element, place) {
  element.style.left = `${100 * place.x}%`;
  element.style.top = `${100 * place.y}%`;
}

function size(element, width, height) {
  element.style.width = `${100 * width}%`;
  element.style.height = `${100 * height}%`;
}

function made(className) {
  const element = document.createElement('span');
  element.className = className;
  element.setAttribute('aria-hidden', 'true');
  return element;
}
