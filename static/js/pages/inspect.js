// Wires the page of one frame: its layers, and for staff the desk where labels are drawn.

import { Carry } from 'festivity/labels/carry.js';
import { Desk } from 'festivity/labels/desk.js';
import { watchKeys } from 'festivity/keys.js';
import { Layers } from 'festivity/labels/layers.js';
import { Stage } from 'festivity/labels/stage.js';
import { say } from 'festivity/notice.js';
import { requestPart } from 'festivity/request.js';

const setup = JSON.parse(document.getElementById('desk')?.textContent ?? 'null');
const stageElement = document.querySelector('[data-stage]');
const stage = new Stage(stageElement, { onLook: (place) => layers.pointAt(place), onMark: (mark) => desk?.add(mark) });
const layers = new Layers(document.querySelector('[data-layers]'), stageElement, document.querySelector('[data-stage-bar]'));
const carry = setup ? new Carry(document.querySelector('[data-carry]'), setup) : null;
const desk = setup ? new Desk(document.querySelector('[data-desk]'), stage, setup, { onDraw: () => layers.showNumber(1), onSaved: showHistory }) : null;

watchKeys({ ...numberKeys(), ...(desk ? deskKeys() : {}), ArrowLeft: () => go('prev'), ArrowRight: () => go('next') });

if (desk) desk.carry = carryOn;

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

function deskKeys() {
  const modes = { v: 'look', p: 'plus', '+': 'plus', m: 'minus', '-': 'minus', b: 'box', x: 'minus-box' };
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
    '[': () => desk.nudge(-1),
    ']': () => desk.nudge(1),
    y: inStrip(() => { carry.accept(); }),
    n: inStrip(() => carry.reject()),
    ' ': (event) => (carry.isOpen && !event.target.closest('button, a, input') ? carry.skip() : false),
  };
}

function go(rel) {
  const link = document.querySelector(`[rel=${rel}]`);
  if (!link) return false;
  window.location.assign(link.href + window.location.search);
  return true;
}
