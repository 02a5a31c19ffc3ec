/** Where the video lies on the stage: fitted, zoomed around a place, moved; all in pixels of the page. */

/** @typedef {import("./renderer.js").Size} Size */
/** @typedef {{x: number, y: number}} Place */

const MARGIN = 12;
const MARGIN_SMALL = 4;
const SMALL_STAGE = 500;
/** Pixels of the page that one pixel of the video may cover. */
const LARGEST_SCALE = 48;

export class StageView {
  width = 1;
  height = 1;
  scale = 1;
  x = 0;
  y = 0;
  #video;
  #fitted = true;

  /** @param {Size} video */
  constructor(video) {
    this.#video = video;
  }

  /** Whole video in sight, as when it was opened. */
  get fitted() {
    return this.#fitted;
  }

  /** @param {number} width @param {number} height of the stage */
  resize(width, height) {
    const middle = this.toVideo({ x: this.width / 2, y: this.height / 2 });
    [this.width, this.height] = [Math.max(1, width), Math.max(1, height)];
    if (this.#fitted) return this.fit();
    this.x = this.width / 2 - middle.x * this.scale;
    this.y = this.height / 2 - middle.y * this.scale;
    this.#keepInSight();
  }

  fit() {
    this.#fitted = true;
    this.scale = this.#fitScale();
    this.#keepInSight();
  }

  /** @param {number} factor @param {Place} around a place of the stage that stays where it is */
  zoom(factor, around = { x: this.width / 2, y: this.height / 2 }) {
    const least = this.#fitScale();
    const scale = Math.max(least, Math.min(Math.max(least, LARGEST_SCALE), this.scale * factor));
    const place = this.toVideo(around);
    this.scale = scale;
    this.x = around.x - place.x * scale;
    this.y = around.y - place.y * scale;
    this.#fitted = scale <= least * 1.0001;
    this.#keepInSight();
  }

  /** @param {number} x @param {number} y pixels of the page */
  move(x, y) {
    this.x += x;
    this.y += y;
    this.#keepInSight();
  }

  /** Move so that a place of the video is in sight. @param {Place} place */
  reveal(place) {
    const { x, y } = this.toStage(place);
    const edge = Math.min(40, this.width / 4, this.height / 4);
    this.move(
      Math.max(0, edge - x) - Math.max(0, x - this.width + edge),
      Math.max(0, edge - y) - Math.max(0, y - this.height + edge),
    );
  }

  /** @param {Place} place @returns {Place} */
  toVideo({ x, y }) {
    return { x: (x - this.x) / this.scale, y: (y - this.y) / this.scale };
  }

  /** @param {Place} place @returns {Place} */
  toStage({ x, y }) {
    return { x: this.x + x * this.scale, y: this.y + y * this.scale };
  }

  /** Whether a place of the stage shows the video. @param {Place} place */
  isOnVideo(place) {
    const { x, y } = this.toVideo(place);
    return 0 <= x && x <= this.#video.width && 0 <= y && y <= this.#video.height;
  }

  /** The nearest place of the video. @param {Place} place of the video @returns {Place} */
  inside({ x, y }) {
    return { x: Math.max(0, Math.min(this.#video.width, x)), y: Math.max(0, Math.min(this.#video.height, y)) };
  }

  /** For the renderer, in the drawing buffer's pixels. @param {number} ratio @returns {import("./renderer.js").View} */
  inBuffer(ratio) {
    return {
      scale: this.scale * ratio,
      x: this.x * ratio,
      y: this.y * ratio,
      width: Math.max(1, Math.round(this.width * ratio)),
      height: Math.max(1, Math.round(this.height * ratio)),
    };
  }

  #fitScale() {
    const margin = Math.min(this.width, this.height) < SMALL_STAGE ? MARGIN_SMALL : MARGIN;
    const across = (this.width - 2 * margin) / this.#video.width;
    const down = (this.height - 2 * margin) / this.#video.height;
    return Math.max(0.01, Math.min(across, down));
  }

  #keepInSight() {
    this.x = kept(this.x, this.#video.width * this.scale, this.width);
    this.y = kept(this.y, this.#video.height * this.scale, this.height);
  }
}

/** A smaller picture lies in the middle, a larger one covers the stage but for half of it. */
/** @param {number} at @param {number} length @param {number} room */
function kept(at, length, room) {
  if (length <= room) return (room - length) / 2;
  return Math.max(room / 2 - length, Math.min(room / 2, at));
}
