// What can be known of chosen files before anything is sent. Pure: no page, no network.

const WORDS = { left: 'left', right: 'right', front: 'front' };
const LETTERS = { l: 'left', r: 'right', f: 'front' };
const LITTER_NAMES = new Set(['thumbs.db', 'desktop.ini']);
const KINDS = {
  photo: ['jpg', 'jpeg', 'png', 'heic', 'heif'],
  video: ['mp4', 'mov', 'm4v', 'mkv', '360'],
  track: ['gpx', 'nmea', 'nma', 'log', 'csv', 'txt'],
  archive: ['zip'],
  raw: ['dng', 'cr2', 'cr3', 'nef', 'arw', 'orf', 'rw2', 'raf', 'gpr', 'pef', 'srw'],
  litter: ['thm', 'lrv', 'aae', 'xmp', 'ini', 'db', 'tmp'],
};
const KIND_OF_SUFFIX = new Map(Object.entries(KINDS).flatMap(([kind, suffixes]) => suffixes.map((suffix) => [suffix, kind])));

/**
 * The side that a path tells, '' if it tells none or two. As on the server: a whole word counts before a single letter,
 * and the file's own name before its folders, the nearest first.
 */
export function sideOf(path) {
  const parts = path.split(/[/\\]/).reverse().map((part) => part.toLowerCase().match(/[a-z]+/g) ?? []);
  for (const meanings of [WORDS, LETTERS]) {
    for (const tokens of parts) {
      const sides = new Set(tokens.map((token) => meanings[token]).filter(Boolean));
      if (sides.size) return sides.size === 1 ? [...sides][0] : '';
    }
  }
  return '';
}

/** photo, video, track, archive, raw, litter, or unknown: what a name promises. */
export function kindOf(name) {
  const bare = name.toLowerCase();
  if (bare.startsWith('.') || LITTER_NAMES.has(bare)) return 'litter';
  return KIND_OF_SUFFIX.get(bare.split('.').slice(1).pop()) ?? 'unknown';
}

/** The folders of a path, without the file's own name. */
export function folderOf(path) {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** An entry of the list for a file at `path` inside its folder. Only cameras have sides. `cut`: points left out of a track. */
export function entryOf(file, path = file.name, { nearHome = false, cut = 0 } = {}) {
  const kind = kindOf(file.name);
  const side = ['photo', 'video'].includes(kind) ? sideOf(path) : '';
  const needsSide = ['photo', 'video'].includes(kind) && !side;
  const state = nearHome || ['raw', 'unknown'].includes(kind) ? 'left-out' : 'waiting';
  return { file, path, folder: folderOf(path), kind, size: file.size, side, needsSide, nearHome, cut, state, sent: 0, message: '', sha256: '', url: '' };
}

/** Newly chosen `entries` by path, without the litter of systems and cameras, and without what is chosen already. */
export function sortOut(entries, chosen) {
  const taken = new Set(chosen.map(placeOf));
  const inOrder = [...entries].sort((one, other) => one.path.localeCompare(other.path, undefined, { numeric: true }));
  return inOrder.filter((entry) => entry.kind !== 'litter' && !taken.has(placeOf(entry)) && taken.add(placeOf(entry)));
}

function placeOf({ file, path, size }) {
  return `${size} ${file.name} ${path}`;
}

/** The open upload that is this file, begun here or on another device: by its SHA-256, else by name, size and folder. */
export function matchOpen(entry, openUploads) {
  return openUploads.find((open) => {
    if (open.length !== entry.size) return false;
    if (open.sha256 && entry.sha256) return open.sha256 === entry.sha256;
    return open.name === entry.file.name && open.folder === entry.folder;
  });
}

/** Whether an earlier entry of the list has the same bytes. */
export function isTwice(entry, entries) {
  const before = entries.slice(0, entries.indexOf(entry));
  return Boolean(entry.sha256) && before.some((other) => other.sha256 === entry.sha256 && other.state !== 'failed');
}

/** Files that are not read here are in the list, and not in these sums. */
export function sum(entries) {
  const sums = { files: 0, received: 0, failed: 0, here: 0, bytes: 0, sentBytes: 0, looking: 0 };
  for (const entry of entries) {
    if (entry.state === 'left-out') continue;
    sums.files += 1;
    sums.bytes += entry.size;
    sums.sentBytes += entry.sent;
    sums.received += entry.state === 'received';
    sums.here += Boolean(entry.here);
    sums.failed += entry.state === 'failed';
    sums.looking += Boolean(entry.looking);
  }
  return sums;
}
