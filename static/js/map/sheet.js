// The list's panel. On a phone it lies over the map's foot and can be pulled up: peek, half, full.

const STATES = ['peek', 'half', 'full'];
const DRAG_PX = 40;

export class Sheet {
  constructor(element, onChange) {
    this.element = element;
    this.onChange = onChange;
    this.handle = element.querySelector('.sheet-handle');
    this.handle.addEventListener('click', () => this.set(this.state === 'peek' ? 'half' : this.state === 'half' ? 'full' : 'peek'));
    this.watchDrag(element.querySelector('.sheet-head'));
    this.watchDrag(this.handle);
  }

  get state() {
    return this.element.dataset.state;
  }

  set(state) {
    this.element.dataset.state = state;
    this.handle.setAttribute('aria-expanded', String(state !== 'peek'));
    this.onChange?.(state);
  }

  /** How much of the map's foot it covers, in pixels: nothing where it stands beside the map. */
  coversPx() {
    if (getComputedStyle(this.handle).display === 'none') return 0;
    return window.innerHeight - this.element.getBoundingClientRect().top;
  }

  isOverMap() {
    return getComputedStyle(this.handle).display !== 'none';
  }

  watchDrag(grip) {
    let from = null;
    grip.addEventListener('pointerdown', (event) => { from = event.clientY; });
    window.addEventListener('pointerup', (event) => {
      if (from === null) return;
      const movedPx = event.clientY - from;
      from = null;
      if (Math.abs(movedPx) >= DRAG_PX && this.isOverMap()) this.step(movedPx < 0 ? 1 : -1);
    });
  }

  step(by) {
    const next = STATES[STATES.indexOf(this.state) + by];
    if (next) this.set(next);
  }
}
