// Wires the page of a tour.

import { openKept, Plan } from 'festivity/tour/plan.js';

const page = document.getElementById('tour');
if (!openKept(page)) new Plan(page);
