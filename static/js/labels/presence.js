// Who else has this frame open, and whether somebody saved a label meanwhile.

import { requestJson } from 'festivity/request.js';

export class Presence {
  /** `show(others, newest)`: people there, and the label that counts where it is not the one that is drawn upon. */
  constructor(desk, drafting, show) {
    Object.assign(this, { drafting, show });
    this.known = drafting.kept.drawing ? drafting.kept.based_on : drafting.newest;
    this.others = [];
    desk.element.addEventListener('label:saved', (event) => this.keepMine(event.detail.label.id));
    document.addEventListener('visibilitychange', () => this.beat());
    window.addEventListener('pageshow', () => this.beat());
    window.addEventListener('pagehide', () => this.sign(true).catch(() => {}));
    this.timer = setInterval(() => this.beat(), 1000 * drafting.beat_s);
    this.beat();
  }

  sign(left) {
    return requestJson(this.drafting.present, { method: 'POST', json: { left }, keepalive: left });
  }

  async beat() {
    if (document.hidden) return;
    try {
      const { others, newest } = await this.sign(false);
      Object.assign(this, { others, newest });
      this.tell();
    } catch (error) {
      if (error.status === 404) clearInterval(this.timer);
    }
  }

  /** What was saved meanwhile is known now. */
  keepMine(id = this.newest?.id ?? null) {
    this.known = id;
    if (this.newest?.id !== id) this.newest = null;
    this.tell();
  }

  tell() {
    this.show(this.others, this.newest && this.newest.id !== this.known ? this.newest : null);
  }
}
