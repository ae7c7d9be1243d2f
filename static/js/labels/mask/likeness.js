// How much every patch is like what was marked, -1 to 1; ml/tools/segment (seeds.py, similarity.py) does the same.

import { unit } from 'festivity/labels/mask/features.js';

const REACH_PATCHES = 1.5;
const UNWANTED_WEIGHT = 0.25;
const FALL = 8;
const FLAT = 1e-4;

/** One layer of a frame's patches without what they all have in common. */
export class Layer {
  constructor({ rows, columns, places, layers }, number) {
    const { depth, vectors } = layers[number - 1];
    Object.assign(this, { rows, columns, places, depth });
    this.lit = litOf(vectors, depth);
    this.vectors = withoutCommon(vectors, depth, this.lit);
    this.seen = litOf(this.vectors, depth);
    this.at = new Int32Array(rows * columns).fill(-1);
    places.forEach((place, index) => { this.at[place] = index; });
  }

  /** (rows * columns) like the marks, -1 where nothing is seen; null where no + mark is on anything to be seen. */
  likeness(marks) {
    const wanted = this.vectorsOf(marks.filter((mark) => mark.positive));
    if (wanted.length === 0) return null;
    const unwanted = this.vectorsOf(marks.filter((mark) => !mark.positive));
    const middle = unit(Float32Array.from({ length: this.depth }, (_, axis) => mean(wanted.map((vector) => vector[axis]))), this.depth);
    const values = new Float32Array(this.rows * this.columns).fill(-1);
    this.places.forEach((place, index) => {
      if (this.lit[index]) values[place] = this.likenessOf(index, middle, unwanted);
    });
    return values;
  }

  likenessOf(index, middle, unwanted) {
    let like = this.dot(index, middle);
    if (unwanted.length > 0) {
      const unlike = Math.max(...unwanted.map((vector) => this.dot(index, vector)));
      like = Math.min(like - UNWANTED_WEIGHT * Math.max(unlike, 0), FALL * (like - unlike));
    }
    return Math.min(1, Math.max(-1, like));
  }

  dot(index, vector) {
    const start = index * this.depth;
    let total = 0;
    for (let axis = 0; axis < this.depth; axis += 1) total += this.vectors[start + axis] * vector[axis];
    return total;
  }

  vectorsOf(marks) {
    return marks.map((mark) => (mark.far_x == null ? this.clicked(mark) : this.boxed(mark))).filter((vector) => vector.some(Boolean));
  }

  clicked({ x, y }) {
    const vector = this.between(x, y);
    if (vector.some(Boolean)) return vector;
    const nearest = this.nearest(x, y);
    return nearest === null ? vector : this.vectorAt(nearest);
  }

  boxed({ x, y, far_x, far_y }) {
    const total = new Float64Array(this.depth);
    let count = 0;
    this.places.forEach((place, index) => {
      const [across, down] = this.centre(place);
      if (!this.seen[index] || across < x || across > far_x || down < y || down > far_y) return;
      count += 1;
      for (let axis = 0; axis < this.depth; axis += 1) total[axis] += this.vectors[index * this.depth + axis];
    });
    if (count === 0) return this.between((x + far_x) / 2, (y + far_y) / 2);
    return unit(Float32Array.from(total, (sum) => sum / count), this.depth);
  }

  /** Between the middles of the four patches around a place. */
  between(x, y) {
    const [row, column] = [clipped(y * this.rows - 0.5, this.rows), clipped(x * this.columns - 0.5, this.columns)];
    const [top, left] = [Math.floor(row), Math.floor(column)];
    const vector = new Float32Array(this.depth);
    for (const down of [0, 1]) {
      for (const right of [0, 1]) {
        const part = Math.abs(1 - down - (row - top)) * Math.abs(1 - right - (column - left));
        this.add(vector, top + down, left + right, part);
      }
    }
    return unit(vector, this.depth);
  }

  add(vector, row, column, part) {
    if (row >= this.rows || column >= this.columns) return;
    const index = this.at[row * this.columns + column];
    if (index < 0) return;
    for (let axis = 0; axis < this.depth; axis += 1) vector[axis] += part * this.vectors[index * this.depth + axis];
  }

  /** The nearest seen patch within reach, or null. */
  nearest(x, y) {
    let [found, least] = [null, Infinity];
    this.places.forEach((place, index) => {
      const [across, down] = this.centre(place);
      const away = Math.hypot((across - x) * this.columns, (down - y) * this.rows);
      if (this.seen[index] && away < least) [found, least] = [index, away];
    });
    return least <= REACH_PATCHES ? found : null;
  }

  centre(place) {
    return [((place % this.columns) + 0.5) / this.columns, (Math.floor(place / this.columns) + 0.5) / this.rows];
  }

  vectorAt(index) {
    return this.vectors.slice(index * this.depth, (index + 1) * this.depth);
  }
}

/** A Gaussian of `sigma` patches over what is seen; what is not (-1) stays out of it. */
export function smoothed(values, rows, columns, sigma) {
  if (!(sigma > 0)) return values;
  const reach = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, step) => Math.exp(-0.5 * ((step - reach) / sigma) ** 2));
  const seen = Float32Array.from(values, (value) => (value > -1 ? 1 : 0));
  const [total, weight] = [values.map((value, at) => value * seen[at]), seen].map((part) => swept(swept(part, rows, columns, kernel, columns), rows, columns, kernel, 1));
  return total.map((sum, at) => (seen[at] > 0 ? sum / Math.max(weight[at], 1e-12) : -1));
}

/** A kernel along columns (`stride` is their number) or along rows (1), zeros beyond the edge. */
function swept(values, rows, columns, kernel, stride) {
  const reach = (kernel.length - 1) / 2;
  const length = stride === 1 ? columns : rows;
  return Float32Array.from(values, (_, at) => {
    const place = stride === 1 ? at % columns : Math.floor(at / columns);
    let total = 0;
    for (let step = Math.max(-reach, -place); step <= Math.min(reach, length - 1 - place); step += 1) total += values[at + step * stride] * kernel[step + reach];
    return total;
  });
}

function litOf(vectors, depth) {
  const lit = new Uint8Array(depth ? vectors.length / depth : 0);
  for (let at = 0; at < vectors.length; at += 1) if (vectors[at] !== 0) lit[Math.floor(at / depth)] = 1;
  return lit;
}

function withoutCommon(vectors, depth, lit) {
  const common = commonPart(vectors, depth, lit);
  const rest = vectors.map((value, at) => (lit[Math.floor(at / depth)] ? value - common[at % depth] : 0));
  return unit(rest, depth);
}

/** The mean of the lit patches; zeros where that is all that there is. */
function commonPart(vectors, depth, lit) {
  const common = new Float32Array(depth);
  const count = lit.reduce((sum, one) => sum + one, 0);
  let widest = 0;
  for (let axis = 0; axis < depth; axis += 1) {
    let [total, least, most] = [0, Infinity, -Infinity];
    for (let at = axis; at < vectors.length; at += depth) {
      if (!lit[Math.floor(at / depth)]) continue;
      total += vectors[at];
      least = Math.min(least, vectors[at]);
      most = Math.max(most, vectors[at]);
    }
    common[axis] = total / count;
    widest = Math.max(widest, most - least);
  }
  return count < 2 || widest < FLAT ? common.fill(0) : common;
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function clipped(place, length) {
  return Math.min(length - 1, Math.max(0, place));
}
