// Wires a list of houses that takes votes: one row is open at a time, and a press elsewhere closes it.

import { watchVotes } from 'festivity/votes.js';

watchVotes();

document.addEventListener('click', (event) => {
  document.querySelectorAll('.vote-row[open]').forEach((row) => {
    if (!row.contains(event.target)) row.open = false;
  });
});
document.addEventListener('keydown', (event) => {
  const open = event.key === 'Escape' && document.querySelector('.vote-row[open]');
  if (!open) return;
  open.open = false;
  open.querySelector('summary').focus();
});
