// The legend: how many houses in view belong to each class. On a phone it begins folded.

const NARROW = '(max-width: 860px)';

export class Legend {
  constructor(place) {
    this.counts = [...place.querySelectorAll('[data-class-count]')];
    this.note = place.querySelector('[data-heat-note]');
    if (window.matchMedia(NARROW).matches) place.open = false;
  }

  /** `counts` by class: some, many, most. */
  tell(counts) {
    this.counts.forEach((cell) => {
      const count = Number(counts[cell.dataset.classCount] ?? 0);
      cell.textContent = count.toLocaleString(document.documentElement.lang);
    });
  }

  /** While filters leave houses out, the heat still shows all of them, and says so. */
  narrowed(narrowed) {
    this.note.hidden = !narrowed;
  }
}
