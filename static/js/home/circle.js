// The circle around a home. Pure: the dice are handed in, but for those of the browser.

const EARTH_RADIUS_M = 6_371_008.8;
const SHIFT = 0.5;
const DIGITS = 6;

/** Metres between two places { lon, lat }; good to 0.1 % within 10 km, as on the server. */
export function distanceM(one, other) {
  const lonStep = ((other.lon - one.lon + 540) % 360) - 180;
  const meanLat = radians((one.lat + other.lat) / 2);
  return Math.hypot(radians(lonStep) * Math.cos(meanLat), radians(other.lat - one.lat)) * EARTH_RADIUS_M;
}

/** Whether { lon, lat } lies in the zone { lon, lat, radiusM }; nothing lies in none. */
export function isInside(place, zone) {
  return Boolean(zone) && distanceM(zone, place) < zone.radiusM;
}

/**
 * The zone of a home: its centre moved at random, evenly over a disc of half the radius, so that the home is inside and nobody
 * knows where. `dice()` gives numbers in [0, 1).
 */
export function zoneAround(home, radiusM, dice = browserDice) {
  const byM = SHIFT * radiusM * Math.sqrt(dice());
  const bearing = 2 * Math.PI * dice();
  const lat = home.lat + degrees((byM * Math.cos(bearing)) / EARTH_RADIUS_M);
  const lon = home.lon + degrees((byM * Math.sin(bearing)) / (EARTH_RADIUS_M * Math.max(Math.cos(radians(home.lat)), 1e-9)));
  return { lon: rounded(((lon + 540) % 360) - 180), lat: rounded(lat), radiusM };
}

function browserDice() {
  return crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;
}

function rounded(angle) {
  return Number(angle.toFixed(DIGITS));
}

function radians(angle) {
  return (angle * Math.PI) / 180;
}

function degrees(angle) {
  return (angle * 180) / Math.PI;
}
