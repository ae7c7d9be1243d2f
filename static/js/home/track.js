// Tracks without their part near home, as text: GPX, NMEA and tables. Pure.

import { isInside } from 'festivity/home/circle.js';

const KINDS = { gpx: 'gpx', nmea: 'nmea', nma: 'nmea', log: 'nmea', csv: 'csv', txt: 'csv' };
const GPX_POINT = /<((?:\w+:)?(?:trkpt|rtept|wpt))\b([^>]*?)(?:\/>|>[\s\S]*?<\/\1\s*>)/g;
const GPX_EXTENT = /<(?:\w+:)?bounds\b[^>]*?(?:\/>|>\s*<\/(?:\w+:)?bounds\s*>)/g;
const HEADER_WITHIN = 60;
const BEFORE = '(?:gps|location|position|point|wgs84)?';
const AFTER = '(?:deg|degrees|degree|dd|wgs84|decimal)?';
const LAT = new RegExp(`^${BEFORE}(?:lat|latitude|y)${AFTER}$`);
const LON = new RegExp(`^${BEFORE}(?:lon|lng|long|longitude|x)${AFTER}$`);
const NMEA_PLACES = { RMC: 3, GGA: 2, GLL: 1, GNS: 2 };

/** gpx, nmea or csv by the file's name and how it begins; '' for anything else. */
export function trackKind(name, text) {
  const kind = KINDS[name.toLowerCase().split('.').at(-1)] ?? '';
  if (!kind) return '';
  if (/<(?:\w+:)?gpx\b/i.test(text.slice(0, 4096))) return 'gpx';
  return /^\$[A-Z]{2,5}/m.test(text.slice(0, 65_536)) ? 'nmea' : kind;
}

/** { text, removed, left }: the track without its points in the zone, and how many there were inside and outside of it. */
export function withoutHome(text, kind, zone) {
  return { gpx: gpxWithout, nmea: nmeaWithout, csv: tableWithout }[kind](text, zone);
}

/** A hole in a segment ends it: nobody may draw a line across home. */
function gpxWithout(text, zone) {
  let removed = 0;
  let left = 0;
  const cut = text.replace(GPX_POINT, (point, name, attributes) => {
    const place = { lon: attribute(attributes, 'lon'), lat: attribute(attributes, 'lat') };
    const inside = isInside(place, zone);
    removed += inside;
    left += !inside;
    if (!inside) return point;
    return name.endsWith('trkpt') ? `\0${name.slice(0, -5)}\0` : '';
  });
  const whole = cut.replace(/\0(\w*:?)\0(?:\s*\0\w*:?\0)*/g, '</$1trkseg><$1trkseg>');
  return { text: removed ? whole.replace(GPX_EXTENT, '') : text, removed, left };
}

function attribute(attributes, name) {
  const found = new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(attributes);
  return found ? Number(found[1]) : NaN;
}

/** Sentences without a place belong to the last one that had one. */
function nmeaWithout(text, zone) {
  const counts = { removed: 0, left: 0 };
  let inside = false;
  const kept = text.split('\n').filter((line) => {
    const place = nmeaPlace(line);
    if (place) {
      inside = isInside(place, zone);
      counts[inside ? 'removed' : 'left'] += 1;
    }
    return !inside;
  });
  return { text: kept.join('\n'), ...counts };
}

function nmeaPlace(line) {
  const start = line.indexOf('$');
  const parts = start < 0 ? [] : line.slice(start).split(/[,*]/);
  const at = NMEA_PLACES[parts[0]?.slice(-3)];
  if (!at || !parts[at] || !parts[at + 2]) return null;
  const place = { lat: nmeaDegrees(parts[at], parts[at + 1], 'S'), lon: nmeaDegrees(parts[at + 2], parts[at + 3], 'W') };
  return Number.isFinite(place.lat) && Number.isFinite(place.lon) ? place : null;
}

/** ddmm.mmmm or dddmm.mmmm with its letter. */
function nmeaDegrees(digits, letter, negative) {
  const [, whole, minutes] = /^(\d{1,3})(\d\d(?:\.\d*)?)$/.exec(digits) ?? [];
  const angle = Number(whole) + Number(minutes) / 60;
  return letter === negative ? -angle : angle;
}

function tableWithout(text, zone) {
  const lines = text.split('\n');
  const header = lines.slice(0, HEADER_WITHIN).findIndex((line) => columnsOf(line));
  if (header < 0) return { text, removed: 0, left: 0 };
  const columns = columnsOf(lines[header]);
  const counts = { removed: 0, left: 0 };
  const kept = lines.filter((line, number) => {
    if (number <= header || !line.trim()) return true;
    const cells = cellsOf(line, columns.delimiter);
    const inside = isInside({ lat: amount(cells[columns.lat]), lon: amount(cells[columns.lon]) }, zone);
    counts[inside ? 'removed' : 'left'] += 1;
    return !inside;
  });
  return { text: kept.join('\n'), ...counts };
}

function columnsOf(line) {
  for (const delimiter of [',', ';', '\t', '|']) {
    const names = cellsOf(line, delimiter).map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
    const [lat, lon] = [LAT, LON].map((pattern) => names.findIndex((name) => pattern.test(name)));
    if (lat >= 0 && lon >= 0) return { delimiter, lat, lon };
  }
  return null;
}

function cellsOf(line, delimiter) {
  const cells = [''];
  let quoted = false;
  for (const letter of line.replace(/\r$/, '')) {
    if (letter === '"') quoted = !quoted;
    else if (letter === delimiter && !quoted) cells.push('');
    else cells[cells.length - 1] += letter;
  }
  return cells;
}

function amount(cell) {
  return cell?.trim() ? Number(cell.trim().replace(',', '.')) : NaN;
}
