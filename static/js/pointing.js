// A picture to point at one thing in: a click or tap, a box drawn with mouse or pen, a cross moved by arrow keys, and two corners to
// correct the box by. Places are in 0..1 of the picture, y down; a box is [left, top, right, bottom].

import { box as boxBetween, placeIn, stepped } from 'festivity/labels/places.js';

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SMALLEST = 0.01;

export class PointingStage {
  /** `onPoint(place)` for a click; `onBox(box, anew)` for a box that was drawn (anew) or corrected. */
  constructor(element, { onPoint, onBox }) {
    Object.assign(this, { element, onPoint, onBox });
    this.shown = element.querySelector('[data-shown]');
    this.outline = element.querySelector('[data-outline-shown]');
    this.corners = [...element.querySelectorAll('[data-corner]')];
    element.addEventListener('pointerdown', (event) => this.press(event));
    element.addEventListener('pointermove', (event) => this.drag(event));
    element.addEventListener('pointerup', (event) => this.release(event));
    element.addEventListener('pointercancel', () => this.giveUp());
    element.addEventListener('click', (event) => { if (event.target.closest('a')) event.preventDefault(); });
    element.addEventListener('keydown', (event) => this.key(event));
  }

  place(event) {
    return placeIn(this.element.getBoundingClientRect(), event.clientX, event.clientY);
  }

  press(event) {
    if (event.button) return;
    this.start = this.place(event);
    this.corner = event.target.closest('[data-corner]');
    if (!this.corner && event.pointerType === 'touch') return;
    this.before = this.box;
    this.element.setPointerCapture(event.pointerId);
  }

  drag(event) {
    if (!this.start || (!this.corner && event.pointerType === 'touch')) return;
    const end = this.place(event);
    const drawn = this.corner ? this.pulled(this.corner, end) : edges(boxBetween(this.start, end, true));
    if (drawn) this.draw(drawn);
  }

  release(event) {
    const { start, corner } = this;
    if (!start) return;
    const end = this.place(event);
    const drawn = corner ? this.pulled(corner, end) : edges(boxBetween(start, end, true));
    [this.start, this.corner] = [null, null];
    if (corner) this.onBox(drawn, false);
    else if (drawn && event.pointerType !== 'touch') this.onBox(drawn, true);
    else this.onPoint(end);
  }

  giveUp() {
    if (this.start && this.before) this.draw(this.before);
    [this.start, this.corner] = [null, null];
  }

  /** The box with one of its two corners at a place, never turned inside out. */
  pulled(corner, place) {
    const [left, top, right, bottom] = this.box;
    if (corner.dataset.corner === '0') return [Math.min(place.x, right - SMALLEST), Math.min(place.y, bottom - SMALLEST), right, bottom];
    return [left, top, Math.max(place.x, left + SMALLEST), Math.max(place.y, top + SMALLEST)];
  }

  key(event) {
    const step = STEPS[event.key];
    const corner = event.target.closest('[data-corner]');
    const part = event.target.closest('a');
    if (corner && step) this.onBox(this.pulled(corner, stepped(this.cornerPlace(corner), ...step, 0.01)), false);
    else if (step && event.target === this.element) this.moveCross(...step);
    else if (event.key === 'Enter' && event.target === this.element && this.crossAt) this.onPoint(this.crossAt);
    else if (event.key === 'Enter' && part) this.onBox(new URL(part.href.baseVal, document.baseURI).searchParams.get('box').split(',').map(Number), true);
    else return;
    event.preventDefault();
  }

  cornerPlace(corner) {
    const [left, top, right, bottom] = this.box;
    return corner.dataset.corner === '0' ? { x: left, y: top } : { x: right, y: bottom };
  }

  moveCross(across, down) {
    this.cross ??= this.element.appendChild(Object.assign(document.createElement('span'), { className: 'thing-cross' }));
    this.crossAt = this.crossAt ? stepped(this.crossAt, across, down) : { x: 0.5, y: 0.5 };
    put(this.cross, this.crossAt.x, this.crossAt.y);
  }

  /** Shows a box, with the outline (a data address), without one (null), or with the one that is there. */
  show(box, outline) {
    this.draw(box);
    if (outline === undefined) return;
    this.outline.hidden = !outline;
    if (outline) this.outline.src = outline;
  }

  draw(box) {
    this.box = box;
    const [left, top, right, bottom] = box;
    const sizes = { x: left, y: top, width: right - left, height: bottom - top };
    Object.entries(sizes).forEach(([name, size]) => this.shown.firstElementChild.setAttribute(name, 100 * size));
    this.shown.removeAttribute('hidden');
    this.corners.forEach((corner, number) => {
      corner.hidden = false;
      put(corner, number ? right : left, number ? bottom : top);
    });
  }

  hide() {
    this.box = null;
    this.shown.setAttribute('hidden', '');
    this.outline.hidden = true;
    this.corners.forEach((corner) => { corner.hidden = true; });
  }
}

function edges(drawn) {
  return drawn && [drawn.x, drawn.y, drawn.far_x, drawn.far_y];
}

function put(element, x, y) {
  element.style.left = `${100 * x}%`;
  element.style.top = `${100 * y}%`;
}
