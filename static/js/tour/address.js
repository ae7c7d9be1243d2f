// The address of a tour: /tour/?stops=ID,ID&from=lat,lon.

const PLACE_DIGITS = 3;

export function stopsOf(search) {
  return (new URLSearchParams(search).get('stops') ?? '').split(',').filter(Boolean);
}

/** The same tour with these stops. */
export function addressOf(address, stops) {
  return changed(address, 'stops', stops.join(','));
}

/** The same tour from a place on, rounded to about a hundred metres. */
export function startingAt(address, { latitude, longitude }) {
  return changed(address, 'from', [latitude, longitude].map((degrees) => degrees.toFixed(PLACE_DIGITS)).join(','));
}

function changed(address, name, value) {
  const url = new URL(address);
  url.searchParams.set(name, value);
  return url.href.replaceAll('%2C', ',');
}
