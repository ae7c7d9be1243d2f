// Wires the dataset browser.

import { watchVerdicts } from 'festivity/verdicts.js';

watchVerdicts();
