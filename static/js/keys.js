// One key, one deed. Keys that somebody types into a field, or presses with Ctrl, stay what they are.

const FIELDS = 'input:not([type=radio], [type=checkbox], [type=range]), select, textarea, [contenteditable]';

/** `deeds`: key (as KeyboardEvent.key, letters small) -> function; one that returns false leaves the key to the browser. */
export function watchKeys(deeds, root = document) {
  root.addEventListener('keydown', (event) => {
    const deed = deedOf(deeds, event);
    if (deed && deed(event) !== false) event.preventDefault();
  });
}

export function deedOf(deeds, event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return undoing(deeds, key, event.shiftKey);
  if (event.altKey || event.defaultPrevented || event.target.closest?.(FIELDS)) return null;
  if (key.startsWith('Arrow') && (event.shiftKey || event.target.type === 'range' || event.target.type === 'radio')) return null;
  return deeds[key] ?? null;
}

function undoing(deeds, key, withShift) {
  if (key === 'z') return (withShift ? deeds.r : deeds.u) ?? null;
  return key === 'y' ? (deeds.r ?? null) : null;
}
