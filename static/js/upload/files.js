// What can be known of chosen files before anything is sent. Pure: no page, no network.

const WORDS = { left: 'left', right: 'right', front: 'front' };
const LETTERS = { l: 'left', r: 'right', f: 'front' };
const LITTER = new Set(['thumbs.db', 'desktop.ini']);

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

export function isArchive(name) {
  return name.toLowerCase().endsWith('.zip');
}

/** Files that systems leave in folders of photos: nobody means to send them. */
export function isLitter(name) {
  return name.startsWith('.') || LITTER.has(name.toLowerCase());
}

export function keyOf({ name, size }) {
  return `${size} ${name}`;
}

/** An entry of the list for a file at `path` inside its folder. An archive's members tell their own sides. */
export function entryOf(file, path = file.name) {
  const toldSide = sideOf(path);
  const needsSide = !toldSide && !isArchive(file.name);
  return { file, path, key: keyOf(file), size: file.size, side: toldSide, needsSide, state: 'waiting', sent: 0, message: '' };
}

/**
 * Sorts newly chosen `entries` out: litter and what is chosen already are dropped. As many files as the site has of a key
 * (`receivedCounts`: key → number) are marked 'received', so that they are not sent twice.
 */
export function sortOut(entries, chosen, receivedCounts) {
  const taken = new Set(chosen.map(placeOf));
  const left = new Map(receivedCounts);
  for (const entry of chosen) if (entry.here) takeOne(left, entry.key);
  const fresh = entries.filter((entry) => !isLitter(entry.file.name) && !taken.has(placeOf(entry)));
  return fresh.map((entry) => (takeOne(left, entry.key) ? { ...entry, state: 'received', here: true, sent: entry.size } : entry));
}

export function countKeys(files) {
  const counts = new Map();
  for (const key of files.map(keyOf)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function placeOf(entry) {
  return `${entry.key} ${entry.path}`;
}

function takeOne(counts, key) {
  const left = counts.get(key) ?? 0;
  counts.set(key, left - 1);
  return left > 0;
}

export function sum(entries) {
  const sums = { files: entries.length, received: 0, failed: 0, here: 0, bytes: 0, sentBytes: 0, sideless: 0 };
  for (const entry of entries) {
    sums.bytes += entry.size;
    sums.sentBytes += entry.sent;
    sums.received += entry.state === 'received';
    sums.here += Boolean(entry.here);
    sums.failed += entry.state === 'failed';
    sums.sideless += entry.needsSide && !entry.side && entry.state !== 'received';
  }
  return sums;
}
