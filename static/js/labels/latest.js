// Asks for something again and again, one request at a time: of those that wait, only the latest is asked for.

export class Latest {
  constructor(ask, onAnswer, onError) {
    Object.assign(this, { ask, onAnswer, onError });
    this.busy = false;
    this.waiting = null;
    this.round = 0;
  }

  async want(question) {
    this.waiting = { question };
    if (this.busy) return;
    this.busy = true;
    while (this.waiting) {
      const { question: next } = this.waiting;
      const round = this.round;
      this.waiting = null;
      await this.answer(next, round);
    }
    this.busy = false;
  }

  /** Forgets what waits and what is on its way. */
  forget() {
    this.waiting = null;
    this.round += 1;
  }

  async answer(question, round) {
    try {
      const answer = await this.ask(question);
      if (round === this.round) this.onAnswer(answer, question);
    } catch (error) {
      if (round === this.round) this.onError(error, question);
    }
  }
}
