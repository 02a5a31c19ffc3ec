/** Shows what a click would give once the pointer rests; only the latest question counts. */

import { boundsOf, decode } from "../editor/rle.js";

/** @typedef {import("./view.js").Place} Place */

const REST_MS = 60;

export class Hover {
  /** The mask to show, column after column. @type {Uint8Array | null} */ bytes = null;
  /** @type {import("./renderer.js").Bounds | null} */ bounds = null;
  /** Goes up with every mask. */
  version = 0;
  #editor;
  #changed;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #question = 0;

  /** @param {import("../editor/editor.js").StudioEditor} editor @param {() => void} changed */
  constructor(editor, changed) {
    this.#editor = editor;
    this.#changed = changed;
  }

  /** The pointer moved here; null: it left, or does something else. @param {Place | null} place */
  moved(place) {
    clearTimeout(this.#timer);
    this.#question += 1;
    const { manner, playing, connected } = this.#editor;
    const wanted = place && manner.hover && manner.tool === "point" && !playing && connected;
    if (!wanted) return this.#show(null);
    this.#timer = setTimeout(() => void this.#ask(place), REST_MS);
  }

  /** @param {Place} place */
  async #ask({ x, y }) {
    const question = this.#question;
    const { frame, video } = this.#editor;
    try {
      const { answers } = await this.#editor.hover(x, y);
      if (question !== this.#question || frame !== this.#editor.frame) return;
      const answer = answers.find(({ visible }) => visible);
      this.bounds = answer ? boundsOf(answer.counts, video) : null;
      this.#show(answer ? decode(answer.counts, video) : null);
    } catch {
      // Another place was asked about, or the wire is down: there is nothing to show.
    }
  }

  /** @param {Uint8Array | null} bytes */
  #show(bytes) {
    if (bytes === this.bytes) return;
    this.bytes = bytes;
    this.version += 1;
    this.#changed();
  }
}
