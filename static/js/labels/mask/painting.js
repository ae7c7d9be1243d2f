// Strokes laid over a mask, pixel by pixel; server/labels/painting.py does the same and says what a stroke covers.

export const ADDED = 1;
export const TAKEN = 2;

export function adds(stroke) {
  return stroke.kind === 'brush' || stroke.kind === 'polygon';
}

export function isLine(stroke) {
  return stroke.kind === 'brush' || stroke.kind === 'eraser';
}

/** Marks the pixels of a stroke on a sheet of width * height as added or taken. */
export function lay(sheet, stroke, width, height) {
  const points = stroke.points.map(([x, y]) => [x * width, y * height]);
  const runs = isLine(stroke) ? linesOf(points, stroke.radius * Math.max(width, height), width, height) : areaOf(points, width, height);
  const value = adds(stroke) ? ADDED : TAKEN;
  runs.fill(sheet, value);
  return sheet;
}

/** Where runs of pixels begin (+1) and end (-1), of the rows from `top` on. */
class Runs {
  constructor(width, top, bottom, inside) {
    Object.assign(this, { width, top, inside });
    this.changes = new Int32Array(Math.max(0, bottom - top + 1) * (width + 1));
  }

  change(row, column, by) {
    this.changes[(row - this.top) * (this.width + 1) + column] += by;
  }

  fill(sheet, value) {
    const { width, top, changes, inside } = this;
    const rows = changes.length / (width + 1);
    for (let row = 0; row < rows; row += 1) {
      let count = 0;
      for (let column = 0; column < width; column += 1) {
        count += changes[row * (width + 1) + column];
        if (inside(count)) sheet[(row + top) * width + column] = value;
      }
    }
  }
}

function linesOf(points, radius, width, height) {
  const ys = points.map(([, y]) => y);
  const [top, bottom] = rowsOf(Math.min(...ys) - radius, Math.max(...ys) + radius, height);
  const runs = new Runs(width, top, bottom, (count) => count > 0);
  for (let at = 0; at < Math.max(1, points.length - 1); at += 1) linePart(runs, points[at], points[at + 1] ?? points[at], radius, width, height);
  return runs;
}

function linePart(runs, a, b, radius, width, height) {
  const [first, last] = rowsOf(Math.min(a[1], b[1]) - radius, Math.max(a[1], b[1]) + radius, height);
  for (let row = first; row <= last; row += 1) {
    const [low, high] = around(a, b, radius, row + 0.5);
    const begin = Math.min(width, Math.max(0, Math.ceil(low - 0.5)));
    const end = Math.min(width, Math.max(0, Math.floor(high - 0.5) + 1));
    if (end <= begin) continue;
    runs.change(row, begin, 1);
    runs.change(row, end, -1);
  }
}

function rowsOf(low, high, height) {
  return [Math.max(0, Math.ceil(low - 0.5)), Math.min(height - 1, Math.floor(high - 0.5))];
}

/** From where to where on the line y points are within `radius` of the part from a to b. */
function around(a, b, radius, y) {
  let [low, high] = [Infinity, -Infinity];
  for (const [x, middle] of [a, b]) {
    const away = y - middle;
    if (Math.abs(away) > radius) continue;
    const half = Math.sqrt(radius * radius - away * away);
    low = Math.min(low, x - half);
    high = Math.max(high, x + half);
  }
  const [across, down] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.sqrt(across * across + down * down);
  if (!(length > 0)) return [low, high];
  const [left, right] = between(a, across / length, down / length, length, radius, y);
  return left <= right ? [Math.min(low, left), Math.max(high, right)] : [low, high];
}

/** The same for the rectangle along the part, without its round ends. */
function between(a, across, down, length, radius, y) {
  const away = y - a[1];
  const [low, high] = within(across, away * down, 0, length);
  const [left, right] = within(-down, away * across, -radius, radius);
  return [a[0] + Math.max(low, left), a[0] + Math.min(high, right)];
}

/** From which x to which `least <= slope * x + start <= most`. */
function within(slope, start, least, most) {
  if (slope === 0) return start >= least && start <= most ? [-Infinity, Infinity] : [Infinity, -Infinity];
  const [one, other] = [(least - start) / slope, (most - start) / slope];
  return [Math.min(one, other), Math.max(one, other)];
}

function areaOf(points, width, height) {
  const runs = new Runs(width, 0, height - 1, (count) => count % 2 === 1);
  points.forEach(([x0, y0], at) => {
    const [x1, y1] = points[(at + 1) % points.length];
    const [first, last] = rowsOf(Math.min(y0, y1) - 1, Math.max(y0, y1) + 1, height);
    for (let row = first; row <= last; row += 1) {
      const y = row + 0.5;
      if ((y0 <= y) === (y1 <= y)) continue;
      const crossing = x0 + ((y - y0) * (x1 - x0)) / (y1 - y0);
      runs.change(row, 0, 1);
      runs.change(row, Math.min(width, Math.max(0, Math.ceil(crossing - 0.5))), 1);
    }
  });
  return runs;
}
