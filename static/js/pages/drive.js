// Wires the page of one drive.

import { watchGrid } from 'festivity/grid.js';
import { watchLive } from 'festivity/live.js';
import { showDrive } from 'festivity/map/drive-map.js';
import { watchShots } from 'festivity/shots.js';
import { watchVerdicts } from 'festivity/verdicts.js';

const mapPlace = document.getElementById('drive-map');
const gridPlace = document.querySelector('[data-grid]');
const grid = gridPlace ? watchGrid(gridPlace) : null;
const map = mapPlace ? showDrive(mapPlace) : null;

watchShots();
watchVerdicts();
watchLive(document, (place) => {
  if (place.querySelector('[data-live-on]')) return;
  grid?.refresh();
  map?.refresh();
});
