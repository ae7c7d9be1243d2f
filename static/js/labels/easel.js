// The picture in its panes, which zoom and pan together. Panes are shown one at a time or side by side.

import { FIT, pulled, showing, under, zoomed } from 'festivity/labels/view.js';

export class Easel {
  constructor(element, onView = () => {}) {
    Object.assign(this, { element, onView, view: FIT });
    this.panes = [...element.querySelectorAll('[data-pane]')];
    this.worlds = [...element.querySelectorAll('[data-world]')];
    this.picture = element.querySelector('[data-picture]');
    element.style.setProperty('--aspect', this.aspect);
    this.move(FIT);
  }

  /** Of the picture, in its own pixels: width and height. */
  get size() {
    const { picture } = this;
    return ['width', 'height'].map((side) => Number(picture.getAttribute(side)) || picture[side === 'width' ? 'naturalWidth' : 'naturalHeight'] || 1);
  }

  /** Width by height of the picture. */
  get aspect() {
    const [width, height] = this.size;
    return width / height;
  }

  get shown() {
    return this.panes.find((pane) => pane.offsetParent !== null) ?? this.panes[0];
  }

  /** Shares of a pane, 0..1 inside it. */
  shares({ clientX, clientY }, pane = this.shown) {
    const rect = pane.getBoundingClientRect();
    return [(clientX - rect.left) / rect.width, (clientY - rect.top) / rect.height];
  }

  /** Where in the picture a pointer is; beyond 0..1 beside it. */
  place(event, pane) {
    return under(this.view, ...this.shares(event, pane));
  }

  /** How many pixels of the screen the picture's long side takes. */
  get longSidePx() {
    const { width, height } = this.shown.getBoundingClientRect();
    return Math.max(width, height) * this.view.zoom;
  }

  move(view) {
    this.view = view;
    const { zoom, x, y } = view;
    const transform = `translate(${-100 * x * zoom}%, ${-100 * y * zoom}%) scale(${zoom})`;
    this.worlds.forEach((world) => { world.style.transform = transform; });
    this.element.style.setProperty('--zoom', zoom);
    this.element.classList.toggle('is-close', zoom > 1);
    this.element.classList.toggle('is-near', zoom >= 4);
    this.onView(view);
  }

  zoom(factor, across, down) {
    this.move(zoomed(this.view, factor, across, down));
  }

  pull(across, down) {
    this.move(pulled(this.view, across, down));
  }

  show(place) {
    this.move(showing(this.view, place));
  }

  fit() {
    this.move(FIT);
  }
}
