// Wires the page of a tour.

import { openKept, Plan } from 'festivity/tour/plan.js';

if (!openKept()) new Plan(document.getElementById('tour'));
