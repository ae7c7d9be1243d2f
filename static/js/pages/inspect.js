// Wires the page of one frame: its layers, and for staff the desk where labels are drawn.

import { Carry } from 'festivity/labels/carry.js';
import { besideTheDesk } from 'festivity/labels/beside.js';
import { Desk } from 'festivity/labels/desk.js';
import { watchKeys } from 'festivity/keys.js';
import { Layers } from 'festivity/labels/layers.js';
import { Stage } from 'festivity/labels/stage.js';
import { say } from 'festivity/notice.js';
import { requestPart } from 'festivity/request.js';
import { Views } from 'festivity/labels/views.js';

const setup = JSON.parse(document.getElementById('desk')?.textContent ?? 'null');
const stageElement = document.querySelector('[data-stage]');
const stage = new Stage(stageElement, {
  onLook: (place) => layers.pointAt(place),
  onMark: (mark) => desk?.add(mark),
  onStroke: (stroke) => desk?.paint(stroke),
  onLive: (stroke) => desk?.live(stroke),
  onView: ({ zoom }) => showZoom(zoom),
});
const layers = new Layers(document.querySelector('[data-layers]'), stageElement, document.querySelector('[data-stage-bar]'));
const carry = setup ? new Carry(document.querySelector('[data-carry]'), setup) : null;
const desk = setup ? new Desk(document.querySelector('[data-desk]'), document.querySelector('[data-tools]'), stage, setup, { onDraw: () => layers.showNumber(1), onSaved: showHistory }) : null;
const views = desk ? new Views(document.querySelector('[data-views]'), stage, (sees) => desk.painter.see(sees)) : null;

watchKeys({ ...numberKeys(), ...zoomKeys(), ...(desk ? deskKeys() : {}), ArrowLeft: () => go('prev'), ArrowRight: () => go('next') });
document.addEventListener('keyup', (event) => { if (event.key === ' ') stage.isPanning = false; });

if (desk) desk.carry = carryOn;
if (desk) besideTheDesk(desk, showHistory);

function showZoom(zoom) {
  const says = document.querySelector('[data-zoom-says]');
  if (says) says.textContent = `${Math.round(100 * zoom)} %`;
}

async function carryOn() {
  await desk.saving;
  if (!desk.isSaved) say(desk.element.dataset.saveFirst);
  else carry.open(Number(desk.element.querySelector('[name=frames]').value));
}

async function showHistory() {
  const place = document.querySelector('[data-history]');
  try {
    place.innerHTML = await requestPart(place.dataset.history);
  } catch (error) {
    say(error.message);
  }
}

function numberKeys() {
  return Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => [String(number), () => layers.showNumber(number)]));
}

function zoomKeys() {
  return { i: () => stage.easel.zoom(1.5), o: () => stage.easel.zoom(1 / 1.5), f: () => stage.easel.fit() };
}

function deskKeys() {
  const modes = { v: 'look', p: 'plus', '+': 'plus', m: 'minus', '-': 'minus', b: 'box', x: 'minus-box', d: 'brush', e: 'eraser', g: 'polygon', j: 'hole' };
  const inStrip = (deed) => () => (carry.isOpen ? deed() : false);
  return {
    ...Object.fromEntries(Object.entries(modes).map(([key, mode]) => [key, () => desk.mode(mode)])),
    u: () => desk.undo(),
    r: () => desk.redo(),
    c: () => desk.clear(),
    s: () => { desk.save(); },
    0: () => { desk.nothing(); },
    h: () => desk.toggleMask(),
    k: () => { carryOn(); },
    w: () => views.next(),
    q: () => views.toggleFour(),
    '[': () => desk.nudge(-1),
    ']': () => desk.nudge(1),
    ',': () => desk.resize(-1),
    '.': () => desk.resize(1),
    Enter: (event) => (isControl(event.target) ? false : stage.tools.close()),
    Escape: () => stage.cross.leaveOff(),
    y: inStrip(() => { carry.accept(); }),
    n: inStrip(() => carry.reject()),
    ' ': space,
  };
}

/** In the strip of carried masks the next one; else it holds the picture, to be pulled. */
function space(event) {
  if (isControl(event.target)) return false;
  if (carry.isOpen) return carry.skip();
  stage.isPanning = true;
  return true;
}

function isControl(element) {
  return Boolean(element.closest('button, a, input:not([type=radio]), select, summary'));
}

function go(rel) {
  const link = document.querySelector(`[rel=${rel}]`);
  if (!link) return false;
  window.location.assign(link.href + window.location.search);
  return true;
}
