import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sayDistance } from 'festivity/distance.js';

const SAID = [
  [0, 'metric', 'en', '0 m'],
  [347, 'metric', 'en', '350 m'],
  [996, 'metric', 'en', '1.0 km'],
  [1234, 'metric', 'es', '1,2 km'],
  [12340, 'metric', 'en', '12 km'],
  [100, 'imperial', 'en', '350 ft'],
  [403, 'imperial', 'en', '0.3 mi'],
  [1609.344, 'imperial', 'en', '1.0 mi'],
];

for (const [metres, units, language, said] of SAID) {
  test(`${metres} metres in ${units} are ${said}`, () => {
    assert.equal(sayDistance(metres, { units, language }), said);
  });
}
