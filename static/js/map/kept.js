// What was asked for, kept for a while: the newest `most` answers, each until it is `freshMs` old.

export class Kept {
  constructor(most, freshMs, now = () => performance.now()) {
    this.most = most;
    this.freshMs = freshMs;
    this.now = now;
    this.answers = new Map();
  }

  /** The kept answer, or what `ask` gives now. */
  get(key, ask) {
    const known = this.answers.get(key);
    const answer = known && this.now() - known.at < this.freshMs ? known : { value: ask(key), at: this.now() };
    this.answers.delete(key);
    this.answers.set(key, answer);
    if (this.answers.size > this.most) this.answers.delete(this.answers.keys().next().value);
    return answer.value;
  }

  forget(key) {
    this.answers.delete(key);
  }
}
