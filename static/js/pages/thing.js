// Wires the page where somebody points at a thing: what lies there is outlined by the site, the box can be corrected, and then sent.

import { PointingStage } from 'festivity/pointing.js';
import { requestJson } from 'festivity/request.js';

const form = document.getElementById('thing');
const texts = document.getElementById('thing-texts').dataset;
const trouble = document.getElementById('trouble');
const says = form.querySelector('[data-says]');
const { box, x, y } = form.elements;
const stage = new PointingStage(form.querySelector('[data-stage]'), { onPoint: outline, onBox: take });
let latest = 0;

form.classList.add('is-live');
document.body.classList.add('is-pointing');
form.addEventListener('submit', send);
window.addEventListener('pageshow', () => form.querySelector('[type=submit]').removeAttribute('disabled'));
if (box.value) stage.show(box.value.split(',').map(Number));
if (x.value && trouble.hidden) outline({ x: Number(x.value), y: Number(y.value) }, true);

/** Shows what lies at a place; a box that is there already, from the address, stays. */
async function outline(place, keepsBox = false) {
  const mine = ++latest;
  complain('');
  says.textContent = texts.looking;
  try {
    const thing = await requestJson(`${form.dataset.outline}?x=${place.x}&y=${place.y}`);
    if (mine !== latest) return;
    [x.value, y.value] = [place.x, place.y];
    const shown = keepsBox && box.value ? box.value.split(',').map(Number) : thing.box;
    stage.show(shown, thing.overlay);
    keep(shown);
  } catch (error) {
    if (mine === latest) clear(error.message);
  }
}

/** A box that was drawn or corrected; drawn anew, it is looked for as a whole, and no longer by the point. */
function take(drawn, anew) {
  latest += 1;
  if (anew) [x.value, y.value] = ['', ''];
  complain('');
  stage.show(drawn, anew ? null : undefined);
  keep(drawn);
}

function keep(shown) {
  box.value = shown.map((edge) => edge.toFixed(4)).join(',');
  says.textContent = texts.shown;
  const place = new URLSearchParams({ box: box.value, ...(x.value && { x: x.value, y: y.value }) });
  window.history.replaceState(null, '', `?${place}`);
}

function clear(sentence) {
  [box.value, x.value, y.value, says.textContent] = ['', '', '', ''];
  stage.hide();
  complain(sentence);
}

function complain(sentence) {
  trouble.textContent = sentence;
  trouble.hidden = !sentence;
}

function send(event) {
  if (box.value) {
    form.querySelector('[type=submit]').disabled = true;
    return;
  }
  event.preventDefault();
  complain(texts.nothing);
  trouble.focus();
}
