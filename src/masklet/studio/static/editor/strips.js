/** What is known of every object on every frame, one byte a frame, kept up to date. */

import { stripByte } from "./answers.js";

/** @typedef {import("../types").FrameAnswers} FrameAnswers */
/** @typedef {{start: number, stop: number}} Range both included */

const OBJECT_BYTES = 4;
const CALM_MS = 120;
const AFTER_FAILURE_MS = 2000;

export class Strips {
  /** @type {Map<number, Uint8Array>} */ byObject = new Map();
  #frames;
  #fetch;
  #changed;
  /** @type {Range | null} */ #wanted = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #busy = false;
  #closed = false;

  /**
   * @param {number} frames
   * @param {(start: number, stop: number) => Promise<ArrayBuffer | null>} fetch both included
   * @param {() => void} changed
   */
  constructor(frames, fetch, changed) {
    this.#frames = frames;
    this.#fetch = fetch;
    this.#changed = changed;
  }

  /** Hold a strip for each of these objects and no other. @param {readonly number[]} objects */
  keep(objects) {
    const old = this.byObject;
    this.byObject = new Map(objects.map((object) => [object, old.get(object) ?? new Uint8Array(this.#frames)]));
    this.#changed();
  }

  /** The server told about one frame. @param {FrameAnswers} given */
  note({ frame, answers }) {
    const told = new Map(answers.map((answer) => [answer.object, stripByte(answer)]));
    let changed = false;
    for (const [object, strip] of this.byObject) {
      const byte = told.get(object) ?? 0;
      changed ||= strip[frame] !== byte;
      strip[frame] = byte;
    }
    if (changed) this.#changed();
  }

  /** Fetch a range again soon; ranges asked for in quick succession are fetched together. @param {Range | null} range */
  reload(range) {
    this.#later(range, CALM_MS);
  }

  /** @param {Range | null} range @param {number} wait milliseconds */
  #later(range, wait) {
    this.#wanted = joined(this.#wanted, range ?? { start: 0, stop: this.#frames - 1 });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), wait);
  }

  /** Fetch what is wanted now. */
  async load() {
    const range = this.#wanted;
    if (!range || this.#busy || this.#closed) return;
    this.#wanted = null;
    this.#busy = true;
    let wait = CALM_MS;
    try {
      const bytes = await this.#fetch(range.start, range.stop);
      if (bytes) this.#take(range, new Uint8Array(bytes));
    } catch {
      this.#wanted = joined(this.#wanted, range);
      wait = AFTER_FAILURE_MS;
    }
    this.#busy = false;
    if (this.#wanted && !this.#closed) this.#later(this.#wanted, wait);
  }

  close() {
    clearTimeout(this.#timer);
    this.#closed = true;
  }

  /** @param {Range} range @param {Uint8Array} bytes */
  #take({ start, stop }, bytes) {
    const length = stop - start + 1;
    const view = new DataView(bytes.buffer);
    for (let at = 0; at + OBJECT_BYTES + length <= bytes.length; at += OBJECT_BYTES + length) {
      const strip = this.byObject.get(view.getUint32(at, true));
      strip?.set(bytes.subarray(at + OBJECT_BYTES, at + OBJECT_BYTES + length), start);
    }
    this.#changed();
  }
}

/** @param {Range | null} one @param {Range} other @returns {Range} */
function joined(one, other) {
  if (!one) return other;
  return { start: Math.min(one.start, other.start), stop: Math.max(one.stop, other.stop) };
}
