// The code that puts the map, as it is now, on another page.

export function embedCode(address, query, hash, title) {
  const attributes = { src: `${address}${query}${hash}`, width: '100%', height: '480', title, loading: 'lazy' };
  const said = Object.entries(attributes).map(([name, value]) => `${name}="${escapeText(value)}"`);
  return `<iframe ${said.join(' ')}></iframe>`;
}

export function watchShare(field, title) {
  field.addEventListener('focus', () => field.select());
  return { show: ({ query, hash }) => { field.value = embedCode(field.dataset.embed, query, hash, title); } };
}

function escapeText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
