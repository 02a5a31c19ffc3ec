/** Drawing into textures: one program a step, targets that are lent and used again. */

import { bindTexture, makeProgram } from "./gl.js";
import { WHOLE } from "./effects-shaders.js";

/** @typedef {import("./renderer.js").Size} Size */
/** @typedef {"colour" | "cover" | "grid" | "distance"} Format */
/** @typedef {Size & {format: Format, texture: WebGLTexture, framebuffer: WebGLFramebuffer}} Target */
/** @typedef {{texture: WebGLTexture}} Readable */
/**
 * A texture, numbers (the shader's own declaration says of which type), or a truth.
 * @typedef {Readable | number | boolean | readonly number[]} Value
 */

const UNUSED_PAINTS = 2;

export class Bench {
  #programs = /** @type {Map<string, {program: WebGLProgram, uniforms: Map<string, Uniform>}>} */ (new Map());
  /** @type {Target[]} */ #free = [];
  /** @type {Target[]} */ #lent = [];
  /** How many paintings ago a free target was used. @type {Map<Target, number>} */ #idle = new Map();
  #halfFloats;

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.gl = gl;
    this.#halfFloats = Boolean(gl.getExtension("EXT_color_buffer_float") ?? gl.getExtension("EXT_color_buffer_half_float"));
  }

  /**
   * A texture to draw into, until `done`.
   * @param {Format} format
   * @param {Size} size
   * @returns {Target}
   */
  target(format, { width, height }) {
    const at = this.#free.findIndex((one) => one.format === format && one.width === width && one.height === height);
    const target = at < 0 ? this.#make(format, width, height) : /** @type {Target} */ (this.#free.splice(at, 1)[0]);
    this.#lent.push(target);
    return target;
  }

  /** Take back what was lent, but for what is kept; forget what has not been used for long. @param {Target[]} kept */
  done(kept = []) {
    for (const target of this.#lent) if (!kept.includes(target)) this.#idle.set(target, -1);
    this.#free.push(...this.#lent.filter((target) => !kept.includes(target)));
    this.#lent = [...kept];
    for (const target of [...this.#free]) {
      const paints = (this.#idle.get(target) ?? 0) + 1;
      this.#idle.set(target, paints);
      if (paints > UNUSED_PAINTS) this.#delete(target);
    }
  }

  /**
   * Run a fragment shader over a whole target.
   * @param {string} shader
   * @param {Target} target
   * @param {Record<string, Value>} values by uniform; ones that the shader does not have are left out
   */
  run(shader, target, values) {
    const { gl } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target.framebuffer);
    gl.viewport(0, 0, target.width, target.height);
    this.use(WHOLE, shader, values);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /**
   * Use a program with these values.
   * @param {string} vertex
   * @param {string} fragment
   * @param {Record<string, Value>} values
   * @returns {WebGLProgram}
   */
  use(vertex, fragment, values) {
    const { program, uniforms } = this.#program(vertex, fragment);
    this.gl.useProgram(program);
    let unit = 0;
    for (const [name, uniform] of uniforms) {
      const value = values[name];
      if (uniform.isSampler) unit = this.#sampler(uniform, value, unit);
      else if (value !== undefined) this.#number(uniform, value);
    }
    return program;
  }

  dispose() {
    for (const target of [...this.#free, ...this.#lent]) this.#delete(target);
    for (const { program } of this.#programs.values()) this.gl.deleteProgram(program);
    this.#programs.clear();
    this.#lent = [];
  }

  /** Every sampler reads from a unit of its own, or an unused one of another type would share it. */
  /** @param {Uniform} uniform @param {Value | undefined} value @param {number} unit */
  #sampler(uniform, value, unit) {
    const { gl } = this;
    gl.uniform1i(uniform.place, unit);
    if (typeof value === "object" && "texture" in value) bindTexture(gl, unit, value.texture);
    else {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, null);
    }
    return unit + 1;
  }

  /** @param {Uniform} uniform @param {Value} value */
  #number({ place, type }, value) {
    const { gl } = this;
    const numbers = (Array.isArray(value) ? value : [value]).map(Number);
    if (type === gl.FLOAT) gl.uniform1f(place, numbers[0] ?? 0);
    else if (type === gl.FLOAT_VEC2) gl.uniform2fv(place, numbers);
    else if (type === gl.FLOAT_VEC3) gl.uniform3fv(place, numbers);
    else if (type === gl.FLOAT_VEC4) gl.uniform4fv(place, numbers);
    else if (type === gl.INT_VEC2) gl.uniform2iv(place, numbers);
    else gl.uniform1i(place, numbers[0] ?? 0);
  }

  /** @param {string} vertex @param {string} fragment */
  #program(vertex, fragment) {
    const found = this.#programs.get(fragment);
    if (found) return found;
    const { gl } = this;
    const program = makeProgram(gl, vertex, fragment);
    const count = /** @type {number} */ (gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS) ?? 0);
    const uniforms = new Map();
    for (let i = 0; i < count; i++) {
      const info = gl.getActiveUniform(program, i);
      const place = info && gl.getUniformLocation(program, info.name);
      if (!info || !place) continue;
      const isSampler = info.type === gl.SAMPLER_2D || info.type === gl.UNSIGNED_INT_SAMPLER_2D;
      uniforms.set(info.name, { place, type: info.type, isSampler });
    }
    const made = { program, uniforms };
    this.#programs.set(fragment, made);
    return made;
  }

  /** @param {Format} format @param {number} width @param {number} height @returns {Target} */
  #make(format, width, height) {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    const stored = { colour: gl.RGBA8, cover: gl.R8, grid: this.#halfFloats ? gl.RGBA16F : gl.RGBA8, distance: gl.R16UI };
    gl.texStorage2D(gl.TEXTURE_2D, 1, stored[format], width, height);
    const filter = format === "distance" ? gl.NEAREST : gl.LINEAR;
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    return { format, width, height, texture, framebuffer };
  }

  /** @param {Target} target */
  #delete(target) {
    this.gl.deleteTexture(target.texture);
    this.gl.deleteFramebuffer(target.framebuffer);
    this.#free = this.#free.filter((one) => one !== target);
    this.#idle.delete(target);
  }
}

/** @typedef {{place: WebGLUniformLocation, type: number, isSampler: boolean}} Uniform */
