// One camera's clock: two sliders, steps and a typed field that all say the same, and the map that follows them.

import { clockMap } from 'festivity/cameras/clock-map.js';
import { partsOf, readOffset, sliderEnds, typedOffset } from 'festivity/cameras/offset.js';

export function openDesk(section, setup, track, camera) {
  const desk = section.querySelector('[data-desk]');
  if (track.at_ms.length === 0 || camera.pictures.length === 0) return;
  desk.hidden = false;
  const [coarse, fine, typed] = ['coarse', 'fine', 'typed'].map((name) => section.querySelector(`[data-${name}]`));
  const map = clockMap(desk.querySelector('[data-map]'), setup, track, camera.pictures);
  const place = { section, coarse, fine, typed, map, peaks: camera.peaks, pictures: camera.pictures.length, offsetMs: camera.offset_ms };
  Object.assign(coarse, sliderEnds(camera.offset_ms));
  markPeaks(desk.querySelector('[data-peaks]'), coarse, camera.peaks, 0);
  listen(place);
  show(place, camera.offset_ms);
}

function listen(place) {
  const { section, coarse, fine, typed } = place;
  const slid = () => show(place, Number(coarse.value) + Number(fine.value), { sliding: true });
  coarse.addEventListener('input', slid);
  fine.addEventListener('input', slid);
  fine.addEventListener('change', () => show(place, place.offsetMs));
  typed.addEventListener('input', () => {
    const offsetMs = readOffset(typed.value);
    typed.setCustomValidity('');
    if (offsetMs !== null) show(place, offsetMs, { typing: true });
  });
  section.querySelectorAll('[data-step]').forEach((button) => {
    button.addEventListener('click', () => show(place, place.offsetMs + Number(button.dataset.step)));
  });
  section.querySelectorAll('[data-peak]').forEach((button) => {
    button.addEventListener('click', (event) => {
      event.preventDefault();
      show(place, Number(button.dataset.peak));
    });
  });
}

function show(place, offsetMs, { sliding = false, typing = false } = {}) {
  const { section, coarse, fine, typed, map, pictures } = place;
  place.offsetMs = offsetMs;
  if (!sliding) {
    const parts = partsOf(offsetMs);
    if (parts.coarse < Number(coarse.min) || parts.coarse > Number(coarse.max)) Object.assign(coarse, sliderEnds(offsetMs));
    coarse.value = parts.coarse;
    fine.value = parts.fine;
  }
  if (!typing) typed.value = typedOffset(offsetMs);
  markPeaks(section.querySelector('[data-fine-peaks]'), fine, place.peaks, Number(coarse.value));
  coarse.setAttribute('aria-valuetext', typedOffset(offsetMs));
  fine.setAttribute('aria-valuetext', typedOffset(offsetMs));
  sayOutside(section.querySelector('[data-outside]'), map.move(offsetMs), pictures);
}

function sayOutside(place, outside, pictures) {
  const { all, some, none } = place.dataset;
  const said = outside === 0 ? all : outside === pictures ? none : some;
  place.textContent = said.replace('{on}', pictures - outside).replace('{all}', pictures);
  place.classList.toggle('is-outside', outside > 0);
}

/** A mark under the slider, which counts from `fromMs`, for each offset that something speaks for, as strong as it is sure. */
function markPeaks(place, slider, peaks, fromMs) {
  place.replaceChildren();
  const span = Number(slider.max) - Number(slider.min);
  peaks.forEach(({ offset_ms: offsetMs, percent, words }) => {
    const share = (offsetMs - fromMs - Number(slider.min)) / span;
    if (share < 0 || share > 1) return;
    const mark = document.createElement('span');
    mark.title = `${words} · ${percent} %`;
    mark.style.left = `${share * 100}%`;
    mark.style.opacity = String(0.35 + 0.65 * (percent / 100));
    place.append(mark);
  });
}
