// The card of one house: a popup on the map, or on a phone in the sheet at its foot.

import { sayDistance } from 'festivity/distance.js';
import L from 'festivity/leaflet.js';
import { say } from 'festivity/notice.js';
import { requestPart } from 'festivity/request.js';
import { sentence } from 'festivity/texts.js';

const WIDTH_PX = 340;
const BESIDE_PX = 40;

export class HouseCard {
  constructor(map, sheet, place, { url, season, onOpen, onClose }) {
    Object.assign(this, { map, sheet, place, url, season, onOpen, onClose });
    const widthPx = Math.min(WIDTH_PX, map.getSize().x - BESIDE_PX);
    this.popup = L.popup({ minWidth: widthPx, maxWidth: widthPx, className: 'house-popup', autoPanPaddingTopLeft: [24, 76], autoPanPaddingBottomRight: [24, 40], offset: [0, -4] });
    map.on('popupclose', () => { if (this.house && !this.sheet.isOverMap()) this.closed(); });
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && this.house) this.close(); });
  }

  async open(house, place) {
    const html = await this.fetch(house);
    if (html === null) return;
    this.house = house;
    if (this.sheet.isOverMap()) this.openInSheet(html, place);
    else this.openAsPopup(html, place);
    this.tellDistance(this.here);
    this.onOpen(house);
  }

  async fetch(house) {
    this.asked = house;
    try {
      const html = await requestPart(this.url.replace('/0/', `/${house}/`) + this.season());
      return this.asked === house ? html : null;
    } catch (error) {
      say(error.message);
      return null;
    }
  }

  openAsPopup(html, place) {
    this.house = null;
    this.popup.setLatLng(place ?? this.placeOf(html)).setContent(html).openOn(this.map);
    this.house = elementOf(html).dataset.house;
    this.focus(this.popup.getElement());
  }

  openInSheet(html, place) {
    this.place.replaceChildren(document.getElementById('card-back').content.cloneNode(true), elementOf(html));
    this.place.querySelector('.card-back').addEventListener('click', () => this.close());
    this.place.hidden = false;
    this.sheet.element.classList.add('has-card');
    if (this.sheet.state === 'peek') this.sheet.set('half');
    const point = this.map.latLngToContainerPoint(place ?? this.placeOf(html));
    const middle = (this.map.getSize().y - this.sheet.coversPx()) / 2;
    this.map.panBy([point.x - this.map.getSize().x / 2, point.y - middle]);
    this.focus(this.place);
  }

  /** How far the house is from `here` (a LatLng, or null), in its card. */
  tellDistance(here) {
    this.here = here;
    const card = document.querySelector('.card');
    if (!card) return;
    const told = card.querySelector('[data-away]');
    told.hidden = !here;
    if (here) told.textContent = sentence('away').replace('{}', sayDistance(here.distanceTo([Number(card.dataset.lat), Number(card.dataset.lon)])));
  }

  placeOf(html) {
    const { lat, lon } = elementOf(html).dataset;
    return [Number(lat), Number(lon)];
  }

  focus(root) {
    root.querySelector('h2').focus({ preventScroll: true });
  }

  close() {
    if (!this.sheet.isOverMap()) {
      this.map.closePopup(this.popup);
      return;
    }
    this.place.hidden = true;
    this.place.replaceChildren();
    this.sheet.element.classList.remove('has-card');
    this.closed();
  }

  closed() {
    const house = this.house;
    this.house = null;
    this.onClose(house);
  }
}

function elementOf(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.querySelector('.card');
}
