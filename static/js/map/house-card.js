// The card of one house: a popup on the map, or on a phone in the sheet at its foot.

import L from 'festivity/leaflet.js';
import { say } from 'festivity/notice.js';
import { requestPart } from 'festivity/request.js';

const WIDTH_PX = 340;

export class HouseCard {
  constructor(map, sheet, place, { url, onOpen, onClose }) {
    Object.assign(this, { map, sheet, place, url, onOpen, onClose });
    this.popup = L.popup({ minWidth: WIDTH_PX, maxWidth: WIDTH_PX, className: 'house-popup', autoPanPaddingTopLeft: [24, 76], autoPanPaddingBottomRight: [24, 40], offset: [0, -4] });
    map.on('popupclose', () => { if (this.house && !this.sheet.isOverMap()) this.closed(); });
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && this.house) this.close(); });
  }

  async open(house, place) {
    const html = await this.fetch(house);
    if (html === null) return;
    this.house = house;
    if (this.sheet.isOverMap()) this.openInSheet(html, place);
    else this.openAsPopup(html, place);
    this.onOpen(house);
  }

  async fetch(house) {
    this.asked = house;
    try {
      const html = await requestPart(this.url.replace('/0/', `/${house}/`));
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
