// Paints the mask of what is drawn: at once of every second pixel, and when the hand rests, of every pixel, as it will be kept.

import { paintLikeness, paintMask, paintOutside, paintPicture, pixelsOf } from 'festivity/labels/canvases.js';
import { readFeatures } from 'festivity/labels/mask/features.js';
import { Masker } from 'festivity/labels/mask/masker.js';
import { requestBytes } from 'festivity/request.js';

const RESTS_MS = 200;
const SLICE_MS = 8;
const QUICK_MS = 18;
const WANTED_MS = 9;
const WARMING = [0.3, 0.32, 0.34, 0.36];
const [FINE, COARSE] = [2, 4];

export class Painter {
  /** `places`: canvases `mask`, `outside`, `likeness`, and the `picture`. `onPainted({share, blind, isExact})`, `onTrouble(error)`. */
  constructor(places, address, { onPainted, onTrouble }) {
    Object.assign(this, { places, address, onPainted, onTrouble, step: FINE, round: 0, live: null, quickMs: 0, sees: { likeness: true, outside: true } });
  }

  /** Fetches what masks are made of; once, and again only where that failed. */
  ready() {
    this.loading ??= this.load().catch((error) => {
      this.loading = null;
      throw error;
    });
    return this.loading;
  }

  async load() {
    const [buffer, pixels] = await Promise.all([this.address ? requestBytes(this.address) : null, pixelsOf(this.places.picture)]);
    this.masker = new Masker(buffer && readFeatures(buffer), pixels);
    this.warmUp();
  }

  /** Makes what every mask of this picture needs, before somebody clicks, and sees how quick this machine is. */
  warmUp() {
    const place = this.masker.features?.places[0];
    if (place === undefined) return;
    const { rows, columns } = this.masker.features;
    const mark = { x: ((place % columns) + 0.5) / columns, y: (Math.floor(place / columns) + 0.5) / rows, positive: true };
    const likeIt = (threshold) => this.masker.mask({ marks: [mark], strokes: [], layer: 1, smoothing: 0, edge: 'edges', threshold }, this.step);
    for (const threshold of WARMING) likeIt(threshold);
    const start = performance.now();
    likeIt(0.4);
    const tookMs = performance.now() - start;
    this.step = Math.min(COARSE, Math.max(FINE, Math.ceil(FINE * Math.sqrt(tookMs / WANTED_MS))));
    likeIt(0.45);
  }

  /** Shows a drawing, with a stroke that is being made: at once, and then once a frame at most. */
  async want(drawing, live = null) {
    Object.assign(this, { drawing, live });
    this.leaveOff();
    try {
      if (!this.masker) await this.ready();
    } catch (error) {
      this.onTrouble(error);
      return;
    }
    if (this.asked) return;
    this.paint();
    this.asked = requestAnimationFrame(() => this.paintAgain());
  }

  /** What was wanted since. */
  paintAgain() {
    this.asked = null;
    if (this.drawing && (this.drawing !== this.shown?.drawing || this.live !== this.shown.live)) this.want(this.drawing, this.live);
  }

  paint() {
    this.shown = { drawing: this.drawing, live: this.live };
    const { drawing, live } = this;
    const start = performance.now();
    this.show(this.masker.mask(live ? { ...drawing, strokes: [...drawing.strokes, live] } : drawing, this.step), false);
    this.showLikeness(drawing);
    this.adapt(performance.now() - start);
    if (!live) this.resting = setTimeout(() => this.refine(drawing), RESTS_MS);
  }

  /** On slow machines a quick look is a coarser one. */
  adapt(tookMs) {
    this.quickMs = 0.7 * this.quickMs + 0.3 * tookMs;
    if (this.quickMs > QUICK_MS && this.step < COARSE) Object.assign(this, { step: this.step + 1, quickMs: 0 });
  }

  /** Every pixel, a few milliseconds at a time, unless something else is wanted meanwhile. */
  refine(drawing) {
    const [round, steps] = [this.round, this.masker.steps(drawing, 1)];
    const goOn = () => {
      if (round !== this.round) return;
      const until = performance.now() + SLICE_MS;
      let next = steps.next();
      while (!next.done && performance.now() < until) next = steps.next();
      if (next.done) this.show(next.value, true);
      else this.resting = setTimeout(goOn);
    };
    goOn();
  }

  show(painted, isExact) {
    this.painted = painted;
    paintMask(this.places.mask, painted);
    if (this.sees.outside) paintOutside(this.places.outside, painted);
    this.unveil(isExact);
    this.onPainted({ share: shareOf(painted.mask), blind: painted.blind, isExact });
  }

  showLikeness(drawing) {
    const { features } = this.masker;
    const values = this.masker.likeness(drawing);
    if (!features || !this.sees.likeness || values === this.likened) return;
    this.likened = values;
    paintLikeness(this.places.likeness, values, features.rows, features.columns);
  }

  /** Which of the panes are looked at; the others wait. */
  see(sees) {
    this.sees = sees;
    if (sees.outside && this.painted) paintOutside(this.places.outside, this.painted);
    if (this.masker && this.drawing) this.showLikeness(this.drawing);
  }

  /** A mask as it was kept, where nothing drawn here makes it. */
  async showKept(address) {
    this.clear();
    const { round } = this;
    await paintPicture(this.places.mask, address);
    if (round === this.round) this.unveil(true);
  }

  /** No mask at all. */
  clear() {
    this.leaveOff();
    Object.assign(this, { drawing: null, live: null, shown: null, painted: null, likened: undefined });
    for (const canvas of [this.places.mask, this.places.outside, this.places.likeness]) Object.assign(canvas, { width: 1, height: 1 });
    this.places.mask.hidden = true;
  }

  unveil(isExact) {
    this.places.mask.hidden = false;
    this.places.mask.dataset.exact = isExact;
  }

  leaveOff() {
    this.round += 1;
    clearTimeout(this.resting);
    this.places.mask.dataset.exact = false;
  }
}

function shareOf(mask) {
  let count = 0;
  for (let at = 0; at < mask.length; at += 1) count += mask[at];
  return count / mask.length;
}
