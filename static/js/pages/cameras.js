// Wires the page of a drive's cameras.

import { openDesk } from 'festivity/cameras/clock-desk.js';

const setup = JSON.parse(document.getElementById('map-setup').textContent);
const { track, cameras } = JSON.parse(document.getElementById('desk').textContent);

cameras.forEach((camera) => {
  const section = document.querySelector(`[data-camera="${camera.id}"]`);
  if (section) openDesk(section, setup, track, camera);
});
