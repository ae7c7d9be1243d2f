// Which panes are seen: the drawing, the picture alone, its heat map, what is alike, the mask, or four of them side by side.

export class Views {
  /** `onShow({likeness, outside})`: which canvases are seen. */
  constructor(bar, stage, onShow) {
    Object.assign(this, { bar, stage, onShow });
    bar.hidden = false;
    bar.addEventListener('change', (event) => { if (event.target.name === 'view') this.show(event.target.value); });
    this.show('drawing');
  }

  get fields() {
    return [...this.bar.querySelectorAll('[name=view]')].filter((field) => field.parentElement.offsetParent !== null);
  }

  show(name) {
    this.stage.element.dataset.view = name;
    this.bar.querySelector(`[name=view][value=${name}]`).checked = true;
    this.onShow({ likeness: name === 'likeness' || name === 'four', outside: name === 'mask' || name === 'four' });
  }

  next() {
    const { fields } = this;
    const at = fields.findIndex((field) => field.checked);
    this.show(fields[(at + 1) % fields.length].value);
  }

  toggleFour() {
    this.show(this.stage.element.dataset.view === 'four' ? 'drawing' : 'four');
  }
}
