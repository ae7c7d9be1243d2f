// Distances as people read them. The server's twin is server/core/units.py.

const METRES_PER_FOOT = 0.3048;
const METRES_PER_MILE = 1609.344;

/** "350 m", "1.2 km", "400 ft" or "0.8 mi", in the page's language and units. */
export function sayDistance(metres, { units, language } = chosen()) {
  const say = (number, unit, digits = 0) => `${number.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`;
  if (units !== 'imperial') {
    if (metres < 995) return say(Math.round(metres / 10) * 10, 'm');
    return say(metres / 1000, 'km', digitsOf(metres / 1000));
  }
  if (metres < METRES_PER_MILE / 4) return say(Math.round(metres / METRES_PER_FOOT / 50) * 50, 'ft');
  return say(metres / METRES_PER_MILE, 'mi', digitsOf(metres / METRES_PER_MILE));
}

function digitsOf(number) {
  return number < 9.95 ? 1 : 0;
}

function chosen() {
  const { lang, dataset } = document.documentElement;
  return { units: dataset.units, language: lang };
}
