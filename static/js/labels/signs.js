// The signs on one pane: marks, a box or polygon that is being drawn, the cross, and where the pointer is.

const SVG = 'http://www.w3.org/2000/svg';

export class Sign {
  constructor(place) {
    this.place = place;
    this.made = place.appendChild(element('signs-made'));
    this.pointer = place.appendChild(element('tip'));
    this.crossed = place.appendChild(element('cross'));
    this.lines = place.appendChild(document.createElementNS(SVG, 'svg'));
    this.lines.setAttribute('viewBox', '0 0 1 1');
    this.lines.setAttribute('preserveAspectRatio', 'none');
    this.line = this.lines.appendChild(document.createElementNS(SVG, 'polyline'));
    [this.pointer, this.crossed, this.lines].forEach((one) => one.toggleAttribute('hidden', true));
  }

  /** Marks that stay keep their signs. */
  marks(marks) {
    this.known = new Map(marks.map((mark) => [mark, this.known?.get(mark) ?? signOf(mark)]));
    this.made.replaceChildren(...this.known.values());
  }

  live(frame, corners) {
    if (!frame && !corners && !this.begun) return;
    this.begun = Boolean(frame || corners);
    this.frame?.remove();
    this.frame = frame && this.place.appendChild(frame);
    const points = corners?.points ?? [];
    this.lines.toggleAttribute('hidden', points.length === 0);
    this.lines.classList.toggle('is-minus', corners?.kind === 'hole');
    this.line.setAttribute('points', [...points, ...points.slice(-1)].map((point) => point.join(',')).join(' '));
    this.corner?.remove();
    this.corner = points.length > 0 ? this.place.appendChild(element('corner')) : null;
    if (this.corner) put(this.corner, { x: points[0][0], y: points[0][1] });
  }

  cross(at) {
    this.crossed.hidden = !at;
    if (at) put(this.crossed, at);
  }

  /** The brush where the pointer is; a dot in the other panes. */
  tip(at, isLine) {
    this.pointer.hidden = !at;
    this.pointer.classList.toggle('is-brush', isLine);
    if (at) put(this.pointer, at);
  }

  brush(radius, aspect) {
    this.pointer.style.setProperty('--wide', `${200 * radius * Math.max(1, 1 / aspect)}%`);
  }
}

/** The sign of a mark. */
export function signOf(mark) {
  return dress(element(mark.far_x == null ? 'mark' : 'mark-box'), mark);
}

function dress(sign, mark) {
  sign.classList.toggle('is-minus', !mark.positive);
  if (mark.far_x == null) sign.textContent = mark.positive ? '+' : '−';
  else Object.assign(sign.style, { width: percent(mark.far_x - mark.x), height: percent(mark.far_y - mark.y) });
  return put(sign, mark);
}

function put(sign, { x, y }) {
  Object.assign(sign.style, { left: percent(x), top: percent(y) });
  return sign;
}

function percent(share) {
  return `${100 * share}%`;
}

function element(className) {
  const made = document.createElement('span');
  made.className = className;
  made.setAttribute('aria-hidden', 'true');
  return made;
}
