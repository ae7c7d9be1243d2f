// What hands do on an easel: one pointer draws; two fingers, the wheel, the middle button, or any button with Space held move the picture.

const WHEEL = 0.0015;
const LINE_PX = 16;
const STILL_PX = 5;

export class Gestures {
  /** `tool`: press(place, event), drag(places, event), release(place, event), giveUp(), hover(place or null), and `looks` where a pull pans. */
  constructor(easel, tool) {
    Object.assign(this, { easel, tool, doing: null, pans: false });
    this.pointers = new Map();
    const { element } = easel;
    const on = (name, deed) => element.addEventListener(name, (event) => deed.call(this, event));
    on('pointerdown', this.press);
    on('pointermove', this.move);
    on('pointerup', this.release);
    on('pointercancel', this.cancel);
    on('pointerleave', () => this.tool.hover(null));
    element.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    element.addEventListener('dragstart', (event) => event.preventDefault());
    window.addEventListener('blur', () => { this.pans = false; });
  }

  press(event) {
    const pane = event.target.closest('[data-pane]');
    if (!pane || event.button > 2 && event.button !== 5) return;
    this.pointers.set(event.pointerId, event);
    pane.setPointerCapture(event.pointerId);
    this.pane = pane;
    if (this.pointers.size === 2) this.begin('pinch', event);
    else if (this.pointers.size === 1) this.begin(event.button === 1 || this.pans ? 'pan' : 'tool', event);
  }

  begin(doing, event) {
    if (this.doing === 'tool') this.tool.giveUp();
    Object.assign(this, { doing, start: event, fingers: this.touching() });
    if (doing === 'tool') this.tool.press(this.easel.place(event, this.pane), event);
    if (event.button === 1) event.preventDefault();
  }

  move(event) {
    if (!this.pointers.has(event.pointerId)) {
      if (event.target.closest('[data-pane]')) this.tool.hover(this.easel.place(event, event.target.closest('[data-pane]')));
      return;
    }
    const before = this.pointers.get(event.pointerId);
    this.pointers.set(event.pointerId, event);
    if (this.doing === 'tool' && this.tool.looks && far(this.start, event)) this.begin('pan', event);
    if (this.doing === 'pan') this.pan(before, event);
    else if (this.doing === 'pinch') this.pinch();
    else if (this.doing === 'tool') this.drag(event);
  }

  drag(event) {
    const places = (event.getCoalescedEvents?.() ?? []).map((one) => this.easel.place(one, this.pane));
    const place = this.easel.place(event, this.pane);
    this.tool.drag([...places, place], event);
    this.tool.hover(place);
  }

  pan(before, event) {
    const [[x0, y0], [x1, y1]] = [before, event].map((one) => this.easel.shares(one, this.pane));
    this.easel.pull(x1 - x0, y1 - y0);
  }

  pinch() {
    const [was, is] = [this.fingers, this.touching()];
    if (!was || !is) return;
    this.easel.pull(is.x - was.x, is.y - was.y);
    this.easel.zoom(is.apart / was.apart, is.x, is.y);
    this.fingers = is;
  }

  release(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    if (this.doing === 'tool') this.tool.release(this.easel.place(event, this.pane), event);
    if (event.pointerType === 'touch') this.tool.hover(null);
    this.rest();
  }

  cancel(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    if (this.doing === 'tool') this.tool.giveUp();
    this.rest();
  }

  /** A finger that is left over from two draws nothing. */
  rest() {
    this.doing = this.pointers.size > 0 ? 'over' : null;
  }

  /** Nearer and farther; at the whole picture, the page scrolls on. */
  wheel(event) {
    const steps = event.deltaY * (event.deltaMode === 1 ? LINE_PX : 1);
    if (steps >= 0 && this.easel.view.zoom === 1) return;
    event.preventDefault();
    this.easel.zoom(Math.exp(-steps * WHEEL), ...this.easel.shares(event, event.target.closest('[data-pane]') ?? undefined));
  }

  /** Of two fingers, the middle in shares of the pane, and how far they are apart; null of any other number. */
  touching() {
    if (this.pointers.size !== 2) return null;
    const [one, other] = [...this.pointers.values()];
    const [[x0, y0], [x1, y1]] = [one, other].map((event) => this.easel.shares(event, this.pane));
    return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, apart: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)) };
  }
}

function far(start, event) {
  return Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > STILL_PX;
}
