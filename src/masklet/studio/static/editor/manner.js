/** How a person works just now: the tool, what is shown and how. The project knows nothing of it. */

/** @typedef {import("../types").Tool} Tool */

export const BRUSH = { least: 2, most: 400 };

export class Manner {
  /** @type {Tool} */ tool = "point";
  brushSize = 24;
  /** A plain click says "outside": for fingers, which have no right button. */
  negative = false;
  /** Show what a click would give while the pointer rests. */
  hover = true;
  /** Arrow keys move a cross on the picture. */
  crosshair = false;
  masksShown = true;
  /** @type {readonly import("../types").Effect[]} */ effects = [];
  /** The space bar is held to move the picture: letting it go does not play. */
  grabbed = false;
  /** Pixels of the page a pixel of the video. */
  scale = 1;
  #told;

  /** @param {(what: "tool" | "effects" | "zoom") => void} told */
  constructor(told) {
    this.#told = told;
  }

  /** @param {Partial<Pick<Manner, "tool" | "negative" | "hover" | "crosshair">>} change */
  set(change) {
    Object.assign(this, change);
    this.#told("tool");
  }

  /** @param {number} pixels across, of the video */
  setBrushSize(pixels) {
    this.brushSize = Math.round(Math.max(BRUSH.least, Math.min(BRUSH.most, pixels)));
    this.#told("tool");
  }

  /** The stage shows the video so large. @param {number} scale */
  zoomed(scale) {
    if (scale === this.scale) return;
    this.scale = scale;
    this.#told("zoom");
  }

  /** @param {boolean} shown */
  showMasks(shown) {
    this.masksShown = shown;
    this.#told("effects");
  }

  /** @param {readonly import("../types").Effect[]} effects */
  setEffects(effects) {
    this.effects = effects;
    this.#told("effects");
  }
}
