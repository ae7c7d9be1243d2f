// The track with the pictures of one camera on it, where an offset of its clock puts them.

import L from 'festivity/leaflet.js';
import { placeAt } from 'festivity/cameras/offset.js';
import { makeMap } from 'festivity/map/festive-map.js';

const SHOWN_WITH_PICTURE = { wide: 6, narrow: 3 };
const NARROW_PX = 600;
const THUMBNAIL_PX = [88, 50];

export function clockMap(element, setup, track, pictures) {
  const renderer = L.canvas({ padding: 0.3 });
  const map = makeMap(element, { ...setup, renderer }, { scrollWheelZoom: false });
  L.control.zoom({ position: 'bottomright' }).addTo(map);
  const way = L.polyline(track.lat.map((lat, index) => [lat, track.lon[index]]), { renderer, color: '#7f8fb5', weight: 3, opacity: 0.8 }).addTo(map);
  if (way.getBounds().isValid()) map.fitBounds(way.getBounds(), { paddingTopLeft: [50, 80], paddingBottomRight: [50, 24], maxZoom: 17 });
  else map.setView([0, 0], 2);
  const dots = pictures.map(() => L.circleMarker([0, 0], { renderer, radius: 4, weight: 1, color: '#e6ebf5', fillColor: '#ffb454', fillOpacity: 1 }));
  const most = element.clientWidth < NARROW_PX ? SHOWN_WITH_PICTURE.narrow : SHOWN_WITH_PICTURE.wide;
  const named = spread(pictures.length, most).map((index) => ({ index, marker: thumbnailOf(pictures[index]) }));
  return { move: (offsetMs) => move(map, track, pictures, dots, named, offsetMs) };
}

/** Moves every picture; how many lie where the track says nothing. */
function move(map, track, pictures, dots, named, offsetMs) {
  const places = pictures.map((picture) => placeAt(track, picture.at_ms + offsetMs));
  dots.forEach((dot, index) => put(map, dot, places[index]));
  named.forEach(({ index, marker }) => put(map, marker, places[index]));
  return places.filter((place) => place === null).length;
}

function put(map, marker, place) {
  if (place === null) marker.remove();
  else marker.setLatLng(place).addTo(map);
}

function thumbnailOf({ thumbnail, name }) {
  const image = document.createElement('img');
  Object.assign(image, { src: thumbnail, alt: name, width: THUMBNAIL_PX[0], height: THUMBNAIL_PX[1] });
  const icon = L.divIcon({ html: image, className: 'clock-thumbnail', iconSize: THUMBNAIL_PX, iconAnchor: [THUMBNAIL_PX[0] / 2, THUMBNAIL_PX[1] + 10] });
  return L.marker([0, 0], { icon, keyboard: false, interactive: false });
}

function spread(count, most) {
  const shown = Math.min(count, most);
  return Array.from({ length: shown }, (_, index) => Math.floor(((index + 0.5) * count) / shown));
}
