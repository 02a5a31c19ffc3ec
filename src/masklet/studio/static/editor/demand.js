/** Decides which pictures and masks to ask for, as the frame shown moves: resting, scrubbing or playing. */

/** @typedef {import("./pictures.js").Pictures} Pictures */
/** @typedef {import("./masks.js").Masks} Masks */
/**
 * @typedef {object} Asking
 * @property {Pictures} pictures
 * @property {Masks} masks
 * @property {import("./clock.js").Clock} clock
 * @property {(frame: number) => Promise<unknown>} look
 * @property {(start: number, stop: number) => Promise<unknown>} masksOf
 */
/**
 * @typedef {object} Playing
 * @property {number} due the frame that should be shown
 * @property {number} shown
 * @property {number} speed
 * @property {{start: number, stop: number}} span
 * @property {boolean} again after the end comes the start
 */

/** Frames that follow each other faster than this are scrubbing: small pictures will do. */
const HURRY_MS = 130;
const REST_MS = 110;
const SMALL = 320;
const SHARP = 960;
/** How wide pictures are at most while they play. */
const PLAYED = 1280;
const AHEAD_S = 1.2;
const MOST_AHEAD = 48;
const MASKS_AHEAD = 72;
/** Masks asked for around a resting frame, and how many have to be there not to ask again. */
const MASKS_NEAR = 20;
const MASKS_SOON = 4;

export class Demand {
  #ask;
  #width = 640;
  #last = -Infinity;
  #direction = 1;
  #frame = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #rest;
  /** Frames up to here have been asked for while playing. */
  #askedTo = -1;

  /** @param {Asking} ask */
  constructor(ask) {
    this.#ask = ask;
  }

  /** Pictures this wide are enough. @param {number} width */
  setWidth(width) {
    if (width === this.#width) return;
    this.#width = width;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#pictures(), REST_MS);
  }

  get playedWidth() {
    return Math.min(this.#width, PLAYED);
  }

  /** A frame is shown, not by playing. @param {number} frame */
  shown(frame) {
    const now = performance.now();
    const hurried = now - this.#last < HURRY_MS;
    this.#last = now;
    this.#direction = Math.sign(frame - this.#frame) || this.#direction;
    this.#frame = frame;
    this.#askedTo = -1;
    clearTimeout(this.#rest);
    if (!hurried) return this.settle(frame);
    this.#ask.pictures.want([{ frame, width: Math.min(SMALL, this.#width) }], few());
    this.#masksAround();
    this.#rest = setTimeout(() => this.settle(frame), REST_MS);
  }

  /** A frame is shown because it was just tracked: its masks have come already. @param {number} frame */
  followed(frame) {
    clearTimeout(this.#rest);
    this.#direction = Math.sign(frame - this.#frame) || this.#direction;
    this.#frame = frame;
    this.#pictures(few());
  }

  /** A frame rests: its sharp picture, its masks, and the network's view of it. @param {number} frame */
  settle(frame) {
    clearTimeout(this.#rest);
    this.#frame = frame;
    this.#askedTo = -1;
    this.#pictures();
    quietly(this.#ask.look(this.#frame));
    this.#masksAround();
  }

  /** Masks of the frames that a person steps to next, so that they are there with the picture. */
  #masksAround() {
    const { masks, clock } = this.#ask;
    const [frame, step] = [this.#frame, this.#direction];
    const inside = (/** @type {number} */ other) => Math.max(0, Math.min(clock.frames - 1, other));
    const soon = Array.from({ length: MASKS_SOON + 1 }, (_, away) => inside(frame + away * step));
    if (soon.every((other) => masks.isFresh(other))) return;
    const [behind, before] = [inside(frame - MASKS_SOON * step), inside(frame + MASKS_NEAR * step)];
    quietly(this.#ask.masksOf(Math.min(behind, before), Math.max(behind, before)));
  }

  /** @param {(frame: number) => boolean} [ofUse] whether a picture on its way for another frame may come */
  #pictures(ofUse) {
    const { pictures, clock } = this.#ask;
    const [frame, width] = [this.#frame, this.#width];
    const first = width >= SHARP && !pictures.has(frame, 0) ? [{ frame, width: SMALL }] : [];
    const around = [1, 2, -1].map((step) => frame + step * this.#direction);
    const there = around.filter((other) => 0 <= other && other < clock.frames);
    pictures.want([...first, { frame, width }, ...there.map((other) => ({ frame: other, width }))], ofUse);
  }

  /**
   * Playing: pictures and masks from the frame on that is due.
   * @param {Playing} playing
   */
  ahead(playing) {
    const { due, shown, span } = playing;
    if (shown < this.#frame) this.#askedTo = -1;
    this.#frame = shown;
    clearTimeout(this.#rest);
    const wishes = this.#upcoming(playing).map((frame) => ({ frame, width: this.playedWidth }));
    this.#ask.pictures.want(wishes, (coming) => coming > shown);
    this.#masksAhead(due, span.stop);
  }

  /** @param {Playing} playing */
  #upcoming({ due, speed, span, again }) {
    const { clock, pictures } = this.#ask;
    const needed = clock.fps * speed;
    const stride = Math.max(1, Math.ceil(needed / pictures.rate - 0.1));
    const count = Math.min(MOST_AHEAD, Math.ceil((AHEAD_S * needed) / stride));
    /** @type {number[]} */
    const frames = [];
    const length = span.stop - span.start + 1;
    for (let next = Math.ceil(due / stride) * stride; frames.length < count; next += stride) {
      if (next > span.stop && !again) break;
      const place = next > span.stop ? span.start + ((next - span.start) % length) : next;
      if (frames.includes(place)) break;
      frames.push(place);
    }
    return frames;
  }

  /** @param {number} frame @param {number} stop */
  #masksAhead(frame, stop) {
    const { masks } = this.#ask;
    if (frame < this.#askedTo - MASKS_AHEAD / 2 && frame > this.#askedTo - 2 * MASKS_AHEAD) return;
    let first = frame;
    const last = Math.min(stop, frame + MASKS_AHEAD);
    while (first <= last && masks.isFresh(first)) first++;
    this.#askedTo = last;
    if (first <= last) quietly(this.#ask.masksOf(first, last));
  }

  /** Masks changed: what was asked for ahead has to be asked for again. */
  spoil() {
    this.#askedTo = -1;
  }

  close() {
    clearTimeout(this.#rest);
  }
}

/** Pictures that are on their way while frames go by: some have to come, or none is ever seen. */
function few() {
  let most = 2;
  return () => most-- > 0;
}

/** A refusal here means that something newer was asked for. @param {Promise<unknown>} asked */
function quietly(asked) {
  asked.catch(() => {});
}
