// Wires a board: its lines stand numbered on a small map.

import { showBoard } from 'festivity/boards/board-map.js';

showBoard(document.getElementById('board-map'));
