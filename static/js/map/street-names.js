// Where the name of a street can stand. Points are { x, y } in pixels.

const STRAIGHT_DEG = 14;
const MARGIN_PX = 10;

/** Lines of one street joined end to end, as far as their ends meet. */
export function joinLines(lines) {
  const joined = lines.map((line) => [...line]);
  for (let index = 0; index < joined.length; index += 1) {
    let next = indexOfContinuation(joined, index);
    while (next !== -1) {
      joined[index] = joinTwo(joined[index], joined[next]);
      joined.splice(next, 1);
      if (next < index) index -= 1;
      next = indexOfContinuation(joined, index);
    }
  }
  return joined;
}

function indexOfContinuation(lines, index) {
  const ends = [lines[index][0], lines[index].at(-1)];
  return lines.findIndex((line, other) => other !== index && ends.some((end) => same(end, line[0]) || same(end, line.at(-1))));
}

function joinTwo(first, second) {
  if (same(first.at(-1), second[0])) return [...first, ...second.slice(1)];
  if (same(first.at(-1), second.at(-1))) return [...first, ...[...second].reverse().slice(1)];
  if (same(first[0], second.at(-1))) return [...second, ...first.slice(1)];
  return [...[...second].reverse(), ...first.slice(1)];
}

function same(a, b) {
  return Math.abs(a.x - b.x) < 0.5 && Math.abs(a.y - b.y) < 0.5;
}

/** The middle of the longest straight run that a text of that width fits on, as { x, y, angle }, or null. */
export function placeOnLine(line, widthPx) {
  const runs = straightRuns(line).filter((run) => run.length >= widthPx + 2 * MARGIN_PX);
  const longest = runs.reduce((best, run) => (best && best.length >= run.length ? best : run), null);
  return longest && { x: (longest.from.x + longest.to.x) / 2, y: (longest.from.y + longest.to.y) / 2, angle: upright(longest) };
}

function straightRuns(line) {
  const runs = [];
  let start = 0;
  for (let end = 1; end < line.length; end += 1) {
    while (start < end - 1 && bends(line, start, end)) start += 1;
    const [from, to] = [line[start], line[end]];
    runs.push({ from, to, length: Math.hypot(to.x - from.x, to.y - from.y) });
  }
  return runs;
}

function bends(line, start, end) {
  const heading = headingDeg(line[end - 1], line[end]);
  for (let index = start; index < end - 1; index += 1) {
    const turn = Math.abs(headingDeg(line[index], line[index + 1]) - heading) % 360;
    if (Math.min(turn, 360 - turn) > STRAIGHT_DEG) return true;
  }
  return false;
}

function headingDeg(from, to) {
  return Math.atan2(to.y - from.y, to.x - from.x) * 180 / Math.PI;
}

function upright({ from, to }) {
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  return Math.abs(angle) > Math.PI / 2 ? angle + (angle > 0 ? -Math.PI : Math.PI) : angle;
}

/** The upright box around a turned text. */
export function boxAround({ x, y, angle }, widthPx, heightPx) {
  const halfWidth = (Math.abs(Math.cos(angle)) * widthPx + Math.abs(Math.sin(angle)) * heightPx) / 2;
  const halfHeight = (Math.abs(Math.sin(angle)) * widthPx + Math.abs(Math.cos(angle)) * heightPx) / 2;
  return { west: x - halfWidth, north: y - halfHeight, east: x + halfWidth, south: y + halfHeight };
}

export function overlap(a, b) {
  return a.west < b.east && b.west < a.east && a.north < b.south && b.north < a.south;
}

export function isWithin(box, sizePx) {
  return box.west >= 0 && box.north >= 0 && box.east <= sizePx && box.south <= sizePx;
}
