// Wires the page of a scorer.

import { showDifferences } from 'festivity/map/difference-map.js';

showDifferences(document.getElementById('difference-map'));
