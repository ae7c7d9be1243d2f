// What lies on the map: heat, houses and neighbourhoods, of one season, and the houses alone as far as they pass the filters.

import { askedFor, heatLayer, heatUrl, houseSource, neighbourhoodSource } from 'festivity/map/festive-map.js';
import { narrows } from 'festivity/map/asked.js';
import { HouseLayer } from 'festivity/map/house-layer.js';
import { NeighbourhoodLayer } from 'festivity/map/neighbourhood-layer.js';
import { say } from 'festivity/notice.js';
import { requestJson } from 'festivity/request.js';
import { sentence } from 'festivity/texts.js';

export class Layers {
  constructor(map, { stops, lightsUrl, namesUrl, filters, onHouse, onNeighbourhood }) {
    const season = filters.get('season') ?? '';
    Object.assign(this, { map, lightsUrl, namesUrl, filters, season, shownSource: season });
    this.heat = heatLayer(season);
    this.houses = new HouseLayer(houseSource(season), { stops, onChoose: onHouse });
    const names = namesUrl + askedFor(season);
    this.neighbourhoods = new NeighbourhoodLayer(neighbourhoodSource(season), { stops, namesUrl: names, onChoose: onNeighbourhood });
    if (narrows(filters)) this.list(filters);
  }

  /** Shows exactly these of "heat", "houses" and "neighbourhoods". */
  show(names) {
    for (const name of ['heat', 'neighbourhoods', 'houses']) {
      if (names.has(name)) this.map.addLayer(this[name]);
      else this.map.removeLayer(this[name]);
    }
  }

  filter(filters) {
    this.filters = filters;
    const season = filters.get('season') ?? '';
    if (season !== this.season) {
      this.season = season;
      this.heat.setUrl(heatUrl(season));
      this.neighbourhoods.setSource(neighbourhoodSource(season), this.namesUrl + askedFor(season));
    }
    this.asked?.abort();
    if (narrows(filters)) this.list(filters);
    else this.fromTiles();
  }

  /** Asks for everything anew; what has not changed comes back as it was. */
  renew() {
    this.heat.redraw();
    this.neighbourhoods.setSource(neighbourhoodSource(this.season), this.namesUrl + askedFor(this.season));
    this.asked?.abort();
    if (narrows(this.filters)) this.list(this.filters);
    else this.houses.setSource(houseSource(this.season));
  }

  fromTiles() {
    if (!this.houses.listed && this.shownSource === this.season) return;
    this.shownSource = this.season;
    this.houses.setSource(houseSource(this.season));
  }

  async list(filters) {
    this.houses.listed ??= [];
    this.asked = new AbortController();
    try {
      const { houses, total } = await requestJson(`${this.lightsUrl}?${filters}`, { signal: this.asked.signal });
      this.houses.setListed(houses);
      if (total > houses.length) say(sentence('brightestOnly').replace('{}', houses.length.toLocaleString(document.documentElement.lang)));
    } catch (error) {
      if (error.name !== 'AbortError') say(error.message);
    }
  }
}
