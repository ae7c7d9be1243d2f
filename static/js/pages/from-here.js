// Wires the page that asks where a tour starts and how long it may take.

import { Start } from 'festivity/tour/start.js';

new Start(document.getElementById('content'));
