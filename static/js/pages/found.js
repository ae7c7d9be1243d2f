// Wires the page of one search: it is kept fresh until it has ended, and its houses stand numbered on a small map.

import { watchLive } from 'festivity/live.js';
import { showFound } from 'festivity/map/found-map.js';

showFound();
watchLive(document, showFound);
