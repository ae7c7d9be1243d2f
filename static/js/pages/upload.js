// Wires the upload page.

import { csrfToken } from 'festivity/request.js';
import { sentence } from 'festivity/texts.js';
import { chosenIn, droppedIn } from 'festivity/upload/choose.js';
import { FileList } from 'festivity/upload/file-list.js';
import { Hashes } from 'festivity/upload/hashes.js';
import { trim, zoneOf } from 'festivity/upload/home.js';
import { Totals } from 'festivity/upload/totals.js';
import { Upload } from 'festivity/upload/upload.js';
import { Words } from 'festivity/upload/words.js';

const REFRESH_MS = 500;
const SENDING = new Set(['sending', 'waiting']);

const form = document.getElementById('upload');
const words = new Words(document.documentElement.lang, { ...document.getElementById('upload-texts').dataset });
const button = form.querySelector('[type=submit]');
const trouble = document.getElementById('trouble');
const leaveOut = document.getElementById('leave-out');
const pause = document.getElementById('pause');
const unfinished = document.getElementById('unfinished');
const sideForAll = document.getElementById('id_side');
const totals = new Totals(document.getElementById('totals'), words);
const list = new FileList(document.getElementById('files'), words, { onSide: () => changed() });
const hashes = new Hashes(form.dataset.hasherUrl);
const upload = new Upload({
  urls: { drives: form.dataset.drivesUrl, uploads: form.dataset.uploadsUrl, sent: form.dataset.sentUrl },
  chunkBytes: Number(form.dataset.chunkBytes),
  trim: async (chosen) => trim(chosen, await home()),
  hash: (file, onProgress) => hashes.of(file, onProgress),
  tus: globalThis.tus,
  csrfToken: csrfToken(),
  page: {
    changed,
    stopped,
    entriesAdded: (entries) => { giveSide(entries); list.add(entries); },
    matched: (open) => forget(open.url),
    entryChanged: (entry) => list.update(entry),
    driveBegun: (drive) => history.replaceState(null, '', `?drive=${drive.id}`),
    sent: (drive) => window.location.assign(drive.page),
  },
});
let earlier = 0;
let asked = null;
let added = Promise.resolve();

start();

async function start() {
  form.classList.add('is-live');
  form.elements.photos.required = false;
  watchChoices();
  watchDrops();
  sideForAll.addEventListener('change', () => { giveSide(upload.entries); changed(); });
  form.addEventListener('submit', (event) => { event.preventDefault(); sendAll(); });
  leaveOut.addEventListener('click', () => upload.finishWithoutTheRest());
  pause.addEventListener('click', () => upload.pause());
  unfinished?.addEventListener('click', ({ target }) => { if (target.dataset.giveUp) giveUp(target); });
  window.addEventListener('beforeunload', (event) => { if (SENDING.has(upload.state)) event.preventDefault(); });
  setInterval(showTotals, REFRESH_MS);
  if (form.dataset.drive) await goOn();
  changed();
}

async function goOn() {
  button.disabled = true;
  try {
    earlier = await upload.goOn({ id: form.dataset.drive, title: form.elements.title.value, keep_originals: form.elements.keep_originals.checked });
    if (earlier) say('notice', words.count('earlier', earlier));
  } catch (error) {
    say('error', error.message);
  } finally {
    button.disabled = false;
  }
}

/** The circle around the driver's home, asked for once; while it is not known, no file is taken. */
function home() {
  asked ??= zoneOf(form.dataset.homeUrl).catch((error) => { asked = null; throw error; });
  return asked;
}

/** One choice after the other; whoever sends meanwhile waits for them. */
function add(chosen) {
  added = added.then(() => upload.add(chosen)).catch((error) => say('error', error.message));
}

function watchChoices() {
  const folder = document.getElementById('folder');
  const folderButton = document.getElementById('choose-folder');
  folderButton.hidden = !('webkitdirectory' in folder);
  folderButton.addEventListener('click', () => folder.click());
  for (const input of [form.elements.photos, folder]) {
    input.addEventListener('change', () => { add(chosenIn(input)); input.value = ''; });
  }
}

function watchDrops() {
  const zone = document.getElementById('drop');
  for (const name of ['dragenter', 'dragover']) zone.addEventListener(name, (event) => mark(event, true));
  for (const name of ['dragleave', 'drop']) zone.addEventListener(name, (event) => mark(event, false));
  zone.addEventListener('drop', async ({ dataTransfer }) => add(await droppedIn(dataTransfer)));

  function mark(event, over) {
    event.preventDefault();
    zone.classList.toggle('is-over', over);
  }
}

/** The side chosen for all goes to every file whose own side is not told by its name. */
function giveSide(entries) {
  if (!sideForAll.value) return;
  for (const entry of entries) {
    if (!entry.needsSide || entry.state !== 'waiting') continue;
    entry.side = sideForAll.value;
    list.update(entry);
  }
}

/** Takes a file that is gone on with, or given up, out of the list of unfinished ones. */
function forget(url) {
  unfinished?.querySelector(`[data-url="${CSS.escape(url)}"]`)?.remove();
  if (unfinished && !unfinished.querySelector('[data-url]')) unfinished.hidden = true;
}

async function giveUp(button) {
  button.disabled = true;
  try {
    await upload.giveUp(button.dataset.giveUp);
    forget(button.dataset.giveUp);
  } catch {
    button.disabled = false;
    say('error', sentence('broken'));
  }
}

async function sendAll() {
  if (!form.reportValidity()) return;
  await added;
  if (!upload.entries.length && !earlier) complain(words.say('noFiles'), form.elements.photos);
  else if (!upload.bringsAnything) complain(words.say('allSent'), form.elements.photos);
  else await startSending();
}

async function startSending() {
  trouble.hidden = true;
  leaveOut.hidden = true;
  try {
    await upload.start(form.elements.title.value, form.elements.keep_originals.checked);
  } catch (error) {
    stopped([], error);
  }
}

function stopped(failed, error) {
  upload.state = 'stopped';
  say('error', error ? error.message : reasonOf(failed));
  leaveOut.hidden = failed.length === 0;
  changed();
  trouble.focus();
}

/** One reason that stops them all is said by itself; else the reasons stand in the list. */
function reasonOf(failed) {
  const reasons = new Set(failed.map((entry) => entry.message));
  const [only] = reasons;
  return reasons.size === 1 && only ? only : words.count('failed', failed.length);
}

function complain(sentence, field) {
  say('error', sentence);
  field.focus();
}

function say(kind, sentence) {
  trouble.hidden = false;
  trouble.className = `notice notice-${kind}`;
  trouble.textContent = sentence;
}

function changed() {
  const { sums, state } = upload;
  const busy = SENDING.has(state) || state === 'sent' || state === 'waiting-to-finish';
  document.getElementById('side-field').hidden = !upload.entries.some((entry) => entry.needsSide && !entry.here);
  document.getElementById('list').hidden = upload.entries.length === 0;
  pause.hidden = !SENDING.has(state);
  document.getElementById('drop').inert = busy;
  button.disabled = busy;
  button.textContent = buttonText(sums, state);
  form.elements.title.readOnly = busy;
  showTotals();
}

function buttonText(sums, state) {
  if (state === 'sent') return words.say('sendingOff');
  if (SENDING.has(state)) return words.say('sending');
  if (state === 'paused') return words.say('resume');
  if (state === 'stopped') return words.say('again');
  const due = sums.files - sums.here;
  if (due) return words.count('send', due);
  return earlier ? words.say('sendOff') : words.say('sendNothing');
}

function showTotals() {
  const nowMs = performance.now();
  totals.show(upload.sums, { state: upload.state, nowMs, ...upload.pace(nowMs) });
}
