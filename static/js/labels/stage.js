// The picture to point at and to draw on, in all its panes: hands and keys come in, marks and lines are shown.

import { Cross } from 'festivity/labels/cross.js';
import { Easel } from 'festivity/labels/easel.js';
import { Gestures } from 'festivity/labels/gestures.js';
import { Sign, signOf } from 'festivity/labels/signs.js';
import { Tools } from 'festivity/labels/tools.js';

export class Stage {
  /** `onLook(place)` where nothing is drawn; `onMark`, `onStroke` for what was made; `onLive(stroke)` while one is; `onView(view)`. */
  constructor(element, { onLook, onMark, onStroke = () => {}, onLive = () => {}, onView = () => {} }) {
    Object.assign(this, { element, onLive, radius: 0.01 });
    this.easel = new Easel(element, onView);
    this.signs = [...element.querySelectorAll('[data-signs]')].map((place) => new Sign(place));
    this.tools = new Tools(this.easel, { look: onLook, mark: onMark, stroke: onStroke, live: (begun) => this.showLive(begun), hover: (at) => this.hover(at) }, () => this.radius);
    this.gestures = new Gestures(this.easel, this.tools);
    this.cross = new Cross(this.easel, this.tools, (at) => this.signs.forEach((sign) => sign.cross(at)));
    element.addEventListener('contextmenu', (event) => { if (this.mode !== 'look') event.preventDefault(); });
    element.addEventListener('dblclick', () => { if (this.tools.isPolygon) this.tools.close(); });
  }

  get mode() {
    return this.tools.mode;
  }

  set mode(mode) {
    this.element.dataset.mode = mode;
    this.tools.choose(mode);
  }

  get isPanning() {
    return this.gestures.pans;
  }

  set isPanning(pans) {
    this.gestures.pans = pans;
    this.element.classList.toggle('is-panning', pans);
  }

  /** Of the brush, as a share of the picture's long side. */
  setRadius(radius) {
    this.radius = radius;
    this.signs.forEach((sign) => sign.brush(radius, this.easel.aspect));
  }

  show(marks) {
    this.signs.forEach((sign) => sign.marks(marks));
  }

  showLive({ stroke, frame, corners }) {
    this.signs.forEach((sign) => sign.live(frame && signOf(frame), corners));
    this.onLive(stroke);
  }

  hover(at) {
    this.signs.forEach((sign) => sign.tip(at, this.tools.isLine));
  }
}
