// The sentences of templates/parts/texts.html, in the page's language.

export function sentence(name) {
  return document.getElementById('texts').dataset[name];
}
