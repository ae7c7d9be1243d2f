// From patches to pixels, with an edge drawn along the picture's light; ml/tools/segment/pixels.py does the same, number by number.

const { fround } = Math;
const BINS = 12;
const ROUNDS = 3;
const SURE = 16; // 4 at a quarter of a cosine
const FLATNESS = fround(0.002);
const AT_A_TIME = 60_000;

/** (rows * columns) -> (height * width), bilinear between the middles of cells, edges held. */
export function resampled(values, rows, columns, height, width) {
  return alongRows(alongColumns(values, rows, columns, height), height, columns, width);
}

function alongColumns(values, rows, columns, height) {
  if (rows === height) return values;
  const found = new Float32Array(height * columns);
  for (let row = 0; row < height; row += 1) {
    const [first, next, share] = betweenOf(row, rows, height);
    const rest = fround(1 - share);
    for (let column = 0; column < columns; column += 1) {
      found[row * columns + column] = fround(values[first * columns + column] * rest) + fround(values[next * columns + column] * share);
    }
  }
  return found;
}

function alongRows(values, height, columns, width) {
  if (columns === width) return values;
  const { first, next, share } = betweenAll(columns, width);
  const found = new Float32Array(height * width);
  for (let row = 0; row < height; row += 1) {
    const from = row * columns;
    const to = row * width;
    for (let column = 0; column < width; column += 1) {
      found[to + column] = fround(values[from + first[column]] * fround(1 - share[column])) + fround(values[from + next[column]] * share[column]);
    }
  }
  return found;
}

function betweenAll(old, length) {
  const between = { first: new Int32Array(length), next: new Int32Array(length), share: new Float32Array(length) };
  for (let place = 0; place < length; place += 1) [between.first[place], between.next[place], between.share[place]] = betweenOf(place, old, length);
  return between;
}

function betweenOf(place, old, length) {
  const at = Math.min(old - 1, Math.max(0, ((place + 0.5) * old) / length - 0.5));
  const first = Math.min(Math.floor(at), Math.max(old - 2, 0));
  return [first, Math.min(first + 1, old - 1), fround(at - first)];
}

/** A picture of RGBA pixels as a guide: its brightness, what that is on average around each pixel, and how much it varies there. */
export class Guide {
  constructor({ data, width, height }) {
    Object.assign(this, { data, width, height });
    this.radius = Math.max(1, roundedToEven(Math.max(width, height) / 50));
    this.scratch = new Float32Array(width * height);
    this.counts = { rows: countsOf(height, this.radius), columns: countsOf(width, this.radius) };
    this.light = new Float32Array(width * height);
    for (let at = 0; at < this.light.length; at += 1) this.light[at] = Math.max(data[4 * at], data[4 * at + 1], data[4 * at + 2]) / 255;
    this.mean = this.boxMean(this.light.slice());
    this.variance = this.boxMean(times(this.light, this.light));
    for (let at = 0; at < this.variance.length; at += 1) this.variance[at] -= fround(this.mean[at] * this.mean[at]);
  }

  /** The number of each pixel's colour, of 12 square-root steps per channel. */
  get bins() {
    this.counted ??= binsOf(this.data, this.light.length);
    return this.counted;
  }

  /** Chances evened out within the radius, but not across edges of brightness. Yields between its steps. */
  * drawn(values) {
    const { light, mean, variance } = this;
    const slope = yield* this.boxMeans(times(light, values));
    const average = yield* this.boxMeans(values);
    for (let at = 0; at < slope.length; at += 1) {
      slope[at] = fround(slope[at] - fround(mean[at] * average[at])) / fround(variance[at] + FLATNESS);
      average[at] -= fround(slope[at] * mean[at]);
    }
    yield;
    const shift = yield* this.boxMeans(average);
    const tilt = yield* this.boxMeans(slope);
    for (let at = 0; at < tilt.length; at += 1) tilt[at] = Math.min(1, Math.max(0, fround(tilt[at] * light[at]) + shift[at]));
    return tilt;
  }

  /** The mean of the square around each pixel, of what of it lies in the picture; in place. */
  boxMean(values) {
    this.sumColumns(values);
    this.sumRows(values);
    return values;
  }

  * boxMeans(values) {
    yield;
    this.sumColumns(values);
    yield;
    this.sumRows(values);
    yield;
    return values;
  }

  sumColumns(values) {
    const { width, height, radius, scratch } = this;
    scratch.set(values.subarray(0, width));
    for (let at = width; at < scratch.length; at += 1) scratch[at] = scratch[at - width] + values[at];
    for (let row = 0; row < height; row += 1) {
      const low = (row - radius - 1) * width;
      const high = Math.min(height - 1, row + radius) * width;
      for (let column = 0; column < width; column += 1) values[row * width + column] = low < 0 ? scratch[high + column] : scratch[high + column] - scratch[low + column];
    }
  }

  sumRows(values) {
    const { width, height, radius, counts } = this;
    const sums = new Float32Array(width);
    for (let row = 0; row < height; row += 1) {
      const start = row * width;
      sums[0] = values[start];
      for (let column = 1; column < width; column += 1) sums[column] = sums[column - 1] + values[start + column];
      for (let column = 0; column < width; column += 1) {
        const high = sums[Math.min(width - 1, column + radius)];
        const total = column > radius ? fround(high - sums[column - radius - 1]) : high;
        values[start + column] = total / (counts.rows[row] * counts.columns[column]);
      }
    }
  }
}

/** Likeness at pixels -> 1 for each pixel that belongs to it, 0 for the others. `colours`: how much they weigh. Yields between its steps. */
export function* refined(values, guide, threshold, colours) {
  const prior = priorOf(values, fround(threshold));
  let chance = yield* logistic(prior.slice());
  if (colours === 0) chance = yield* guide.drawn(chance);
  else {
    for (let round = 0; round < ROUNDS; round += 1) {
      const evidence = colourEvidence(guide.bins, chance);
      yield;
      const weighed = weighedWith(prior, evidence, guide.bins, fround(colours));
      chance = yield* guide.drawn(yield* logistic(weighed));
    }
  }
  return atLeast(chance, 0.5);
}

/** 1 where a value reaches the limit, else 0. */
export function atLeast(values, limit) {
  const mask = new Uint8Array(values.length);
  for (let at = 0; at < mask.length; at += 1) mask[at] = values[at] >= limit ? 1 : 0;
  return mask;
}

function priorOf(values, threshold) {
  const prior = new Float32Array(values.length);
  for (let at = 0; at < prior.length; at += 1) prior[at] = SURE * fround(values[at] - threshold);
  return prior;
}

/** In place, some at a time. */
function* logistic(values) {
  for (let start = 0; start < values.length; start += AT_A_TIME) {
    logisticPart(values.subarray(start, start + AT_A_TIME));
    yield;
  }
  return values;
}

function logisticPart(values) {
  for (let at = 0; at < values.length; at += 1) values[at] = 0.5 * fround(fround(Math.tanh(0.5 * values[at])) + 1);
}

function weighedWith(prior, evidence, bins, colours) {
  const weighed = new Float32Array(prior.length);
  for (let at = 0; at < weighed.length; at += 1) weighed[at] = prior[at] + fround(colours * evidence[bins[at]]);
  return weighed;
}

function times(one, other) {
  const products = new Float32Array(one.length);
  for (let at = 0; at < products.length; at += 1) products[at] = one[at] * other[at];
  return products;
}

/** Of each colour, the log of how much more often it is seen inside than outside, within -3..3. */
function colourEvidence(bins, chance) {
  const [inside, outside] = [new Float64Array(BINS ** 3).fill(1), new Float64Array(BINS ** 3).fill(1)];
  for (let at = 0; at < bins.length; at += 1) {
    inside[bins[at]] += chance[at];
    outside[bins[at]] += fround(1 - chance[at]);
  }
  const [all, none] = [inside, outside].map((counts) => counts.reduce((sum, count) => sum + count));
  return Float32Array.from(inside, (count, bin) => Math.min(3, Math.max(-3, Math.log(count / all) - Math.log(outside[bin] / none))));
}

function binsOf(data, count) {
  const steps = Uint8Array.from({ length: 256 }, (_, value) => Math.min(BINS - 1, Math.floor(Math.sqrt(value / 255) * BINS)));
  const bins = new Uint16Array(count);
  for (let at = 0; at < count; at += 1) bins[at] = (steps[data[4 * at]] * BINS + steps[data[4 * at + 1]]) * BINS + steps[data[4 * at + 2]];
  return bins;
}

function countsOf(length, radius) {
  return Float32Array.from({ length }, (_, at) => Math.min(length - 1, at + radius) - Math.max(0, at - radius) + 1);
}

function roundedToEven(value) {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
