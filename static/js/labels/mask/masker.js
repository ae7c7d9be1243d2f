// A frame's masks: from a drawing to pixels, by what came once from the server. What did not change is not computed again.

import { Layer, smoothed } from 'festivity/labels/mask/likeness.js';
import { ADDED, lay } from 'festivity/labels/mask/painting.js';
import { atLeast, Guide, refined, resampled } from 'festivity/labels/mask/pixels.js';

const COLOURS = { edges: 0, colours: 0.3 };

export class Masker {
  /** `features`: what `readFeatures` gave, or null where there are none. `picture`: RGBA pixels `data`, `width`, `height`. */
  constructor(features, picture) {
    Object.assign(this, { features, picture });
    this.layers = new Map();
    this.sizes = new Map();
  }

  layer(number) {
    if (!this.layers.has(number)) this.layers.set(number, new Layer(this.features, number));
    return this.layers.get(number);
  }

  /** (rows * columns) how like each patch is to what was marked; null where there is nothing to be like. */
  likeness({ marks, layer, smoothing }) {
    const known = this.known;
    if (known?.marks === marks && known.layer === layer && known.smoothing === smoothing) return known.values;
    const { rows, columns } = this.features ?? {};
    const values = marks.length && this.features?.layers[layer - 1] ? this.layer(layer).likeness(marks) : null;
    this.known = { marks, layer, smoothing, values: values && smoothed(values, rows, columns, smoothing) };
    return this.known.values;
  }

  /** Of every `step`th pixel: {mask, width, height}, and `blind` where none of the + marks is on anything to be seen. */
  mask(drawing, step = 1) {
    return finished(this.steps(drawing, step));
  }

  /** The same, yielding every few milliseconds. */
  * steps(drawing, step) {
    const size = this.size(step);
    const values = this.likeness(drawing);
    const begun = values ? yield* this.begun(values, drawing, size) : size.nothing;
    const { width, height } = size.guide;
    const mask = drawing.strokes.length ? painted(begun, this.sheet(drawing.strokes, size)) : begun;
    yield;
    return { mask, width, height, blind: drawing.marks.length > 0 && !values };
  }

  /** The mask before any stroke. */
  * begun(values, { threshold, edge }, size) {
    const known = size.known;
    if (known?.values === values && known.threshold === threshold && known.edge === edge) return known.mask;
    const pixels = this.pixels(values, size);
    yield;
    let mask = atLeast(pixels, Math.fround(threshold));
    if (edge in COLOURS && mask.includes(1)) mask = yield* refined(pixels, size.guide, threshold, COLOURS[edge]);
    size.known = { values, threshold, edge, mask };
    return mask;
  }

  pixels(values, size) {
    if (size.grown?.values === values) return size.grown.pixels;
    const { rows, columns } = this.features;
    const pixels = resampled(values, rows, columns, size.guide.height, size.guide.width);
    size.grown = { values, pixels };
    return pixels;
  }

  /** The strokes laid on one sheet; those that only came last are laid on the one before. */
  sheet(strokes, size) {
    const { width, height } = size.guide;
    const before = size.laid ?? { strokes: [], sheet: new Uint8Array(width * height) };
    const goesOn = before.strokes.length <= strokes.length && before.strokes.every((stroke, at) => stroke === strokes[at]);
    const sheet = goesOn ? before.sheet : new Uint8Array(width * height);
    strokes.slice(goesOn ? before.strokes.length : 0).forEach((stroke) => lay(sheet, stroke, width, height));
    size.laid = { strokes, sheet };
    return sheet;
  }

  size(step) {
    if (!this.sizes.has(step)) {
      const guide = new Guide(thinned(this.picture, step));
      this.sizes.set(step, { guide, nothing: new Uint8Array(guide.width * guide.height) });
    }
    return this.sizes.get(step);
  }
}

export function finished(steps) {
  let next = steps.next();
  while (!next.done) next = steps.next();
  return next.value;
}

function painted(begun, sheet) {
  const mask = begun.slice();
  for (let at = 0; at < mask.length; at += 1) if (sheet[at]) mask[at] = sheet[at] === ADDED ? 1 : 0;
  return mask;
}

/** Every `step`th pixel of every `step`th row. */
function thinned(picture, step) {
  if (step === 1) return picture;
  const [width, height] = [Math.ceil(picture.width / step), Math.ceil(picture.height / step)];
  const from = new Uint32Array(picture.data.buffer, picture.data.byteOffset, picture.width * picture.height);
  const pixels = new Uint32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) pixels[row * width + column] = from[row * step * picture.width + column * step];
  }
  return { data: new Uint8ClampedArray(pixels.buffer), width, height };
}
