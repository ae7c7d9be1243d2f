// The address of a tour: /tour/?stops=ID,ID&from=lat,lon&by=foot…

const PLACE_DIGITS = 3;

export function stopsOf(search) {
  return (new URLSearchParams(search).get('stops') ?? '').split(',').filter(Boolean);
}

/** The same tour with these stops. */
export function addressOf(address, stops) {
  return changed(address, 'stops', stops.join(','));
}

/** The same tour from a place on. */
export function startingAt(address, position) {
  return changed(address, 'from', saidPlace(position));
}

/** Rounded to about a hundred metres. */
export function saidPlace({ latitude, longitude }) {
  return [latitude, longitude].map((degrees) => degrees.toFixed(PLACE_DIGITS)).join(',');
}

/** What a form asks for, without what it leaves open. */
export function askedBy(form) {
  const url = new URL(form.action);
  const said = [...new FormData(form)].filter(([, value]) => value !== '');
  url.search = new URLSearchParams(said);
  return tidy(url);
}

function changed(address, name, value) {
  const url = new URL(address);
  url.searchParams.set(name, value);
  return tidy(url);
}

function tidy(url) {
  return url.href.replaceAll('%2C', ',').replaceAll('%3A', ':');
}
