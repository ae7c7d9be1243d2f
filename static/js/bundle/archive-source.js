// Tiles out of a PMTiles archive, which is read in ranges; from a host that knows no ranges it is fetched whole, once.

import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';

import { TileSource } from 'festivity/map/tile-source.js';

export function openArchive(url) {
  return new window.pmtiles.PMTiles(new Ranges(url));
}

export class ArchiveSource extends TileSource {
  constructor(archive, deepestZoom) {
    super('{z}/{x}/{y}', deepestZoom);
    this.archive = archive;
  }

  fetch(place) {
    const [z, x, y] = place.split('/').map(Number);
    const tile = this.archive.getZxy(z, x, y).then((found) => new VectorTile(new PbfReader(found?.data ?? new ArrayBuffer(0))));
    tile.catch(() => this.kept.forget(place));
    return tile;
  }
}

class Ranges {
  constructor(url) {
    this.url = url;
  }

  getKey() {
    return this.url;
  }

  async getBytes(offset, length, signal) {
    const whole = await this.whole;
    if (whole) return { data: whole.slice(offset, offset + length) };
    const response = await fetch(this.url, { signal, headers: { Range: `bytes=${offset}-${offset + length - 1}` } });
    if (!response.ok) throw new Error(`${this.url}: ${response.status}`);
    if (response.status === 206) return { data: await response.arrayBuffer() };
    this.whole = response.arrayBuffer();
    return { data: (await this.whole).slice(offset, offset + length) };
  }
}
