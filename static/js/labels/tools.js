// What each tool makes of presses, pulls and the cross: a click, a box, a stroke, or the corners of a polygon, one by one or drawn round.

import { apart, box, click, kept } from 'festivity/labels/places.js';

const STROKES = { brush: 'brush', eraser: 'eraser', polygon: 'polygon', hole: 'hole' };
const OTHER = { brush: 'eraser', eraser: 'eraser', polygon: 'hole', hole: 'hole' };
const CLOSE_PX = 12;
const PULLED_PX = 8;
const THIN_PX = 1.5;
const ERASER_BUTTON = 5;

export class Tools {
  /** `told`: look(place), mark(mark), stroke(stroke), live(stroke, box or null), hover(place); `radius()`: of the brush. */
  constructor(easel, told, radius) {
    Object.assign(this, { easel, told, radius, mode: 'look', start: null, live: null, corners: null });
  }

  get looks() {
    return this.mode === 'look';
  }

  get isBoxing() {
    return this.mode.endsWith('box');
  }

  get isPositive() {
    return !this.mode.startsWith('minus') && !this.turned;
  }

  get isLine() {
    return this.mode === 'brush' || this.mode === 'eraser';
  }

  get isPolygon() {
    return this.mode === 'polygon' || this.mode === 'hole';
  }

  choose(mode) {
    this.giveUp();
    this.corners = null;
    this.mode = mode;
    this.tell();
  }

  press(at, event) {
    if (event.button === 2 && this.looks) return;
    this.start = kept(at);
    this.turned = isTurned(event);
    if (this.isLine) this.live = this.line([this.start]);
    if (this.isPolygon && !this.corners) this.beginPolygon();
    this.tell();
  }

  beginPolygon() {
    this.corners = { kind: this.kind, points: [] };
  }

  get kind() {
    return this.turned ? OTHER[this.mode] : STROKES[this.mode];
  }

  line(places) {
    return { kind: this.kind, points: places.map(({ x, y }) => [x, y]), radius: this.radius() };
  }

  drag(places) {
    if (!this.start) return;
    for (const place of places.map(kept)) this.dragTo(place);
    this.tell();
  }

  dragTo(place) {
    this.end = place;
    if (this.live) this.live = { ...this.live, points: thinned(this.live.points, place, this.px(THIN_PX), this.easel.aspect) };
    if (this.corners && this.isPulled(place)) {
      if (!this.isRound) this.corners.points.push([this.start.x, this.start.y]);
      this.isRound = true;
      this.corners.points = thinned(this.corners.points, place, this.px(THIN_PX), this.easel.aspect);
    }
  }

  release(at) {
    const [start, place] = [this.start, kept(at)];
    if (!start) return;
    if (this.looks) this.told.look(place);
    else if (this.live) this.told.stroke(this.live);
    else if (this.corners) this.corner(place);
    else this.mark(start, place);
    this.rest();
  }

  mark(start, place) {
    const made = this.isBoxing ? box(start, place, this.isPositive, this.easel.view.zoom) : click(place, this.isPositive);
    if (made) this.told.mark(made);
  }

  corner(place) {
    const { points } = this.corners;
    const round = this.isRound;
    const closes = points.length > 2 && this.isNear(place, { x: points[0][0], y: points[0][1] });
    if (!round && !closes) points.push([place.x, place.y]);
    if (round || closes) this.close();
  }

  /** The polygon so far becomes a stroke; false where there is none with three corners. */
  close() {
    const { kind, points } = this.corners ?? { points: [] };
    if (points.length < 3) return false;
    this.corners = null;
    this.told.stroke({ kind, points, radius: 0 });
    this.rest();
    return true;
  }

  /** Takes the last corner back; false where there is none. */
  takeBack() {
    if (!this.corners?.points.length) return false;
    this.corners.points = this.corners.points.slice(0, -1);
    if (this.corners.points.length === 0) this.corners = null;
    this.tell();
    return true;
  }

  /** Leaves off what is not finished; false where there is nothing. */
  leaveOff() {
    const began = Boolean(this.corners || this.live || this.start);
    this.corners = null;
    this.giveUp();
    return began;
  }

  giveUp() {
    if (this.isRound) this.corners = null;
    this.rest();
  }

  rest() {
    Object.assign(this, { start: null, end: null, live: null, isRound: false });
    if (this.corners?.points.length === 0) this.corners = null;
    this.tell();
  }

  hover(at) {
    this.told.hover(at && kept(at));
  }

  tell() {
    const { zoom } = this.easel.view;
    const frame = this.isBoxing && this.start && this.end ? box(this.start, this.end, this.isPositive, zoom) : null;
    this.told.live({ stroke: this.live, frame, corners: this.corners });
  }

  isPulled(place) {
    return this.isRound || apart(this.start, place, this.easel.aspect) > this.px(PULLED_PX);
  }

  isNear(one, other) {
    return apart(one, other, this.easel.aspect) < this.px(CLOSE_PX);
  }

  /** So many pixels of the screen, as a share of the picture's long side. */
  px(count) {
    return count / this.easel.longSidePx;
  }
}

/** The points with one more, unless it is hardly away from the last. */
function thinned(points, { x, y }, least, aspect) {
  const [lastX, lastY] = points.at(-1);
  return apart({ x: lastX, y: lastY }, { x, y }, aspect) < least ? points : [...points, [x, y]];
}

export function isTurned(event) {
  return event.altKey || event.button === 2 || event.button === ERASER_BUTTON;
}
