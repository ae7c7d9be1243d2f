// Vector tiles, kept decoded for half a minute. Beyond the deepest zoom that the site has, the tile above serves.

import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';

import { Kept } from 'festivity/map/kept.js';
import { requestBytes } from 'festivity/request.js';

const KEPT = 200;
const FRESH_MS = 30_000;

export class TileSource {
  constructor(template, deepestZoom) {
    this.template = template;
    this.deepestZoom = deepestZoom;
    this.kept = new Kept(KEPT, FRESH_MS);
  }

  /** The tile that holds z/x/y: { tile, scale, left, top }, where the asked square is at left, top in units of its own width. */
  async tileFor({ z, x, y }) {
    const scale = 2 ** Math.max(0, z - this.deepestZoom);
    const across = 2 ** z;
    const column = ((x % across) + across) % across;
    const above = { z: z - Math.log2(scale), x: Math.floor(column / scale), y: Math.floor(y / scale) };
    const tile = await this.load(above);
    return { tile, scale, left: column - above.x * scale, top: y - above.y * scale };
  }

  load({ z, x, y }) {
    const url = this.template.replace('{z}', z).replace('{x}', x).replace('{y}', y);
    return this.kept.get(url, () => this.fetch(url));
  }

  fetch(url) {
    const tile = requestBytes(url).then((bytes) => new VectorTile(new PbfReader(bytes ?? new ArrayBuffer(0))));
    tile.catch(() => this.kept.forget(url));
    return tile;
  }
}

export function featuresOf(layer) {
  return layer ? Array.from({ length: layer.length }, (_, index) => layer.feature(index)) : [];
}
