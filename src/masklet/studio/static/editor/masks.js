/** The answers of frames that have come, as many as fit; those that an edit touched are stale. */

/** @typedef {import("../types").FrameAnswers} FrameAnswers */
/** @typedef {{answers: FrameAnswers["answers"], tag: number, bytes: number, stale: boolean}} Known */

const FRAME_BYTES = 160;
const ANSWER_BYTES = 120;

export class Masks {
  /** From the least to the most recently used. @type {Map<number, Known>} */ #known = new Map();
  #bytes = 0;
  #limit;

  /** @param {number} limit bytes */
  constructor(limit = 48 * 2 ** 20) {
    this.#limit = limit;
  }

  get bytes() {
    return this.#bytes;
  }

  /** Keep what came, unless something newer did. @param {FrameAnswers} given @returns {boolean} */
  put({ frame, tag, answers }) {
    const old = this.#known.get(frame);
    if (old && old.tag > tag && !old.stale) return false;
    this.#forget(frame);
    const bytes = answers.reduce((sum, { counts }) => sum + ANSWER_BYTES + counts.length, FRAME_BYTES);
    this.#known.set(frame, { answers, tag, bytes, stale: false });
    this.#bytes += bytes;
    for (const oldest of this.#known.keys()) {
      if (this.#bytes <= this.#limit || oldest === frame) break;
      this.#forget(oldest);
    }
    return true;
  }

  /** Answers of a frame, stale ones too, or null. @param {number} frame */
  get(frame) {
    const found = this.#known.get(frame);
    if (!found) return null;
    this.#known.delete(frame);
    this.#known.set(frame, found);
    return found.answers;
  }

  /** Whether the answers of a frame are known as they are now. @param {number} frame */
  isFresh(frame) {
    const found = this.#known.get(frame);
    return found !== undefined && !found.stale;
  }

  /**
   * Answers older than a revision may have changed; they are shown until others come.
   * @param {{start: number, stop: number} | null} range null is every frame
   * @param {number} revision
   */
  spoil(range, revision) {
    for (const [frame, known] of this.#known) {
      if (known.tag < revision && (!range || (range.start <= frame && frame <= range.stop))) known.stale = true;
    }
  }

  /** @param {number} frame */
  #forget(frame) {
    this.#bytes -= this.#known.get(frame)?.bytes ?? 0;
    this.#known.delete(frame);
  }
}
