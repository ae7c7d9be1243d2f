import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { test } from 'node:test';

import { distanceM, isInside, zoneAround } from 'festivity/home/circle.js';
import { exifPosition } from 'festivity/home/exif.js';
import { trackKind, withoutHome } from 'festivity/home/track.js';
import { beforeSending, trim } from 'festivity/upload/home.js';

// node 18 has these in its modules alone
globalThis.File ??= File;
globalThis.crypto ??= webcrypto;

const HOME = { lon: -117.1, lat: 32.9 };
const ZONE = { ...HOME, radiusM: 300 };
const NEAR = [-117.1005, 32.9005];
const FAR = [-117.12, 32.92];

const arrayOf = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);

/** A JPEG of nothing but its EXIF; big-endian, as most phones write it. */
function jpegAt([lon, lat], little = false) {
  const block = new DataView(new ArrayBuffer(200));
  block.setUint16(0, little ? 0x4949 : 0x4d4d);
  block.setUint16(2, 42, little);
  block.setUint32(4, 8, little);
  block.setUint16(8, 1, little);
  entry(block, 10, 0x8825, 4, 1, 26, little);
  block.setUint16(26, 4, little);
  entry(block, 28, 1, 2, 2, 0, little, lat < 0 ? 'S' : 'N');
  entry(block, 40, 2, 5, 3, 80, little);
  entry(block, 52, 3, 2, 2, 0, little, lon < 0 ? 'W' : 'E');
  entry(block, 64, 4, 5, 3, 104, little);
  for (const [at, angle] of [[80, Math.abs(lat)], [104, Math.abs(lon)]]) {
    const minutes = (angle % 1) * 60;
    [[Math.trunc(angle), 1], [Math.trunc(minutes), 1], [Math.round((minutes % 1) * 6e6), 1e5]]
      .forEach(([over, under], index) => { block.setUint32(at + 8 * index, over, little); block.setUint32(at + 8 * index + 4, under, little); });
  }
  const exif = Buffer.concat([Buffer.from('Exif\0\0'), Buffer.from(block.buffer)]);
  const length = Buffer.from([(exif.length + 2) >> 8, (exif.length + 2) & 255]);
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xe1]), length, exif, Buffer.from([0xff, 0xda, 0, 2])]);
}

function entry(block, at, tag, kind, count, value, little, letter = '') {
  block.setUint16(at, tag, little);
  block.setUint16(at + 2, kind, little);
  block.setUint32(at + 4, count, little);
  if (letter) block.setUint8(at + 8, letter.charCodeAt(0));
  else block.setUint32(at + 8, value, little);
}

function near(found, [lon, lat]) {
  assert.ok(found && Math.abs(found.lon - lon) < 1e-6 && Math.abs(found.lat - lat) < 1e-6, JSON.stringify(found));
}

test('the circle holds the home, anywhere but in its middle on average', () => {
  const far = Array.from({ length: 2000 }, () => distanceM(HOME, zoneAround(HOME, 300)));
  assert.ok(Math.max(...far) <= 151 && Math.max(...far) > 140);
  assert.ok(Math.abs(far.reduce((sum, metres) => sum + metres) / far.length - 100) < 5);
});

test('the circle is moved to all sides alike', () => {
  const moved = Array.from({ length: 2000 }, () => zoneAround(HOME, 300));
  assert.ok(Math.abs(moved.filter(({ lon }) => lon > HOME.lon).length - 1000) < 120);
  assert.ok(Math.abs(moved.filter(({ lat }) => lat > HOME.lat).length - 1000) < 120);
});

test('nothing lies in no circle', () => {
  assert.equal(isInside(HOME, null), false);
  assert.equal(isInside(HOME, ZONE), true);
});

test('a photo tells where it was taken, whichever way its bytes run', () => {
  for (const little of [true, false]) near(exifPosition(arrayOf(jpegAt(FAR, little))), FAR);
  near(exifPosition(arrayOf(jpegAt([151.2, -33.8]))), [151.2, -33.8]);
});

test('bytes that are no photo tell nothing', () => {
  const cut = jpegAt(FAR);
  for (const bytes of [Buffer.alloc(0), Buffer.from('hello there'), cut.subarray(0, 40), cut.subarray(0, 90), Buffer.alloc(500, 255)]) {
    assert.equal(exifPosition(arrayOf(bytes)), null);
  }
});

test('no mutation of a photo does more than tell nothing', () => {
  const whole = jpegAt(FAR);
  for (let number = 0; number < 3000; number += 1) {
    const bytes = Buffer.from(whole);
    for (let turn = 0; turn < 4; turn += 1) bytes[(number * 31 + turn * 97) % bytes.length] = (number * 7 + turn * 13) & 255;
    exifPosition(arrayOf(bytes.subarray(0, whole.length - (number % 50))));
  }
});

const PYTHON = process.env.FESTIVITY_PYTHON ?? '.venv/bin/python';

test('photos of real encoders tell it too', { skip: !existsSync(PYTHON) && 'There is no Python here.' }, () => {
  const made = execFileSync(PYTHON, ['-c', `
import sys, base64
from tests.workers.photos import exif, heic, night, photo, saved
for content in (photo(), heic(night(), exif=exif()), saved(night(), "PNG", exif=exif())):
    print(base64.b64encode(content).decode())
`], { encoding: 'utf8' });
  const photos = made.trim().split('\n').map((line) => Buffer.from(line, 'base64'));
  assert.equal(photos.length, 3);
  photos.forEach((content) => near(exifPosition(arrayOf(content)), [-117.1504269, 32.9202906]));
});

const point = ([lon, lat], name = 'trkpt') => `<${name} lat="${lat}" lon="${lon}"><time>2026-12-05T20:00:00Z</time></${name}>`;
const gpx = (points, rest = '') => `<gpx><metadata><bounds minlat="32" minlon="-118" maxlat="33" maxlon="-117"/></metadata>${rest}<trk><trkseg>${points}</trkseg></trk></gpx>`;

test('a track loses its part near home, and its extent', () => {
  const cut = withoutHome(gpx(point(NEAR) + point(FAR) + point(FAR), point(NEAR, 'wpt')), 'gpx', ZONE);
  assert.deepEqual([cut.removed, cut.left], [2, 2]);
  assert.ok(!cut.text.includes(String(NEAR[0])) && !cut.text.includes('bounds') && !cut.text.includes('wpt'));
});

test('a hole in a track ends its segment', () => {
  const { text } = withoutHome(gpx(`${point(FAR)}\n${point(NEAR)}\n ${point(NEAR)}\n${point(FAR)}`), 'gpx', ZONE);
  assert.equal(text.match(/<trkseg>/g).length, 2);
  assert.equal(text.match(/<\/trkseg>/g).length, 2);
  assert.ok(!text.includes('\0'));
});

test('a track far from home stays as it is, to the letter', () => {
  const text = gpx(point(FAR));
  assert.equal(withoutHome(text, 'gpx', ZONE).text, text);
});

test('points without content are cut as well', () => {
  const { text, removed } = withoutHome(`<gpx><trk><trkseg><trkpt lon='${NEAR[0]}' lat='${NEAR[1]}'/></trkseg></trk></gpx>`, 'gpx', ZONE);
  assert.equal(removed, 1);
  assert.ok(!text.includes(String(NEAR[1])));
});

test('of a log all sentences go that belong to a place near home', () => {
  const log = [
    '$GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1*39',
    '$GPRMC,200000,A,3254.030,N,11706.030,W,010.0,084.4,051226,,*00',
    '$GPVTG,1,T*00',
    '$GPGGA,200010,3255.200,N,11707.200,W,1,08,0.9,100,M,,M,,*00',
    '$GPVTG,2,T*00',
  ];
  const cut = withoutHome(log.join('\r\n'), 'nmea', ZONE);
  assert.deepEqual([cut.removed, cut.left], [1, 1]);
  assert.equal(cut.text, [log[0], log[3], log[4]].join('\r\n'));
});

test('a table loses its rows near home', () => {
  const row = ([lon, lat]) => `2026-12-05T20:00:00Z;"${lat}";${lon}`;
  const cut = withoutHome(`time;Latitude (deg);Longitude\n${row(NEAR)}\n${row(FAR)}\n`, 'csv', ZONE);
  assert.deepEqual([cut.removed, cut.left], [1, 1]);
  assert.equal(cut.text, `time;Latitude (deg);Longitude\n${row(FAR)}\n`);
});

test('a table without named places is left to the server', () => {
  assert.deepEqual(withoutHome('1,2\n3,4', 'csv', ZONE), { text: '1,2\n3,4', removed: 0, left: 0 });
});

test('what a text is shows in its content', () => {
  assert.equal(trackKind('a.log', '<?xml version="1.0"?><gpx>'), 'gpx');
  assert.equal(trackKind('a.csv', '$GPRMC,1'), 'nmea');
  assert.equal(trackKind('a.mp4', ''), '');
});

test('a photo near home is not sent, one of elsewhere is', async () => {
  const send = (content, name) => beforeSending({ file: new File([content], name) }, ZONE);
  assert.equal((await send(jpegAt(NEAR), 'left_1.JPG')).file, null);
  assert.equal((await send(jpegAt(FAR), 'left_1.jpg')).file.name, 'left_1.jpg');
});

test('a track goes out cut, under its own name and time', async () => {
  const file = new File([gpx(point(NEAR) + point(FAR))], 'evening.gpx', { lastModified: 5 });
  const sent = await beforeSending({ file }, ZONE);
  assert.deepEqual([sent.file.name, sent.file.lastModified, sent.cut], ['evening.gpx', 5, 1]);
  assert.ok(!(await sent.file.text()).includes(String(NEAR[0])));
});

test('a track of home alone is not sent', async () => {
  assert.equal((await beforeSending({ file: new File([gpx(point(NEAR))], 'a.gpx') }, ZONE)).file, null);
});

test('without a circle, and of a video, nothing is changed', async () => {
  const photo = new File([jpegAt(NEAR)], 'a.jpg');
  const video = new File(['x'], 'a.mp4');
  assert.equal((await beforeSending({ file: photo }, null)).file, photo);
  assert.equal((await beforeSending({ file: video }, ZONE)).file, video);
});

test('of what was chosen, photos near home are marked and the rest goes on in order', async () => {
  const chosen = [[NEAR, 'a.jpg'], [FAR, 'b.jpg']].map(([place, name]) => ({ file: new File([jpegAt(place)], name), path: `left/${name}` }));
  const trimmed = await trim(chosen, ZONE);
  assert.deepEqual(trimmed.map(({ path, nearHome }) => [path, nearHome]), [['left/a.jpg', true], ['left/b.jpg', false]]);
});
