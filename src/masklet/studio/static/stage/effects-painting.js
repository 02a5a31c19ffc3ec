/** One painting: the effects of a stack drawn on a picture, each as `draw/effects/stack.py` draws it. */

import { cellSide, hideMargin } from "./effects-cells.js";
import {
  ACROSS, CHANGED, CUT, FILLED, GROWN, HALVED, LEVELS, MASK, NORMALISED, REDUCED, SOFTENED, SOURCE, SPREAD,
} from "./effects-shaders.js";
import { rgbOf } from "./gl.js";

/** @typedef {import("../types").Effect} Effect */
/** @typedef {import("./effects-gl.js").Target} Target */
/** @typedef {import("./effects-gl.js").Value} Value */
/** @typedef {import("./renderer.js").Scene} Scene */
/** @typedef {import("./renderer.js").Layer} ObjectLayer */
/**
 * What a painting draws with.
 * @typedef {object} Tools
 * @property {import("./effects-gl.js").Bench} bench
 * @property {import("./effects-catalogue.js").Measures} measures
 * @property {import("./effects-pictures.js").Grounds} grounds
 * @property {(effect: Effect, at: number) => import("./effects-trails.js").Trail} trail
 */

const COLOUR = 0;
const PICTURE = 1;
const GREY = 2;
const SQUARES = 3;
const SPLINES = 4;
const LEAST_SIGMA = 1.5;
const FAINT_WEIGHT = 1e-3;

export class Painting {
  #bench;
  #measures;
  #tools;
  #scene;
  #size;
  /** @type {Target} */ layer;
  /** Hard and soft masks by the objects in them. @type {Map<string, {hard: Target, soft: Target}>} */ #masks = new Map();

  /** @param {Tools} tools @param {Scene} scene @param {import("./renderer.js").Size} size to draw at */
  constructor(tools, scene, size) {
    this.#tools = tools;
    this.#bench = tools.bench;
    this.#measures = tools.measures;
    this.#scene = scene;
    this.#size = size;
    this.layer = this.#bench.target("colour", size);
    this.#bench.run(SOURCE, this.layer, { picture: { texture: scene.picture }, size: [size.width, size.height] });
  }

  /** Draw an effect on what is there. @param {Effect} effect @param {number} at its place in the stack */
  draw(effect, at) {
    const layers = this.#scene.layers.filter(({ object }) => isAbout(effect, object));
    const colour = rgbOf(effect.colour);
    switch (effect.kind) {
      case "overlay":
        return this.#change({ cover: this.#soft(layers), colour, amount: effect.strength });
      case "outline":
        if (effect.strength === 0 || layers.length === 0) return;
        return this.#change({ cover: this.#line(layers, effect.strength), colour, paints: true });
      case "spotlight":
        return this.#change({ cover: this.#soft(layers), colour: [0, 0, 0], around: true, amount: effect.strength });
      case "desaturate-background":
        return this.#change({ cover: this.#soft(layers), fill: GREY, around: true, amount: effect.strength });
      case "blur-background":
        return effect.strength > 0 ? this.#blurAround(layers, effect.strength) : undefined;
      case "cut-out":
        return this.#run(CUT, { cover: this.#soft(layers) });
      case "replace-background":
        return this.#change({ cover: this.#soft(layers), around: true, paints: true, ...this.#ground(effect) });
      case "erase":
        if (layers.length === 0) return;
        return this.#change({ cover: this.#margin(layers, effect.strength), colour, paints: true });
      case "fill-in":
        return layers.length ? this.#fillIn(layers, effect.strength) : undefined;
      case "trails":
        return this.#trail(layers, effect, at);
      case "pixelate-object":
      case "blur-object":
        for (const layer of layers) this.#hide(layer, effect);
    }
  }

  /** @param {string} shader @param {Record<string, Value>} values */
  #run(shader, values) {
    const next = this.#bench.target("colour", this.#size);
    this.#bench.run(shader, next, { layer: this.layer, ...values });
    this.layer = next;
  }

  /** @param {Record<string, Value>} values */
  #change(values) {
    const [colour, place] = [[0, 0, 0], [1, 1, 0, 0]];
    const usual = { fill: COLOUR, colour, place, side: 1, amount: 1, around: false, paints: false, beside: false };
    this.#run(CHANGED, { ...usual, ...values });
  }

  /** @param {ObjectLayer[]} layers */
  #mask(layers) {
    const key = layers.map(({ object }) => object).join();
    const found = this.#masks.get(key);
    if (found) return found;
    const { gl } = this.#bench;
    const hard = this.#bench.target("cover", this.#size);
    gl.bindFramebuffer(gl.FRAMEBUFFER, hard.framebuffer);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.BLEND);
    gl.blendEquation(gl.MAX);
    for (const { mask } of layers) this.#bench.run(MASK, hard, { mask: { texture: mask }, size: this.#sides });
    gl.blendEquation(gl.FUNC_ADD);
    gl.disable(gl.BLEND);
    const soft = this.#softened(hard);
    this.#masks.set(key, { hard, soft });
    return { hard, soft };
  }

  get #sides() {
    return [this.#size.width, this.#size.height];
  }

  /** @param {ObjectLayer[]} layers */
  #soft(layers) {
    return this.#mask(layers).soft;
  }

  /** @param {Target} cover @param {Target} [taken] what is left out */
  #softened(cover, taken) {
    const soft = this.#bench.target("cover", cover);
    this.#bench.run(SOFTENED, soft, { cover, taken: taken ?? cover, beside: taken !== undefined });
    return soft;
  }

  /** @param {Target} hard @param {number} by pixels @param {number} [fade] @param {Target} [taken] */
  #grown(hard, by, fade = 1, taken) {
    if (by <= 0) return this.#softened(hard, taken);
    const reach = Math.ceil(by) + 2;
    const across = this.#bench.target("distance", this.#size);
    this.#bench.run(ACROSS, across, { mask: hard, reach });
    const grown = this.#bench.target("cover", this.#size);
    this.#bench.run(GROWN, grown, { across, reach, by, fade });
    return this.#softened(grown, taken);
  }

  /** @param {ObjectLayer[]} layers @param {number} strength */
  #line(layers, strength) {
    const { hard, soft } = this.#mask(layers);
    return this.#grown(hard, this.#measures.outline * this.#size.height * strength, 1, soft);
  }

  /** @param {ObjectLayer[]} layers @param {number} strength */
  #margin(layers, strength) {
    return this.#grown(this.#mask(layers).hard, this.#measures.erase_margin * this.#size.height * strength);
  }

  /** @param {ObjectLayer[]} layers @param {number} strength */
  #blurAround(layers, strength) {
    const cover = this.#soft(layers);
    const sigma = this.#measures.blur * this.#size.height * strength;
    let step = 1;
    while (sigma / (2 * step) >= LEAST_SIGMA) step *= 2;
    const grid = this.#reduced(cover, step, FAINT_WEIGHT);
    this.#change({ cover, around: true, ...this.#enlarged(this.#spread(grid, sigma / step), step) });
  }

  /** @param {ObjectLayer[]} layers @param {number} strength */
  #fillIn(layers, strength) {
    const cover = this.#margin(layers, strength);
    let step = 1;
    while (this.#size.height / (2 * step) >= this.#measures.fill_grid) step *= 2;
    const levels = [this.#reduced(cover, step, 0)];
    for (let level = levels[0]; level && Math.max(level.width, level.height) > 1; ) {
      const next = this.#bench.target("grid", { width: Math.ceil(level.width / 2), height: Math.ceil(level.height / 2) });
      this.#bench.run(HALVED, next, { grid: level, trust: this.#measures.fill_trust });
      levels.push(next);
      level = next;
    }
    let whole = /** @type {Target} */ (levels.pop());
    for (const grid of levels.reverse()) {
      const filled = this.#bench.target("grid", grid);
      this.#bench.run(FILLED, filled, { grid, coarse: whole });
      whole = filled;
    }
    this.#change({ cover, paints: true, ...this.#enlarged(whole, step) });
  }

  /** @param {Target} cover @param {number} side @param {number} covered weight of what is covered */
  #reduced(cover, side, covered) {
    const size = { width: Math.ceil(this.#size.width / side), height: Math.ceil(this.#size.height / side) };
    const grid = this.#bench.target("grid", size);
    this.#bench.run(REDUCED, grid, { layer: this.layer, cover, side, covered, weighted: true });
    return grid;
  }

  /** @param {Target} grid @param {number} sigma in cells */
  #spread(grid, sigma) {
    let from = grid;
    for (const along of [[1, 0], [0, 1]]) {
      const to = this.#bench.target("grid", grid);
      this.#bench.run(SPREAD, to, { grid: from, along, sigma, radius: Math.ceil(3 * sigma) });
      from = to;
    }
    return from;
  }

  /** @param {Target} grid @param {number} step pixels of a cell */
  #enlarged(grid, step) {
    const pixels = this.#bench.target("colour", grid);
    this.#bench.run(NORMALISED, pixels, { grid });
    return { fill: PICTURE, pixels, place: [1 / (step * grid.width), 1 / (step * grid.height), 0, 0] };
  }

  /** The colour, or the picture laid out to cover. @param {Effect} effect @returns {Record<string, Value>} */
  #ground(effect) {
    const ground = effect.picture === null ? null : this.#tools.grounds.get(effect.picture);
    if (!ground) return { colour: rgbOf(effect.colour) };
    const { width, height } = this.#size;
    const scale = Math.max(width / ground.width, height / ground.height);
    const [across, down] = [1 / (scale * ground.width), 1 / (scale * ground.height)];
    return { fill: PICTURE, pixels: ground, place: [across, down, (1 - width * across) / 2, (1 - height * down) / 2] };
  }

  /** @param {ObjectLayer[]} layers @param {Effect} effect @param {number} at */
  #trail(layers, effect, at) {
    const { trail_frames, trail_blur, trail_opacity } = this.#measures;
    const length = Math.floor(trail_frames * effect.strength + 0.5);
    if (length === 0 || this.#scene.frame === 0) return;
    const texture = this.#tools.trail(effect, at).levels(this.#scene, length, (object) => isAbout(effect, object));
    const fading = this.#bench.target("grid", this.#size);
    this.#bench.run(LEVELS, fading, { levels: { texture }, size: this.#sides, whole: length + 1 });
    const cover = this.#spread(fading, Math.max(trail_blur * this.#size.height, 0.5));
    const colour = rgbOf(effect.colour);
    this.#change({ cover, colour, amount: trail_opacity, paints: true, taken: this.#soft(layers), beside: true });
  }

  /** @param {ObjectLayer} layer @param {Effect} effect */
  #hide(layer, effect) {
    const { height } = this.#size;
    const longer = this.#longerSide(layer);
    if (longer === 0) return;
    const by = hideMargin(this.#measures, longer, height);
    const blurs = effect.kind === "blur-object";
    const cover = this.#grown(this.#mask([layer]).hard, by, blurs ? Math.max(by / 2, 1) : 1);
    const side = cellSide(this.#measures, longer, height, effect.strength);
    const size = { width: Math.ceil(this.#size.width / side), height: Math.ceil(height / side) };
    const pixels = this.#bench.target("grid", size);
    this.#bench.run(REDUCED, pixels, { layer: this.layer, cover, side, covered: 0, weighted: false });
    this.#change({ cover, pixels, side, fill: blurs ? SPLINES : SQUARES });
  }

  /** In pixels of this painting; a mask that is being painted may be as long as the picture. */
  /** @param {ObjectLayer} layer */
  #longerSide({ bounds }) {
    const { video } = this.#scene;
    const { left, top, right, bottom } = bounds ?? { left: 0, top: 0, right: video.width, bottom: video.height };
    return (Math.max(right - left, bottom - top) * this.#size.height) / video.height;
  }
}

/** @param {Effect} effect @param {number} object */
function isAbout({ objects }, object) {
  return objects === null || objects.includes(object);
}
