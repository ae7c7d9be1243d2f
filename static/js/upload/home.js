// What is left out around the driver's home before anything is sent.

import { isInside } from 'festivity/home/circle.js';
import { exifPosition } from 'festivity/home/exif.js';
import { trackKind, withoutHome } from 'festivity/home/track.js';
import { requestJson } from 'festivity/request.js';

export { exifPosition, withoutHome };

const PHOTO = /\.(jpe?g|jpe|jfif|png|heic|heif|hif)$/i;
const HEIC = /\.(heic|heif|hif)$/i;
const TRACK = /\.(gpx|nmea|nma|log|csv|txt)$/i;
const HEAD_BYTES = 512 * 1024;
const LARGEST_TRACK_BYTES = 256 * 1024 * 1024;

/** The driver's zone { lon, lat, radiusM }, or null. */
export async function zoneOf(url) {
  const { zone } = await requestJson(url);
  return zone && { lon: zone.lon, lat: zone.lat, radiusM: zone.radius_m };
}

/**
 * What may be sent of an entry of the list: { file }, which is another one where a track was cut, with `cut`, the number of its
 * points that were left out; or { file: null } for what was taken near home. Videos and zips pass as they are.
 */
export async function beforeSending({ file }, zone) {
  if (!zone) return { file, cut: 0 };
  if (PHOTO.test(file.name)) return { file: (await isPhotoAtHome(file, zone)) ? null : file, cut: 0 };
  if (TRACK.test(file.name) && file.size <= LARGEST_TRACK_BYTES) return cutTrack(file, zone);
  return { file, cut: 0 };
}

/** The chosen { file, path } with tracks cut; what was taken near home is marked `nearHome`, and must not be hashed or sent. */
export async function trim(chosen, zone) {
  const trimmed = [];
  for (const { file, path } of chosen) {
    const { file: left, cut } = await beforeSending({ file }, zone);
    trimmed.push({ file: left ?? file, path, nearHome: left === null, cut });
  }
  return trimmed;
}

async function isPhotoAtHome(file, zone) {
  const readable = HEIC.test(file.name) ? file : file.slice(0, HEAD_BYTES);
  const place = exifPosition(await readable.arrayBuffer());
  return Boolean(place) && isInside(place, zone);
}

async function cutTrack(file, zone) {
  const text = await file.text();
  const kind = trackKind(file.name, text);
  const cut = kind ? withoutHome(text, kind, zone) : { removed: 0 };
  if (!cut.removed) return { file, cut: 0 };
  if (!cut.left) return { file: null, cut: cut.removed };
  const { name, type, lastModified } = file;
  return { file: new File([cut.text], name, { type, lastModified }), cut: cut.removed };
}
