// The part of the address after #: zoom/lat/lon, and after it the house whose card is open.

const DIGITS = 5;

/** { zoom, lat, lon, house } or null for anything that is no place on earth. */
export function parsePlace(hash) {
  const [zoom, lat, lon, house = ''] = hash.replace(/^#/, '').split('/');
  const place = { zoom: toNumber(zoom), lat: toNumber(lat), lon: toNumber(lon), house };
  const onEarth = Math.abs(place.lat) <= 90 && Math.abs(place.lon) <= 180;
  return onEarth && place.zoom >= 0 && place.zoom <= 22 && /^\w*$/.test(house) ? place : null;
}

export function formatPlace({ zoom, lat, lon, house }) {
  const parts = [Number(zoom.toFixed(2)), lat.toFixed(DIGITS), lon.toFixed(DIGITS)];
  return `#${(house ? [...parts, house] : parts).join('/')}`;
}

function toNumber(text) {
  return text?.trim() ? Number(text) : NaN;
}
