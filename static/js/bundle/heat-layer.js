// The heat map's pictures out of an archive.

import L from 'festivity/leaflet.js';

export const HeatLayer = L.GridLayer.extend({
  initialize(archive, options) {
    L.GridLayer.prototype.initialize.call(this, { className: 'heat-tile', ...options });
    this.archive = archive;
  },

  createTile(coords, done) {
    const place = document.createElement('div');
    this.archive.getZxy(coords.z, coords.x, coords.y).then((found) => {
      if (found) place.append(pictureOf(found.data));
      done(null, place);
    }).catch((error) => done(error, place));
    return place;
  },
});

function pictureOf(bytes) {
  const picture = document.createElement('img');
  picture.alt = '';
  picture.className = 'heat-picture';
  picture.addEventListener('load', () => URL.revokeObjectURL(picture.src));
  picture.src = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
  return picture;
}
