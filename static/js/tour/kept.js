// The visitor's tour: public ids of houses in order, kept in this browser and nowhere else.

export const MOST_STOPS = 40;
const KEY = 'festivity-tour';
const PUBLIC_ID = /^[0-9a-z]{1,16}$/;

let unstored = [];

/** The ids; what is stored and is no list of ids counts as no tour. */
export function readTour(storage = store()) {
  return parseTour(storage ? storage.getItem(KEY) : JSON.stringify(unstored));
}

export function parseTour(text) {
  let stops;
  try {
    stops = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(stops)) return [];
  const sound = stops.filter((stop) => typeof stop === 'string' && PUBLIC_ID.test(stop));
  return [...new Set(sound)].slice(0, MOST_STOPS);
}

export function keepTour(stops, storage = store()) {
  unstored = stops;
  try {
    storage?.setItem(KEY, JSON.stringify(stops));
  } catch {
    // A full store keeps the former tour; this page goes on with the new one.
  }
}

/** The tour with the house at its end, or without it where it was in; null where it is full. */
export function toggled(stops, house) {
  if (stops.includes(house)) return stops.filter((stop) => stop !== house);
  return stops.length < MOST_STOPS ? [...stops, house] : null;
}

export function sameHouses(one, other) {
  return one.length === other.length && one.every((stop) => other.includes(stop));
}

export function tourQuery(stops) {
  return stops.length ? `?stops=${stops.join(',')}` : '';
}

function store() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
