// Has the service worker keep the tour that is shown, with all that the page has loaded, once nothing more comes.

const QUIET_MS = 900;
const MOST_NOTED = 1500;

export class Keeping {
  constructor(worker, place) {
    this.worker = worker;
    this.place = place;
    if (!('serviceWorker' in navigator) || !('caches' in window)) return;
    performance.setResourceTimingBufferSize(MOST_NOTED);
    this.begin().catch(() => this.show(null));
  }

  async begin() {
    await navigator.serviceWorker.register(this.worker);
    this.registration = await navigator.serviceWorker.ready;
    navigator.serviceWorker.addEventListener('message', ({ data }) => this.heard(data));
    new PerformanceObserver(() => this.wait()).observe({ type: 'resource' });
    this.wait();
  }

  /** Keeps the page once nothing has been loaded for a while. */
  wait() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.keep(), QUIET_MS);
  }

  keep() {
    if (!navigator.onLine || !this.place.querySelector('#stops')) return;
    if (!this.kept) this.show('keeping');
    const resources = performance.getEntriesByType('resource').map(({ name }) => name);
    this.registration.active.postMessage({ page: addressHere(), resources });
  }

  heard({ kept } = {}) {
    if (kept !== addressHere()) return;
    this.kept = true;
    this.show('kept');
  }

  /** The page shows another tour, which is not kept yet. */
  changed() {
    if (!this.registration) return;
    this.kept = false;
    this.wait();
  }

  show(state) {
    const line = this.place.querySelector('[data-offline-state]');
    if (!line) return;
    line.hidden = !state;
    line.querySelector('[data-keeping]').hidden = state !== 'keeping';
    line.querySelector('[data-kept]').hidden = state !== 'kept';
  }
}

function addressHere() {
  return window.location.href.split('#')[0];
}
