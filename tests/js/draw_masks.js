// Draws masks as the labelling page does, for tests that hold them to the server's: FOLDER holds features, pixels and drawings.json.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readFeatures } from 'festivity/labels/mask/features.js';
import { Masker } from 'festivity/labels/mask/masker.js';

const folder = process.argv[2];
const read = (name) => readFileSync(join(folder, name));
const { width, height, drawings } = JSON.parse(read('drawings.json'));
const features = read('features');
const masker = new Masker(readFeatures(new Uint8Array(features).buffer), { data: new Uint8ClampedArray(read('pixels')), width, height });

const took = drawings.map((drawing, number) => {
  const start = performance.now();
  const { mask, blind } = masker.mask(drawing);
  writeFileSync(join(folder, `${number}.mask`), mask);
  writeFileSync(join(folder, `${number}.likeness`), masker.likeness(drawing) ?? new Float32Array(0));
  return { blind, tookMs: performance.now() - start };
});
process.stdout.write(JSON.stringify(took));
