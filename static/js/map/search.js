// Search as one types: a combobox with a list of places below it. Without scripts the form leads to a page of the same places.

import { say } from 'festivity/notice.js';
import { requestJson } from 'festivity/request.js';
import { sentence } from 'festivity/texts.js';

const WAIT_MS = 180;
const SHORTEST = 2;

export class Search {
  constructor(form, onChoose) {
    this.form = form;
    this.onChoose = onChoose;
    this.input = form.querySelector('input');
    this.list = form.querySelector('[role=listbox]');
    this.said = form.querySelector('[data-search-said]');
    this.at = -1;
    this.places = [];
    this.becomeCombobox();
    this.input.addEventListener('input', () => this.wait());
    this.input.addEventListener('keydown', (event) => this.press(event));
    this.input.addEventListener('focus', () => { if (this.places.length) this.open(); });
    form.addEventListener('focusout', ({ relatedTarget }) => { if (!form.contains(relatedTarget)) this.close(); });
    form.addEventListener('submit', (event) => { event.preventDefault(); this.submit(); });
    this.list.addEventListener('pointerdown', (event) => event.preventDefault());
    this.list.addEventListener('click', ({ target }) => {
      const option = target.closest('[role=option]');
      if (option) this.choose(Number(option.dataset.at));
    });
  }

  becomeCombobox() {
    const roles = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': this.list.id };
    Object.entries(roles).forEach(([name, value]) => this.input.setAttribute(name, value));
  }

  wait() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    clearTimeout(this.waiting);
    this.asked?.abort();
    const words = this.input.value.trim();
    if (words.length < SHORTEST) {
      this.put([]);
      return;
    }
    this.asked = new AbortController();
    const { signal } = this.asked;
    try {
      const { places } = await requestJson(`${this.form.action}?${new URLSearchParams({ q: words })}`, { signal });
      this.put(places);
      this.said.textContent = places.length ? '' : sentence('noPlace');
      if (!places.length) this.showNone();
    } catch (error) {
      if (error.name !== 'AbortError') say(error.message);
    }
  }

  put(places) {
    this.places = places;
    this.list.replaceChildren(...places.map((place, at) => optionOf(place, at)));
    this.light(-1);
    if (places.length) this.open();
    else this.close();
  }

  showNone() {
    const none = document.createElement('li');
    none.className = 'search-none';
    none.setAttribute('role', 'presentation');
    none.textContent = sentence('noPlace');
    this.list.replaceChildren(none);
    this.list.hidden = false;
  }

  press(event) {
    if (event.key === 'Escape' && !this.list.hidden) {
      event.stopPropagation();
      event.preventDefault();
      this.close();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !this.places.length) return;
    event.preventDefault();
    this.open();
    this.light((this.at + step + this.places.length + (this.at === -1 && step === -1 ? 1 : 0)) % this.places.length);
  }

  async submit() {
    if (this.at === -1 || this.list.hidden) await this.ask();
    if (this.places.length) this.choose(Math.max(0, this.at));
  }

  choose(at) {
    const place = this.places[at];
    this.input.value = place.name;
    this.close();
    this.onChoose(place);
  }

  light(at) {
    this.at = at;
    this.list.querySelectorAll('[role=option]').forEach((option, index) => {
      option.setAttribute('aria-selected', String(index === at));
      if (index === at) option.scrollIntoView({ block: 'nearest' });
    });
    if (at === -1) this.input.removeAttribute('aria-activedescendant');
    else this.input.setAttribute('aria-activedescendant', `place-${at}`);
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
  }

  close() {
    this.list.hidden = true;
    this.light(-1);
    this.input.setAttribute('aria-expanded', 'false');
  }
}

function optionOf({ name, kind, where, houses }, at) {
  const option = document.createElement('li');
  option.id = `place-${at}`;
  option.dataset.at = at;
  option.setAttribute('role', 'option');
  const title = document.createElement('b');
  title.textContent = name;
  const about = document.createElement('span');
  const counted = houses === 0 ? '' : houses === 1 ? sentence('oneHouse') : sentence('manyHouses').replace('{}', houses);
  about.textContent = [kind, where, counted].filter(Boolean).join(' · ');
  option.append(title, ' ', about);
  return option;
}
