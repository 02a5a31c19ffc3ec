/** Small pictures of what effects would do to the frame shown, drawn as the stage draws them. */

import { boundsOf, decode } from "../editor/rle.js";
import { createEffects } from "../stage/effects.js";
import { Renderer } from "../stage/renderer.js";

/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */
/** @typedef {import("../types").Effect} Effect */
/** @typedef {{canvas: HTMLCanvasElement, effects: readonly Effect[]}} Thumb */

const HEIGHT = 108;
const MOST_WIDTH = 240;
/** Pictures are made twice as large first, so that fine patterns do not flicker when made small. */
const FINER = 2;

export class Thumbs {
  #editor;
  #again;
  #canvas = document.createElement("canvas");
  /** @type {Renderer | null} */ #renderer = null;
  /** Which picture the renderer has. */
  #shown = "";
  #busy = false;

  /** @param {StudioEditor} editor @param {() => void} again a background picture has come */
  constructor(editor, again) {
    this.#editor = editor;
    this.#again = again;
    const { width, height } = editor.video;
    this.#canvas.height = HEIGHT;
    this.#canvas.width = Math.max(1, Math.min(MOST_WIDTH, Math.round((HEIGHT * width) / height)));
  }

  /** Whether this browser can draw them. */
  get can() {
    return this.#made() !== null;
  }

  /** Draw some; those of a frame that is not there yet stay as they are. @param {Thumb[]} thumbs */
  async draw(thumbs) {
    const renderer = this.#made();
    const { pictures, frame } = this.#editor;
    const picture = pictures.nearest(frame);
    const answers = picture && this.#editor.known(picture.frame);
    if (!renderer || !picture || this.#busy || (!answers && this.#editor.state.objects.length > 0)) return;
    this.#busy = true;
    try {
      await this.#setPicture(renderer, picture);
    } finally {
      this.#busy = false;
    }
    if (this.#renderer !== renderer) return;
    const layers = this.#setMasks(renderer, answers ?? []);
    for (const thumb of thumbs) this.#drawOne(renderer, thumb, layers, picture.frame);
  }

  dispose() {
    this.#renderer?.dispose();
    this.#renderer?.gl.getExtension("WEBGL_lose_context")?.loseContext();
    this.#renderer = null;
  }

  #made() {
    if (this.#renderer) return this.#renderer;
    const gl = this.#canvas.getContext("webgl2", { alpha: true, antialias: false, depth: false });
    if (!gl || gl.isContextLost()) return null;
    this.#renderer = new Renderer(gl);
    this.#renderer.effects = createEffects(gl, { project: this.#editor.project.id, redraw: this.#again });
    return this.#renderer;
  }

  /** @param {Renderer} renderer @param {import("../editor/pictures.js").Picture} picture */
  async #setPicture(renderer, { bitmap, frame, width }) {
    const name = `${frame}/${width}`;
    if (name === this.#shown) return;
    const resizeWidth = Math.min(bitmap.width, FINER * this.#canvas.width);
    const small = await createImageBitmap(bitmap, { resizeWidth, resizeQuality: "medium" });
    if (this.#renderer === renderer) renderer.setPicture(small);
    small.close();
    this.#shown = name;
  }

  /** @param {Renderer} renderer @param {readonly import("../types").Answer[]} answers */
  #setMasks(renderer, answers) {
    const { video, state } = this.#editor;
    const shown = state.objects.filter(({ hidden }) => !hidden).map(({ id }) => id);
    return answers
      .filter(({ object, visible }) => visible && shown.includes(object))
      .map(({ object, counts }) => {
        renderer.setMask(object, decode(counts, video), video, { bounds: boundsOf(counts, video) });
        return { object, colour: /** @type {[number, number, number]} */ ([1, 1, 1]), selected: false };
      });
  }

  /**
   * @param {Renderer} renderer
   * @param {Thumb} thumb
   * @param {import("../stage/renderer.js").Drawing["layers"]} layers
   * @param {number} frame
   */
  #drawOne(renderer, { canvas, effects }, layers, frame) {
    const { video } = this.#editor;
    const { width, height } = this.#canvas;
    const scale = Math.max(width / video.width, height / video.height);
    const view = { scale, x: (width - video.width * scale) / 2, y: (height - video.height * scale) / 2, width, height };
    const known = (/** @type {number} */ other) => this.#editor.known(other) ?? (other === frame ? [] : null);
    const plain = effects.length === 0 ? { layers: [] } : { layers };
    renderer.draw({ ...plain, video, view, frame, effects, known, hover: null, draft: null });
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")?.drawImage(this.#canvas, 0, 0);
  }
}
