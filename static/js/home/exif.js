// The position that a photo carries, read in the browser: JPEG, HEIC and PNG. Pure. What makes no sense has none.

const EXIF_IN_JPEG = 'Exif\0\0';
const GPS_DIRECTORY = 0x8825;
const GPS = { latRef: 1, lat: 2, lonRef: 3, lon: 4 };
const RATIONAL = 5;
const MOST = 5000;

/** { lon, lat } in degrees, or null. `buffer` begins with the photo's first byte. */
export function exifPosition(buffer) {
  try {
    const view = new DataView(buffer);
    const block = blockOf(view);
    return block ? positionIn(block) : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function blockOf(view) {
  if (view.getUint16(0) === 0xffd8) return inJpeg(view);
  if (view.getUint32(0) === 0x89504e47) return inPng(view);
  return text(view, 4, 4) === 'ftyp' ? inHeic(view) : null;
}

function part(view, at, length = view.byteLength - at) {
  return new DataView(view.buffer, view.byteOffset + at, Math.min(length, view.byteLength - at));
}

function text(view, at, length) {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));
}

function inJpeg(view) {
  let at = 2;
  for (let count = 0; count < MOST; count += 1) {
    while (view.getUint16(at) === 0xffff) at += 1;
    const marker = view.getUint16(at);
    if (marker < 0xff01 || marker === 0xffda || marker === 0xffd9) return null;
    const length = view.getUint16(at + 2);
    if (marker === 0xffe1 && length > 14 && text(view, at + 4, 6) === EXIF_IN_JPEG) return part(view, at + 10, length - 8);
    at += 2 + Math.max(2, length);
  }
  return null;
}

function inPng(view) {
  let at = 8;
  for (let count = 0; count < MOST; count += 1) {
    const length = view.getUint32(at);
    const kind = text(view, at + 4, 4);
    if (kind === 'eXIf') return part(view, at + 8, length);
    if (kind === 'IEND') return null;
    at += 12 + length;
  }
  return null;
}

function inHeic(view) {
  const meta = boxIn(view, 0, view.byteLength, 'meta');
  const info = meta && boxIn(view, meta.start + 4, meta.end, 'iinf');
  const places = meta && boxIn(view, meta.start + 4, meta.end, 'iloc');
  const number = info && exifItem(view, info);
  const where = number && places ? placeOf(view, places, number) : null;
  return where ? part(view, where.at + 4 + view.getUint32(where.at), where.length) : null;
}

function* boxes(view, from, to) {
  for (let at = from, count = 0; at + 8 <= to && count < MOST; count += 1) {
    let size = view.getUint32(at);
    let start = at + 8;
    if (size === 1) {
      size = Number(view.getBigUint64(at + 8));
      start = at + 16;
    }
    const end = size === 0 ? to : at + size;
    if (end <= at) return;
    yield { kind: text(view, at + 4, 4), start, end };
    at = end;
  }
}

function boxIn(view, from, to, kind) {
  for (const box of boxes(view, from, to)) if (box.kind === kind) return box;
  return null;
}

function exifItem(view, info) {
  const entries = info.start + (view.getUint8(info.start) === 0 ? 6 : 8);
  for (const { start } of boxes(view, entries, info.end)) {
    const wide = view.getUint8(start) >= 3;
    if (text(view, start + (wide ? 10 : 8), 4) === 'Exif') return wide ? view.getUint32(start + 4) : view.getUint16(start + 4);
  }
  return null;
}

function placeOf(view, { start }, wanted) {
  const version = view.getUint8(start);
  const sizes = view.getUint16(start + 4);
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexSize = version ? sizes & 15 : 0;
  let at = start + 6;
  const next = (size) => {
    let number = 0;
    for (let byte = 0; byte < size; byte += 1) number = number * 256 + view.getUint8(at + byte);
    at += size;
    return number;
  };
  const numberSize = version === 2 ? 4 : 2;
  for (let items = Math.min(next(numberSize), MOST); items > 0; items -= 1) {
    const number = next(numberSize);
    const inFile = !version || (next(2) & 15) === 0;
    next(2);
    const base = next(baseSize);
    for (let pieces = Math.min(next(2), MOST), first = true; pieces > 0; pieces -= 1, first = false) {
      next(indexSize);
      const offset = base + next(offsetSize);
      const length = next(lengthSize);
      if (number === wanted && first && inFile) return { at: offset, length };
    }
  }
  return null;
}

function positionIn(block) {
  const little = block.getUint16(0) === 0x4949;
  const gps = fieldsOf(block, fieldsOf(block, block.getUint32(4, little), little).get(GPS_DIRECTORY)?.value, little);
  const lat = degrees(block, gps.get(GPS.lat), little);
  const lon = degrees(block, gps.get(GPS.lon), little);
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) return null;
  return { lon: letter(block, gps.get(GPS.lonRef)) === 'W' ? -lon : lon, lat: letter(block, gps.get(GPS.latRef)) === 'S' ? -lat : lat };
}

/** tag → { kind, count, value (or where it stands), at } */
function fieldsOf(block, at, little) {
  const fields = new Map();
  if (at === undefined) return fields;
  const count = block.getUint16(at, little);
  for (let entry = at + 2; entry < at + 2 + 12 * count; entry += 12) {
    const value = block.getUint32(entry + 8, little);
    fields.set(block.getUint16(entry, little), { kind: block.getUint16(entry + 2, little), count: block.getUint32(entry + 4, little), value, at: entry + 8 });
  }
  return fields;
}

function degrees(block, field, little) {
  if (!field || field.kind !== RATIONAL || field.count < 1 || field.count > 3) return NaN;
  let sum = 0;
  for (let power = 0; power < field.count; power += 1) {
    const at = field.value + 8 * power;
    sum += block.getUint32(at, little) / block.getUint32(at + 4, little) / 60 ** power;
  }
  return sum;
}

function letter(block, field) {
  return field ? String.fromCharCode(block.getUint8(field.at)).toUpperCase() : '';
}
