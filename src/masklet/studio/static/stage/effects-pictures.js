/** Background pictures of a project as textures, fetched when an effect names one. */

import { bindTexture } from "./gl.js";

/** @typedef {{texture: WebGLTexture, width: number, height: number}} Ground */

export class Grounds {
  /** Null while one is on its way, or cannot be had. @type {Map<string, Ground | null>} */ #held = new Map();
  #gl;
  #project;
  #arrived;
  #closed = false;

  /** @param {WebGL2RenderingContext} gl @param {string} project @param {() => void} arrived */
  constructor(gl, project, arrived) {
    this.#gl = gl;
    this.#project = project;
    this.#arrived = arrived;
  }

  /** The picture, or null until it is here. @param {string} name */
  get(name) {
    if (!this.#held.has(name)) void this.#fetch(name);
    return this.#held.get(name) ?? null;
  }

  /** Let go of pictures that no effect names any more. @param {readonly import("../types").Effect[]} effects */
  keep(effects) {
    for (const [name, ground] of this.#held) {
      if (effects.some(({ picture }) => picture === name)) continue;
      if (ground) this.#gl.deleteTexture(ground.texture);
      this.#held.delete(name);
    }
  }

  dispose() {
    this.#closed = true;
    this.keep([]);
  }

  /** @param {string} name */
  async #fetch(name) {
    this.#held.set(name, null);
    try {
      const response = await fetch(`/api/projects/${this.#project}/pictures/${encodeURIComponent(name)}`);
      if (!response.ok) return;
      const bitmap = await createImageBitmap(await response.blob());
      if (!this.#closed && this.#held.has(name)) this.#held.set(name, this.#load(bitmap));
      bitmap.close();
      this.#arrived();
    } catch {
      // The wire is down: the effect's colour stands in for the picture until the page asks again.
      this.#held.delete(name);
    }
  }

  /** With levels, since a photograph is larger than the stage. @param {ImageBitmap} bitmap @returns {Ground} */
  #load(bitmap) {
    const gl = this.#gl;
    const texture = gl.createTexture();
    bindTexture(gl, 0, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
    gl.generateMipmap(gl.TEXTURE_2D);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return { texture, width: bitmap.width, height: bitmap.height };
  }
}
