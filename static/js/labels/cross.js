// A cross that keys move over the picture: it does with any tool what a pointer does.

import { stepped } from 'festivity/labels/places.js';

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 0.02;

export class Cross {
  /** `show(place)`: where it is; null while it is put away. */
  constructor(easel, tools, show) {
    Object.assign(this, { easel, tools, show, at: null, isDown: false });
    easel.element.addEventListener('keydown', (event) => this.key(event));
    easel.element.addEventListener('pointerdown', () => this.putAway());
  }

  key(event) {
    if (event.target !== this.easel.element || event.ctrlKey || event.metaKey) return;
    if (this.deed(event) !== false) event.preventDefault();
  }

  deed(event) {
    if (event.key in STEPS && event.shiftKey) return this.move(...STEPS[event.key], event);
    if (event.key in STEPS && event.altKey) return this.easel.pull(...STEPS[event.key].map((step) => -0.15 * step));
    if (event.key === 'Enter') return this.enter(event);
    if (event.key === 'Backspace') return this.tools.takeBack();
    if (event.key === 'Escape') return this.leaveOff();
    return false;
  }

  move(across, down, event) {
    const { zoom, x, y } = this.easel.view;
    this.at = this.at ? stepped(this.at, across, down, STEP / zoom) : { x: x + 0.5 / zoom, y: y + 0.5 / zoom };
    this.easel.show(this.at);
    if (this.isDown) this.tools.drag([this.at], event);
    this.show(this.at);
  }

  /** A click, a corner; the begin or end of a box or a line. Twice in one place, the end of a polygon. */
  enter(event) {
    const { tools, at } = this;
    if (!at) return tools.close();
    if (tools.isPolygon) return this.corner(event);
    if (!this.isDown) {
      tools.press(at, event);
      this.isDown = tools.isBoxing || tools.isLine;
      if (this.isDown) return true;
    }
    this.isDown = false;
    tools.release(at, event);
    return true;
  }

  corner(event) {
    const last = this.tools.corners?.points.at(-1);
    if (last && last[0] === this.at.x && last[1] === this.at.y) return this.tools.close();
    this.tools.press(this.at, event);
    this.tools.release(this.at, event);
    return true;
  }

  leaveOff() {
    const began = this.tools.leaveOff();
    this.isDown = false;
    return began;
  }

  putAway() {
    Object.assign(this, { at: null, isDown: false });
    this.show(null);
  }
}
