// A frame's patches as they come from the server (server/labels/patches/travelling.py): vectors of length 1, layer by layer.

const MAGIC = 'FMT1';
const HEADER_BYTES = 12;

/** `places`: of each seen patch, its row times `columns` plus its column. `layers`: of each, `depth` and the `vectors` (n * depth). */
export function readFeatures(buffer) {
  const view = new DataView(buffer);
  if (String.fromCharCode(...new Uint8Array(buffer, 0, 4)) !== MAGIC) throw new Error('These are no features of a frame.');
  const [rows, columns, count] = [view.getUint16(4, true), view.getUint16(6, true), view.getUint32(8, true)];
  const reader = new Reader(buffer, HEADER_BYTES);
  const depths = reader.take(Uint16Array, count);
  const places = placesOf(reader.take(Uint8Array, (rows * columns + 7) >> 3), rows * columns);
  const layers = [...depths].map((depth) => {
    const steps = reader.take(Float32Array, depth);
    return { depth, vectors: unit(whole(reader.take(Int8Array, depth * places.length), steps), depth) };
  });
  return { rows, columns, places, layers };
}

class Reader {
  constructor(buffer, at) {
    Object.assign(this, { buffer, at });
  }

  take(Kind, count) {
    const found = new Kind(this.buffer, this.at, count);
    this.at += 4 * Math.ceil(found.byteLength / 4);
    return found;
  }
}

function placesOf(bits, size) {
  const places = [];
  for (let place = 0; place < size; place += 1) if (bits[place >> 3] & (128 >> (place & 7))) places.push(place);
  return Int32Array.from(places);
}

function whole(numbers, steps) {
  const vectors = new Float32Array(numbers.length);
  for (let at = 0; at < numbers.length; at += 1) vectors[at] = numbers[at] * steps[at % steps.length];
  return vectors;
}

/** Vectors, one after another, each divided by its length, in place; zeros stay zeros. */
export function unit(vectors, depth) {
  for (let start = 0; start < vectors.length; start += depth) {
    let squares = 0;
    for (let at = start; at < start + depth; at += 1) squares += vectors[at] * vectors[at];
    const length = Math.max(Math.sqrt(squares), 1e-12);
    for (let at = start; at < start + depth; at += 1) vectors[at] /= length;
  }
  return vectors;
}
