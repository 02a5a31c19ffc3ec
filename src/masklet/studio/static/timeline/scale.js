/** Which frames the timeline shows, and where: every frame is equally wide. */

/** Pixels of the page that one frame may be wide. */
const WIDEST_FRAME = 48;

export class Scale {
  width = 1;
  /** The first frame in sight and how many there are; neither need be whole. */
  first = 0;
  count;
  #frames;

  /** @param {number} frames of the video */
  constructor(frames) {
    this.#frames = frames;
    this.count = frames;
  }

  /** The whole video is in sight. */
  get whole() {
    return this.count >= this.#frames;
  }

  /** The least frames that can be in sight. */
  get least() {
    return Math.min(this.#frames, Math.max(1, this.width / WIDEST_FRAME));
  }

  /** Pixels a frame. */
  get step() {
    return this.width / this.count;
  }

  /** The last frame in sight, and the first, as whole numbers. */
  get span() {
    const start = Math.max(0, Math.floor(this.first));
    return { start, stop: Math.max(start, Math.min(this.#frames - 1, Math.ceil(this.first + this.count) - 1)) };
  }

  /** How near, from 0 (the whole video) to 1. */
  get nearness() {
    const range = Math.log(this.#frames / this.least);
    return range > 0 ? Math.log(this.#frames / this.count) / range : 0;
  }

  /** @param {number} width pixels */
  resize(width) {
    this.width = Math.max(1, width);
    this.#set(this.first, this.count);
  }

  /** @param {number} frame @returns {number} where it begins */
  xOf(frame) {
    return (frame - this.first) * this.step;
  }

  /** @param {number} frame @returns {number} */
  middleOf(frame) {
    return this.xOf(frame + 0.5);
  }

  /** The frame at a place, inside the video. @param {number} x */
  frameAt(x) {
    return Math.max(0, Math.min(this.#frames - 1, Math.floor(this.first + x / this.step)));
  }

  /** @param {number} factor more than 1 is nearer @param {number} x stays where it is */
  zoom(factor, x) {
    const at = this.first + x / this.step;
    const count = Math.max(this.least, Math.min(this.#frames, this.count / factor));
    this.#set(at - (x / this.width) * count, count);
  }

  /** @param {number} nearness from 0 to 1 @param {number} frame that stays where it is */
  setNearness(nearness, frame) {
    const count = this.#frames * (this.least / this.#frames) ** nearness;
    this.zoom(this.count / count, Math.max(0, Math.min(this.width, this.middleOf(frame))));
  }

  /** @param {number} x pixels */
  move(x) {
    this.#set(this.first + x / this.step, this.count);
  }

  /** Bring a frame into sight, as a page is turned. @param {number} frame @returns {boolean} whether anything moved */
  reveal(frame) {
    const margin = Math.min(1, this.count / 4);
    if (frame >= this.first && frame + margin <= this.first + this.count) return false;
    const before = this.first;
    const first = frame < this.first || frame > this.first + 1.5 * this.count ? frame - this.count / 2 : frame - this.count * 0.08;
    this.#set(first, this.count);
    return this.first !== before;
  }

  /** @param {number} first @param {number} count */
  #set(first, count) {
    this.count = Math.max(this.least, Math.min(this.#frames, count));
    this.first = Math.max(0, Math.min(this.#frames - this.count, first));
  }
}
