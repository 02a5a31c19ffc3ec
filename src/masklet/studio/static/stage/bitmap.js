/** A mask that is being painted: discs and lines of them, at the video's own size. */

import { decode, encode } from "../editor/rle.js";

/** @typedef {import("./renderer.js").Size} Size */
/** @typedef {import("./view.js").Place} Place */
/** @typedef {{start: number, stop: number}} Columns that changed, without the last */

export class MaskBitmap {
  /** @param {Size} size @param {string} [counts] where painting begins */
  constructor(size, counts) {
    this.size = size;
    /** Column after column, 0 or 255. */
    this.bytes = counts === undefined ? new Uint8Array(size.width * size.height) : decode(counts, size);
  }

  /**
   * Paint from one place to another; a pixel is taken when its middle is within the radius.
   * @param {Place} from
   * @param {Place} to
   * @param {number} radius
   * @param {0 | 255} value
   * @returns {Columns}
   */
  line(from, to, radius, value) {
    const { width } = this.size;
    const start = Math.max(0, Math.ceil(Math.min(from.x, to.x) - radius - 0.5));
    const stop = Math.min(width, Math.floor(Math.max(from.x, to.x) + radius - 0.5) + 1);
    for (let column = start; column < stop; column++) this.#column(column, from, to, radius, value);
    return { start: Math.min(start, stop), stop: Math.max(start, stop) };
  }

  counts() {
    return encode(this.bytes);
  }

  /** Everything within the radius of a line meets a column in one piece. */
  /** @param {number} column @param {Place} from @param {Place} to @param {number} radius @param {0 | 255} value */
  #column(column, from, to, radius, value) {
    const x = column + 0.5;
    let top = Infinity;
    let bottom = -Infinity;
    const add = (/** @type {number} */ low, /** @type {number} */ high) => {
      top = Math.min(top, low);
      bottom = Math.max(bottom, high);
    };
    for (const end of [from, to]) {
      const half = radius ** 2 - (x - end.x) ** 2;
      if (half >= 0) add(end.y - Math.sqrt(half), end.y + Math.sqrt(half));
    }
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = Math.hypot(dx, dy);
    for (const side of length > 0 ? [-1, 1] : []) {
      const [edgeX, edgeY] = [from.x - (side * radius * dy) / length, from.y + (side * radius * dx) / length];
      const along = dx === 0 ? NaN : (x - edgeX) / dx;
      if (along >= 0 && along <= 1) add(edgeY + along * dy, edgeY + along * dy);
      if (dx === 0 && Math.abs(x - from.x) <= radius) add(Math.min(from.y, to.y), Math.max(from.y, to.y));
    }
    this.#fill(column, Math.ceil(top - 0.5), Math.floor(bottom - 0.5) + 1, value);
  }

  /** @param {number} column @param {number} top @param {number} bottom @param {0 | 255} value */
  #fill(column, top, bottom, value) {
    const { height } = this.size;
    const [first, last] = [Math.max(0, top), Math.min(height, bottom)];
    if (first < last) this.bytes.fill(value, column * height + first, column * height + last);
  }
}
