// Wires the list of my drives.

import { watchLive } from 'festivity/live.js';

watchLive();
