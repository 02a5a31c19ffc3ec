/** Keeps the renderer's masks in step with the answers of the frame: each mask is sent once. */

import { boundsOf, decode } from "../editor/rle.js";
import { NEW_OBJECT } from "./brush.js";
import { rgbOf } from "./gl.js";

/** @typedef {import("./renderer.js").Size} Size */
/** @typedef {import("./renderer.js").Drawing["layers"][number]} DrawnLayer */
/** @typedef {Pick<import("./renderer.js").Renderer, "setMask" | "dropMask">} MaskTaker */
/** @typedef {import("./brush.js").Draft} Draft */

/** @type {[number, number, number]} */
const NEW_COLOUR = [0.3, 0.55, 1];

export class Layers {
  /** What the renderer has: counts by object, null for a draft. @type {Map<number, string | null>} */ #sent = new Map();
  #size;
  #scratch;

  /** @param {Size} size of the video */
  constructor(size) {
    this.#size = size;
    this.#scratch = new Uint8Array(size.width * size.height);
  }

  /** The renderer is another one and has nothing. */
  reset() {
    this.#sent.clear();
  }

  /**
   * @param {MaskTaker} renderer
   * @param {readonly import("../types").Answer[]} answers
   * @param {readonly import("../types").ObjectView[]} objects
   * @param {number | null} selected
   * @param {Draft | null} draft a mask being painted on this frame, which stands in for the object's own
   * @returns {DrawnLayer[]}
   */
  sync(renderer, answers, objects, selected, draft) {
    for (const object of [...this.#sent.keys()]) {
      if (objects.some(({ id }) => id === object) || object === draft?.object) continue;
      renderer.dropMask(object);
      this.#sent.delete(object);
    }
    const drawn = objects.filter(({ id, hidden }) => {
      if (id === draft?.object) return this.#sendDraft(renderer, draft);
      const answer = answers.find(({ object }) => object === id);
      return !hidden && answer?.visible && this.#send(renderer, answer);
    });
    const layers = drawn.map(({ id, colour }) => ({ object: id, colour: rgbOf(colour), selected: id === selected }));
    if (draft?.object !== NEW_OBJECT) return layers;
    this.#sendDraft(renderer, draft);
    return [...layers, { object: NEW_OBJECT, colour: NEW_COLOUR, selected: true }];
  }

  /** @param {MaskTaker} renderer @param {import("../types").Answer} answer */
  #send(renderer, { object, counts }) {
    if (this.#sent.get(object) !== counts) {
      const bounds = boundsOf(counts, this.#size);
      renderer.setMask(object, decode(counts, this.#size, this.#scratch), this.#size, { bounds });
      this.#sent.set(object, counts);
    }
    return true;
  }

  /** Its first drawing is sent whole; strokes then send the columns that they change. */
  /** @param {MaskTaker} renderer @param {Draft} draft */
  #sendDraft(renderer, { object, bitmap }) {
    if (this.#sent.get(object) !== null) renderer.setMask(object, bitmap.bytes, this.#size);
    this.#sent.set(object, null);
    return true;
  }
}
