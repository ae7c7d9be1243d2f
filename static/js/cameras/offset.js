// Offsets of clocks as they are typed, and where a picture lies on the track at an offset. Pure.

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const TYPED = /^\s*([+\-−]?)\s*(?:(?:(\d{1,7}):)?(\d{1,9}):)?(\d{1,10}(?:[.,]\d{1,3})?)\s*$/;
const LONGEST_GAP_MS = 60_000;
const LONGEST_GAP_M = 300;
const METRES_PER_DEGREE = 111_195;
const HALF_A_DAY_MS = 14 * HOUR_MS;

/** Milliseconds of `-8:00:12.5`, `1:30` or `90`; null for anything else. The server reads the same. */
export function readOffset(text) {
  const match = TYPED.exec(text);
  if (!match) return null;
  const [, sign, hours = 0, minutes = 0, seconds] = match;
  const total = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Math.round(Number(seconds.replace(',', '.')) * 1000);
  return sign === '-' || sign === '−' ? -total : total;
}

export function typedOffset(offsetMs) {
  const span = Math.abs(Math.round(offsetMs));
  const seconds = ((span % MINUTE_MS) / 1000).toFixed(1).padStart(4, '0');
  const minutes = String(Math.floor(span / MINUTE_MS) % 60).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${Math.floor(span / HOUR_MS)}:${minutes}:${seconds}`;
}

/** An offset as whole minutes and the rest, between -30 and 30 seconds. */
export function partsOf(offsetMs) {
  const coarse = Math.round(offsetMs / MINUTE_MS) * MINUTE_MS;
  return { coarse, fine: offsetMs - coarse };
}

/** The ends of the slider: half a day around no offset at all, or around a clock that is farther off. */
export function sliderEnds(offsetMs) {
  const middle = Math.abs(offsetMs) <= HALF_A_DAY_MS ? 0 : Math.round(offsetMs / MINUTE_MS) * MINUTE_MS;
  return { min: middle - HALF_A_DAY_MS, max: middle + HALF_A_DAY_MS };
}

/** [lat, lon] at a time (Unix ms), or null where the track says nothing, by the server's own rule. */
export function placeAt({ at_ms: times, lon, lat }, atMs) {
  const after = firstFrom(times, atMs);
  if (times[after] === atMs) return [lat[after], lon[after]];
  const near = [after - 1, after].filter((index) => index in times && Math.abs(times[index] - atMs) <= LONGEST_GAP_MS);
  if (near.length === 0) return null;
  if (near.length === 1) return [lat[near[0]], lon[near[0]]];
  const [from, to] = near;
  const metresEast = (lon[to] - lon[from]) * METRES_PER_DEGREE * Math.cos((lat[from] * Math.PI) / 180);
  if (Math.hypot(metresEast, (lat[to] - lat[from]) * METRES_PER_DEGREE) > LONGEST_GAP_M) return null;
  const part = (atMs - times[from]) / (times[to] - times[from]);
  return [lat[from] + part * (lat[to] - lat[from]), lon[from] + part * (lon[to] - lon[from])];
}

function firstFrom(times, atMs) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
