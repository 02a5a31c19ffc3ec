/** Where objects were in the frames before, the latest strongest: the levels of `draw/effects/trails.py`. */

import { runsOf } from "../editor/rle.js";
import { makeTexture } from "./gl.js";

/** @typedef {import("../types").Answer} Answer */
/** @typedef {import("../types").Effect} Effect */
/** @typedef {import("./renderer.js").Scene} Scene */

export class Trail {
  #gl;
  #texture;
  /** @type {Uint8Array} */ #levels = new Uint8Array(0);
  /** What the levels were made of. @type {unknown[]} */ #made = [];

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.#gl = gl;
    this.#texture = makeTexture(gl);
  }

  /**
   * A texture, column after column: `length` where an object was one frame ago, down to 1, else 0.
   * @param {Scene} scene
   * @param {number} length in frames
   * @param {(object: number) => boolean} isMeant
   */
  levels({ video, frame, known }, length, isMeant) {
    const frames = Array.from({ length: Math.min(length, frame) }, (_, ago) => known(frame - ago - 1));
    const meant = frames.flatMap((answers) => (answers ?? []).map(({ object }) => object)).filter(isMeant);
    const made = [video.width, video.height, length, [...new Set(meant)].join(), ...frames];
    if (made.length === this.#made.length && made.every((part, at) => part === this.#made[at])) return this.#texture;
    this.#made = made;
    this.#fill(frames, length, isMeant, video.width * video.height);
    this.#send(video);
    return this.#texture;
  }

  dispose() {
    this.#gl.deleteTexture(this.#texture);
  }

  /**
   * @param {(readonly Answer[] | null)[]} frames the latest first
   * @param {number} length
   * @param {(object: number) => boolean} isMeant
   * @param {number} pixels
   */
  #fill(frames, length, isMeant, pixels) {
    if (this.#levels.length !== pixels) this.#levels = new Uint8Array(pixels);
    else this.#levels.fill(0);
    for (let ago = frames.length; ago > 0; ago--) {
      for (const { object, visible, counts } of frames[ago - 1] ?? []) {
        if (visible && isMeant(object)) this.#mark(counts, length + 1 - ago);
      }
    }
  }

  /** @param {string} counts @param {number} level */
  #mark(counts, level) {
    let at = 0;
    for (const [place, run] of runsOf(counts).entries()) {
      if (place % 2 === 1) this.#levels.fill(level, at, at + run);
      at += run;
    }
  }

  /** @param {import("./renderer.js").Size} video */
  #send({ width, height }) {
    const gl = this.#gl;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, height, width, 0, gl.RED, gl.UNSIGNED_BYTE, this.#levels);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
  }
}
