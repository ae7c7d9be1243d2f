// Wires the review of doubtful pairs: keys, lines between what matches, and both places on a small map.

import { watchKeys } from 'festivity/keys.js';
import L from 'festivity/leaflet.js';
import { makeMap } from 'festivity/map/festive-map.js';

const MARK_PX = 28;
const ZOOM = 19;

const words = document.getElementById('words');
if (words) {
  const buttons = [...words.querySelectorAll('[data-key]')];
  watchKeys(Object.fromEntries(buttons.map((button) => [button.dataset.key, () => button.click()])));
  showPlaces(document.getElementById('review-map'));
  const lines = document.querySelector('[data-lines]');
  if (lines) drawLines(lines, [...document.querySelectorAll('[data-crop]')]);
}

function showPlaces(element) {
  const setup = JSON.parse(document.getElementById('map-setup').textContent);
  const map = makeMap(element, setup, { scrollWheelZoom: false });
  const places = element.dataset.places.split(' ').map((place) => place.split(',').map(Number));
  const marks = places.map(([lon, lat], index) => L.marker([lat, lon], {
    icon: L.divIcon({ html: String(index + 1), className: 'found-number', iconSize: [MARK_PX, MARK_PX] }), interactive: false,
  }));
  map.fitBounds(L.featureGroup(marks).addTo(map).getBounds(), { padding: [40, 40], maxZoom: ZOOM, animate: false });
}

/** The lines' ends are shares of each crop; where the crops stand depends on the page. */
async function drawLines(svg, crops) {
  await Promise.all(crops.map((crop) => crop.decode().catch(() => {})));
  const draw = () => {
    const origin = svg.getBoundingClientRect();
    for (const line of svg.querySelectorAll('line')) {
      const [from, to] = [line.dataset.from, line.dataset.to].map((text, index) => placeIn(crops[index], text, origin));
      for (const [name, value] of Object.entries({ x1: from.x, y1: from.y, x2: to.x, y2: to.y })) line.setAttribute(name, value);
    }
  };
  new ResizeObserver(draw).observe(svg);
  draw();
}

/** Where a share of the picture stands on the page: the picture keeps its shape in the middle of its element. */
function placeIn(crop, text, origin) {
  const [x, y] = text.split(' ').map(Number);
  const box = crop.getBoundingClientRect();
  const scale = Math.min(box.width / crop.naturalWidth, box.height / crop.naturalHeight);
  const middle = { x: box.left + box.width / 2 - origin.left, y: box.top + box.height / 2 - origin.top };
  return { x: middle.x + (x - 0.5) * scale * crop.naturalWidth, y: middle.y + (y - 0.5) * scale * crop.naturalHeight };
}
