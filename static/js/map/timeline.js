// A slider over the evenings, above a bar for each: the taller, the more houses were seen. At its left end all evenings.

const SVG = 'http://www.w3.org/2000/svg';
const WAIT_MS = 120;
const WIDEST = 0.03;

export class Timeline {
  /** `select` is the filter whose options are the evenings, all of them first. */
  constructor(place, select, onChoose) {
    this.place = place;
    this.options = [...select.options];
    this.slider = place.querySelector('input');
    this.said = place.querySelector('output');
    this.all = place.querySelector('.timeline-all');
    place.hidden = false;
    this.bars = this.drawBars(place.querySelector('svg'));
    this.slider.addEventListener('input', () => {
      this.tell();
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => onChoose(this.chosen.value), WAIT_MS);
    });
    this.all.addEventListener('click', () => { this.show(''); this.slider.focus(); onChoose(''); });
    this.show(select.value);
  }

  get chosen() {
    return this.options[Number(this.slider.value)];
  }

  show(evening) {
    this.slider.value = Math.max(0, this.options.findIndex((option) => option.value === evening));
    this.tell();
  }

  tell() {
    const { text, dataset } = this.chosen;
    const at = Number(this.slider.value);
    this.slider.setAttribute('aria-valuetext', text);
    this.said.textContent = dataset.said;
    this.all.hidden = at === 0;
    this.bars.forEach((bar, index) => bar.classList.toggle('is-on', at === 0 || at === index + 1));
  }

  drawBars(svg) {
    const evenings = this.options.slice(1);
    const most = Math.max(1, ...evenings.map((option) => Number(option.dataset.houses)));
    const width = Math.min(0.6, evenings.length * WIDEST);
    svg.setAttribute('viewBox', `0 0 ${evenings.length} 1`);
    return evenings.map((option, index) => {
      const bar = document.createElementNS(SVG, 'rect');
      const height = 0.12 + 0.88 * Math.sqrt(Number(option.dataset.houses) / most);
      const sides = { x: index + 1 - width / 2, y: 1 - height, width, height };
      Object.entries(sides).forEach(([side, at]) => bar.setAttribute(side, at));
      svg.append(bar);
      return bar;
    });
  }
}
