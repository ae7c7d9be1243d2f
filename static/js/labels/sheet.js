// What is drawn on a frame so far, with every step back and forth: marks, strokes and settings, never changed in place.

export class Sheet {
  constructor(drawing) {
    this.now = freeze(drawing);
    this.past = [];
    this.future = [];
    this.turning = null;
  }

  get canUndo() {
    return this.past.length > 0;
  }

  get canRedo() {
    return this.future.length > 0;
  }

  get isEmpty() {
    return this.now.marks.length === 0 && this.now.strokes.length === 0;
  }

  /** Points of all strokes together. */
  get points() {
    return this.now.strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
  }

  add(mark) {
    return this.put({ marks: [...this.now.marks, mark] });
  }

  paint(stroke) {
    return this.put({ strokes: [...this.now.strokes, Object.freeze(stroke)] });
  }

  clear() {
    return this.isEmpty ? this.now : this.put({ marks: [], strokes: [] });
  }

  /** A setting. Turning the same one on and on, as a slider does, is one step. */
  set(name, value) {
    if (this.now[name] === value) return this.now;
    if (this.turning === name && this.canUndo) this.future = [];
    else this.step();
    this.turning = name;
    this.now = freeze({ ...this.now, [name]: value });
    return this.now;
  }

  undo() {
    return this.walk(this.past, this.future);
  }

  redo() {
    return this.walk(this.future, this.past);
  }

  put(change) {
    this.step();
    this.turning = null;
    this.now = freeze({ ...this.now, ...change });
    return this.now;
  }

  step() {
    this.past.push(this.now);
    this.future = [];
  }

  walk(from, to) {
    if (from.length === 0) return this.now;
    to.push(this.now);
    this.turning = null;
    this.now = from.pop();
    return this.now;
  }
}

/** Lists that did not change stay the same ones, so that what was made of them can be kept. */
function freeze(drawing) {
  return Object.freeze({ ...drawing, marks: frozen(drawing.marks), strokes: frozen(drawing.strokes ?? []) });
}

function frozen(list) {
  return Object.isFrozen(list) ? list : Object.freeze([...list]);
}
