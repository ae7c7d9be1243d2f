// The masks that a label has in the next frames, to accept or reject one by one.

import { say } from 'festivity/notice.js';
import { requestJson } from 'festivity/request.js';

export class Carry {
  constructor(section, setup) {
    Object.assign(this, { section, setup });
    this.strip = section.querySelector('[data-carry-strip]');
    this.says = section.querySelector('[data-carry-says]');
    this.template = document.getElementById('carry-card');
    this.strip.addEventListener('click', (event) => this.press(event));
  }

  get isOpen() {
    return !this.section.hidden && this.current !== null;
  }

  get current() {
    return this.strip.querySelector('.is-current');
  }

  async open(frames) {
    const words = this.section.dataset;
    this.section.hidden = false;
    this.strip.replaceChildren();
    this.says.textContent = words.waiting;
    try {
      const answer = await requestJson(`${this.setup.carry}?frames=${frames}`);
      this.says.textContent = '';
      this.carriedFrom = answer.carried_from;
      this.show(answer.proposals);
    } catch (error) {
      this.says.textContent = error.message;
    }
  }

  show(proposals) {
    this.strip.replaceChildren(...proposals.map((proposal) => this.card(proposal)));
    if (proposals.length === 0) this.says.textContent = this.section.dataset.noNext;
    this.section.scrollIntoView({ block: 'nearest' });
    this.choose(this.undecided()[0] ?? null);
  }

  card(proposal) {
    const card = this.template.content.cloneNode(true).querySelector('.carry-card');
    const mask = card.querySelector('.stage-layer');
    card.querySelector('.carry-picture').src = proposal.picture;
    if (proposal.overlay) Object.assign(mask, { src: proposal.overlay, hidden: false });
    card.querySelector('time').textContent = proposal.at;
    card.querySelector('.carry-share').textContent = proposal.trouble ? '' : `${(100 * proposal.share).toFixed(1)} %`;
    card.querySelector('.carry-state').textContent = stateOf(proposal, this.section.dataset);
    card.querySelector('.carry-open').href = proposal.inspect;
    card.querySelector('[data-answer=yes]').disabled = !(proposal.share > 0);
    card.dataset.accept = proposal.accept;
    if (!(proposal.share > 0)) card.classList.add('is-nothing');
    return card;
  }

  undecided() {
    return [...this.strip.querySelectorAll('.carry-card:not(.is-decided)')];
  }

  choose(card) {
    this.current?.classList.remove('is-current');
    card?.classList.add('is-current');
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    if (!card) this.says.textContent = this.strip.children.length ? this.section.dataset.allSeen : this.says.textContent;
  }

  press(event) {
    const card = event.target.closest('.carry-card');
    if (!card) return;
    const answer = event.target.closest('[data-answer]')?.dataset.answer;
    if (!card.classList.contains('is-decided')) this.choose(card);
    if (answer === 'yes') this.accept(card);
    if (answer === 'no') this.reject(card);
  }

  async accept(card = this.current) {
    if (!card || card.querySelector('[data-answer=yes]').disabled) return;
    this.decide(card, 'is-kept', this.section.dataset.kept);
    try {
      await requestJson(card.dataset.accept, { method: 'POST', json: { carried_from: this.carriedFrom } });
    } catch (error) {
      card.classList.remove('is-kept', 'is-decided');
      card.querySelector('.carry-state').textContent = error.message;
      say(error.message);
    }
  }

  reject(card = this.current) {
    if (card) this.decide(card, 'is-rejected', this.section.dataset.rejected);
  }

  /** On to the next that is not decided, this one stays open. */
  skip() {
    const waiting = this.undecided();
    const next = waiting[waiting.indexOf(this.current) + 1];
    if (next) this.choose(next);
  }

  decide(card, className, words) {
    const waiting = this.undecided();
    const next = waiting[waiting.indexOf(card) + 1] ?? waiting.find((other) => other !== card) ?? null;
    card.classList.add('is-decided', className);
    card.querySelector('.carry-state').textContent = words;
    this.choose(next);
  }
}

export function stateOf(proposal, words) {
  if (proposal.trouble) return proposal.trouble;
  if (!(proposal.share > 0)) return words.nothing;
  const found = proposal.found ? words.found : words.looks;
  return proposal.labelled ? `${found}; ${words.labelled}` : found;
}
