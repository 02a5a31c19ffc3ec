/**
 * The effects, live on the stage: the same that the server renders, drawn by shaders.
 *
 * `effects-painting.js` draws a stack into textures, at the size of the screen or of the video,
 * whichever is smaller; here the result is kept and shown.
 */

import { catalogue } from "./effects-catalogue.js";
import { Bench } from "./effects-gl.js";
import { Painting } from "./effects-painting.js";
import { Grounds } from "./effects-pictures.js";
import { SHOWN } from "./effects-shaders.js";
import { Trail } from "./effects-trails.js";
import { PICTURE_VERTEX, drawPicture } from "./gl.js";

/** @typedef {import("./renderer.js").Scene} Scene */
/** @typedef {import("./effects-gl.js").Target} Target */

const MOST_PIXELS = 1920 * 1080;
const TILE = 8;

/**
 * @param {WebGL2RenderingContext} gl
 * @param {{project: string, redraw: () => void}} about `redraw` asks for another drawing
 * @returns {import("./renderer.js").EffectsPainter}
 */
export function createEffects(gl, about) {
  return new Effects(gl, about);
}

class Effects {
  #gl;
  #bench;
  #grounds;
  /** @type {import("./effects-catalogue.js").Measures | null} */ #measures = null;
  /** By place in the stack. @type {Map<number, Trail>} */ #trails = new Map();
  /** What was drawn last. @type {Target | null} */ #last = null;

  /** @param {WebGL2RenderingContext} gl @param {{project: string, redraw: () => void}} about */
  constructor(gl, { project, redraw }) {
    this.#gl = gl;
    this.#bench = new Bench(gl);
    this.#grounds = new Grounds(gl, project, redraw);
    catalogue().then(
      ({ measures }) => {
        this.#measures = measures;
        redraw();
      },
      () => null,
    );
  }

  /** @param {Scene} scene */
  paint(scene) {
    const drawn = this.#drawn(scene);
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, scene.view.width, scene.view.height);
    const picture = drawn ?? { texture: scene.picture };
    const program = this.#bench.use(PICTURE_VERTEX, SHOWN, { picture, tile: TILE * devicePixelRatio });
    drawPicture(gl, program, scene.video, scene.view);
    this.#bench.done(drawn ? [drawn] : []);
  }

  dispose() {
    this.#bench.dispose();
    this.#grounds.dispose();
    for (const trail of this.#trails.values()) trail.dispose();
    this.#trails.clear();
  }

  /** Masks that are on their way would show as no object at all, so what was drawn last stays. */
  /** @param {Scene} scene */
  #drawn(scene) {
    const waits = scene.layers.length === 0 && scene.known(scene.frame) === null;
    if (!this.#measures || (waits && this.#last)) return this.#last;
    if (waits) return null;
    this.#grounds.keep(scene.effects);
    const tools = { bench: this.#bench, measures: this.#measures, grounds: this.#grounds, trail: this.#trail };
    const painting = new Painting(tools, scene, sizeOf(scene));
    scene.effects.forEach((effect, at) => painting.draw(effect, at));
    this.#last = painting.layer;
    return painting.layer;
  }

  /** @param {import("../types").Effect} _effect @param {number} at */
  #trail = (_effect, at) => {
    const found = this.#trails.get(at) ?? new Trail(this.#gl);
    this.#trails.set(at, found);
    return found;
  };
}

/** No finer than the video or the screen. @param {Scene} scene */
function sizeOf({ video, view }) {
  const scale = Math.min(1, view.scale, Math.sqrt(MOST_PIXELS / (video.width * video.height)));
  const side = (/** @type {number} */ pixels) => Math.max(1, Math.round(pixels * scale));
  return { width: side(video.width), height: side(video.height) };
}
