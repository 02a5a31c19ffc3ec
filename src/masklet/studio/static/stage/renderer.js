/**
 * Draws the picture, the objects' masks and what is being drawn, with WebGL2.
 *
 * The Renderer owns the GL context, the picture's texture and one R8 texture an object. What is
 * drawn when effects are chosen is up to `stage/effects.js`, which exports
 *
 *   createEffects(gl, {project, redraw}) -> { paint(scene: Scene): void, dispose(): void }
 *
 * `project` is the project's id, and `redraw()` asks for another drawing (a background picture has
 * arrived). `paint` is called in place of the plain picture and masks while `scene.effects` is not
 * empty. On entry, and again when it returns: framebuffer null, viewport the whole canvas, blending
 * off, unpack settings as WebGL has them at first; the canvas is cleared. Colours are premultiplied.
 * Hover previews and unfinished strokes are drawn on top by the Renderer.
 *
 * In shaders, with `at` in the video's pixels (see PICTURE_VERTEX and drawPicture in gl.js):
 *   texture(picture, at / video)          the picture, of whatever size has been loaded
 *   texture(mask, at.yx / video.yx).r     1 inside; masks lie column after column, thus transposed
 */

import { PICTURE_VERTEX, bindTexture, drawPicture, makeProgram, makeTexture } from "./gl.js";
import { MASK_FRAGMENT, PICTURE_FRAGMENT } from "./shaders.js";

/** @typedef {{width: number, height: number}} Size */
/**
 * Where the video lies in the drawing buffer, in its pixels from the top left: a place (px, py) of
 * the video is at (x + scale * px, y + scale * py). `width` and `height` are the buffer's.
 * @typedef {{scale: number, x: number, y: number, width: number, height: number}} View
 */
/**
 * One object on the frame; `colour` is red, green, blue from 0 to 1. Nothing of the mask lies outside
 * its `bounds`; null is anywhere.
 * @typedef {object} Layer
 * @property {number} object
 * @property {[number, number, number]} colour
 * @property {WebGLTexture} mask
 * @property {Bounds | null} bounds
 * @property {boolean} selected
 */
/**
 * @typedef {object} Scene
 * @property {WebGLTexture} picture
 * @property {Size} video
 * @property {Layer[]} layers shown objects that have a mask here, in the order of the list
 * @property {View} view
 * @property {number} frame
 * @property {readonly import("../types").Effect[]} effects
 * @property {(frame: number) => readonly import("../types").Answer[] | null} known answers of a
 *   frame where they are at hand, else null: for trails
 */
/** @typedef {{paint: (scene: Scene) => void, dispose: () => void}} EffectsPainter */
/**
 * What is asked of the renderer; a layer's mask was given before with `setMask`.
 * @typedef {object} Drawing
 * @property {{object: number, colour: [number, number, number], selected: boolean}[]} layers
 * @property {Size} video
 * @property {View} view
 * @property {number} frame
 * @property {readonly import("../types").Effect[]} effects
 * @property {(frame: number) => readonly import("../types").Answer[] | null} known
 * @property {[number, number, number] | null} hover colour of the mask of object 0, drawn dimly
 * @property {number | null} draft an object whose mask is being painted: drawn above effects
 */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Bounds in the video's pixels */
/** @typedef {{texture: WebGLTexture, width: number, height: number, bounds: Bounds | null}} Held */

const FILL = 0.45;
const FILL_SELECTED = 0.52;
const FILL_HOVER = 0.28;
const LINE = 2;
const LINE_SELECTED = 2.75;

export class Renderer {
  /** @type {WebGL2RenderingContext} */ gl;
  /** @type {EffectsPainter | null} */ effects = null;
  /** @type {Map<number, Held>} */ #masks = new Map();
  #picture;
  #pictureProgram;
  #maskProgram;
  #hasPicture = false;

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.gl = gl;
    this.#picture = makeTexture(gl);
    this.#pictureProgram = makeProgram(gl, PICTURE_VERTEX, PICTURE_FRAGMENT);
    this.#maskProgram = makeProgram(gl, PICTURE_VERTEX, MASK_FRAGMENT);
  }

  /** @param {ImageBitmap} picture */
  setPicture(picture) {
    const gl = this.gl;
    bindTexture(gl, 0, this.#picture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
    this.#hasPicture = true;
  }

  /**
   * Give an object's mask, or the columns of it from `start` up to `stop` that have changed.
   * @param {number} object 0 is the hover preview
   * @param {Uint8Array} bytes column after column, 0 or 255
   * @param {Size} size
   * @param {object} [part]
   * @param {{start: number, stop: number}} [part.columns]
   * @param {Bounds | null} [part.bounds] outside of which there is nothing; null is anywhere
   */
  setMask(object, bytes, size, { columns, bounds = null } = {}) {
    const gl = this.gl;
    const old = this.#masks.get(object);
    const fits = old !== undefined && old.width === size.width && old.height === size.height;
    if (old && !fits) gl.deleteTexture(old.texture);
    const texture = fits ? old.texture : makeTexture(gl);
    this.#masks.set(object, { texture, width: size.width, height: size.height, bounds });
    bindTexture(gl, 0, texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    if (!fits) gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R8, size.height, size.width);
    const { start, stop } = fits && columns ? columns : { start: 0, stop: size.width };
    const part = bytes.subarray(start * size.height, stop * size.height);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, start, size.height, stop - start, gl.RED, gl.UNSIGNED_BYTE, part);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
  }

  /** @param {number} object */
  dropMask(object) {
    const old = this.#masks.get(object);
    if (old) this.gl.deleteTexture(old.texture);
    this.#masks.delete(object);
  }

  /** @param {Drawing} drawing */
  draw(drawing) {
    const gl = this.gl;
    const { view } = drawing;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, view.width, view.height);
    gl.disable(gl.BLEND);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!this.#hasPicture) return;
    const scene = this.#scene(drawing);
    if (scene.effects.length && this.effects) this.effects.paint(scene);
    else this.#plain(scene);
    this.#above(scene, drawing);
  }

  dispose() {
    this.effects?.dispose();
    for (const object of [...this.#masks.keys()]) this.dropMask(object);
    this.gl.deleteTexture(this.#picture);
    this.gl.deleteProgram(this.#pictureProgram);
    this.gl.deleteProgram(this.#maskProgram);
  }

  /** @param {Drawing} drawing @returns {Scene} */
  #scene({ layers, video, view, frame, effects, known }) {
    const held = layers.flatMap((layer) => {
      const mask = this.#masks.get(layer.object);
      return mask ? [{ ...layer, mask: mask.texture, bounds: mask.bounds }] : [];
    });
    return { picture: this.#picture, video, layers: held, view, frame, effects, known };
  }

  /** @param {Scene} scene */
  #plain(scene) {
    const gl = this.gl;
    gl.useProgram(this.#pictureProgram);
    bindTexture(gl, 0, scene.picture);
    drawPicture(gl, this.#pictureProgram, scene.video, scene.view);
    for (const layer of scene.layers) if (!layer.selected) this.#mask(scene, layer, FILL, LINE);
    for (const layer of scene.layers) if (layer.selected) this.#mask(scene, layer, FILL_SELECTED, LINE_SELECTED);
  }

  /** @param {Scene} scene @param {Drawing} drawing */
  #above(scene, { hover, draft }) {
    const hovered = this.#masks.get(0);
    const painted = scene.effects.length ? scene.layers.find((layer) => layer.object === draft) : undefined;
    if (painted) this.#mask(scene, painted, FILL_SELECTED, LINE_SELECTED);
    if (hover && hovered) this.#mask(scene, { colour: hover, mask: hovered.texture, bounds: hovered.bounds }, FILL_HOVER, LINE / 2);
  }

  /**
   * @param {Scene} scene
   * @param {Pick<Layer, "colour" | "mask" | "bounds">} layer
   * @param {number} fill
   * @param {number} line pixels of the page
   */
  #mask({ video, view }, { colour, mask, bounds }, fill, line) {
    const gl = this.gl;
    const program = this.#maskProgram;
    this.#confine(view, bounds, line);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.useProgram(program);
    bindTexture(gl, 0, mask);
    gl.uniform3fv(gl.getUniformLocation(program, "colour"), colour);
    gl.uniform1f(gl.getUniformLocation(program, "scale"), view.scale);
    gl.uniform1f(gl.getUniformLocation(program, "fill"), fill);
    gl.uniform1f(gl.getUniformLocation(program, "radius"), (line * devicePixelRatio) / 2);
    drawPicture(gl, program, video, view);
    gl.disable(gl.BLEND);
    gl.disable(gl.SCISSOR_TEST);
  }

  /** Draw only around a mask. @param {View} view @param {Bounds | null} bounds @param {number} line */
  #confine({ scale, x, y, height }, bounds, line) {
    if (!bounds) return;
    const gl = this.gl;
    const margin = line * devicePixelRatio + Math.max(1, scale) + 1;
    const left = Math.floor(x + bounds.left * scale - margin);
    const bottom = Math.floor(height - y - bounds.bottom * scale - margin);
    const across = Math.ceil((bounds.right - bounds.left) * scale + 2 * margin) + 1;
    const up = Math.ceil((bounds.bottom - bounds.top) * scale + 2 * margin) + 1;
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(left, bottom, across, up);
  }
}
