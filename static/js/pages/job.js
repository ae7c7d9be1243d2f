// Wires the pages of jobs.

import { watchLive } from 'festivity/live.js';

watchLive();
