// Which layer lies over the picture: by click, by number key, and for similarity by a place that is pointed at.

export class Layers {
  constructor(list, stage, bar) {
    this.links = [...list.querySelectorAll('[data-layer]')];
    this.shown = stage.querySelector('[data-layer-shown]');
    this.says = bar.querySelector('[data-layer-says]');
    bar.hidden = false;
    list.addEventListener('click', (event) => this.follow(event));
    bar.querySelector('[data-strength]').addEventListener('input', (event) => { this.shown.style.opacity = event.target.value; });
    const regions = stage.querySelector('[data-regions]');
    bar.querySelector('[data-show-regions]')?.addEventListener('change', (event) => regions.classList.toggle('is-off', !event.target.checked));
  }

  get current() {
    return this.links.find((link) => link.hasAttribute('aria-current'));
  }

  follow(event) {
    const link = event.target.closest('[data-layer]');
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.show(link);
  }

  showNumber(number) {
    if (this.links[number - 1]) this.show(this.links[number - 1]);
  }

  show(link, url = link.dataset.url) {
    this.current?.removeAttribute('aria-current');
    link.setAttribute('aria-current', 'true');
    this.shown.className = `stage-layer stage-${link.dataset.kind}`;
    this.shown.hidden = !url;
    if (url) this.shown.src = url;
    this.says.textContent = link.dataset.says;
    history.replaceState(null, '', `?layer=${link.dataset.layer}`);
  }

  /** Similarity to the place: of the layer that is shown, or the last one that can be asked. */
  pointAt(place) {
    const asked = this.links.filter((link) => 'pointed' in link.dataset);
    const link = 'pointed' in (this.current?.dataset ?? {}) ? this.current : asked.at(-1);
    if (!link) return;
    const [path] = link.dataset.url.split('?');
    this.show(link, `${path}?x=${place.x.toFixed(4)}&y=${place.y.toFixed(4)}`);
  }
}
