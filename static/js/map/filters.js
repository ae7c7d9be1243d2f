// The filter form and the slider over the evenings: two ways to say the same.

import { filtersOf } from 'festivity/map/asked.js';

export class Filters {
  constructor(form, onChange) {
    this.form = form;
    this.onChange = onChange;
    this.badge = document.querySelector('[data-filters-set]');
    form.querySelector('.filter-go').hidden = true;
    form.addEventListener('change', () => this.changed());
    form.addEventListener('submit', (event) => { event.preventDefault(); this.changed(); });
    form.querySelector('[data-filters-clear]').addEventListener('click', (event) => {
      event.preventDefault();
      this.show(new URLSearchParams());
      this.changed();
    });
  }

  get filters() {
    return filtersOf(new FormData(this.form));
  }

  /** Sets the form to these filters, without telling anyone. */
  show(filters) {
    for (const field of this.form.elements) {
      if (!field.name) continue;
      if (field.type === 'checkbox') field.checked = filters.getAll(field.name).includes(field.value);
      else field.value = filters.get(field.name) ?? '';
      if (field.tagName === 'SELECT' && field.selectedIndex < 0) field.value = '';
    }
    this.count();
  }

  /** As if a person had chosen that value. */
  choose(name, value) {
    this.form.elements[name].value = value;
    this.changed();
  }

  changed() {
    this.count();
    this.onChange(this.filters);
  }

  count() {
    const set = new Set(this.filters.keys()).size;
    this.badge.textContent = set;
    this.badge.hidden = set === 0;
  }
}
