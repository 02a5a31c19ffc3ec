/** Draws the stage with Canvas 2D where the browser has no WebGL2: the same looks, slower, no effects. */

/** @typedef {import("./renderer.js").Size} Size */
/** @typedef {import("./renderer.js").Drawing} Drawing */
/** @typedef {{bytes: Uint8Array, size: Size, tinted: HTMLCanvasElement | null, look: string}} Held */

const FILL = { plain: 0.45, selected: 0.52, hover: 0.28 };

export class FlatRenderer {
  /** @type {null} */ effects = null;
  #context;
  #picture = document.createElement("canvas");
  /** @type {Map<number, Held>} */ #masks = new Map();

  /** @param {CanvasRenderingContext2D} context */
  constructor(context) {
    this.#context = context;
  }

  /** @param {ImageBitmap} picture */
  setPicture(picture) {
    this.#picture.width = picture.width;
    this.#picture.height = picture.height;
    this.#picture.getContext("2d")?.drawImage(picture, 0, 0);
  }

  /** @param {number} object @param {Uint8Array} bytes column after column @param {Size} size */
  setMask(object, bytes, size) {
    this.#masks.set(object, { bytes: bytes.slice(), size, tinted: null, look: "" });
  }

  /** @param {number} object */
  dropMask(object) {
    this.#masks.delete(object);
  }

  /** @param {Drawing} drawing */
  draw({ layers, video, view, hover }) {
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    if (!this.#picture.width) return;
    context.setTransform(view.scale, 0, 0, view.scale, view.x, view.y);
    context.imageSmoothingEnabled = true;
    context.drawImage(this.#picture, 0, 0, video.width, video.height);
    context.imageSmoothingEnabled = view.scale < 2;
    const ordered = [...layers].sort((a, b) => Number(a.selected) - Number(b.selected));
    for (const { object, colour, selected } of ordered) {
      this.#drawMask(object, colour, selected ? FILL.selected : FILL.plain, Math.max(1, Math.round(1 / view.scale)));
    }
    if (hover) this.#drawMask(0, hover, FILL.hover, 0);
  }

  dispose() {
    this.#masks.clear();
  }

  /** @param {number} object @param {[number, number, number]} colour @param {number} fill @param {number} line */
  #drawMask(object, colour, fill, line) {
    const held = this.#masks.get(object);
    if (!held) return;
    const look = `${colour} ${fill} ${line}`;
    if (held.look !== look) Object.assign(held, { look, tinted: tinted(held, colour, fill, line) });
    if (held.tinted) this.#context.drawImage(held.tinted, 0, 0);
  }
}

/**
 * @param {Held} held
 * @param {[number, number, number]} colour
 * @param {number} fill
 * @param {number} line pixels of the video inside the border
 */
function tinted({ bytes, size: { width, height } }, colour, fill, line) {
  const picture = new ImageData(width, height);
  const [red, green, blue] = colour.map((part) => Math.round(part * 255));
  const isBorder = (/** @type {number} */ at, /** @type {number} */ y) =>
    [-line, line].some((step) => (y + step >= 0 && y + step < height && !bytes[at + step]) || bytes[at + step * height] === 0);
  for (let x = 0, at = 0; x < width; x++) {
    for (let y = 0; y < height; y++, at++) {
      if (!bytes[at]) continue;
      const alpha = line && isBorder(at, y) ? 1 : fill;
      picture.data.set([red, green, blue, Math.round(alpha * 255)], 4 * (y * width + x));
    }
  }
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.putImageData(picture, 0, 0);
  return canvas;
}
