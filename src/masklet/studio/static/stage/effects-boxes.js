/** The boxes of objects, and the cells behind which each of them is hidden: as `draw/effects/cells.py`. */

import { runsOf } from "../editor/rle.js";

/** @typedef {import("./effects-catalogue.js").Measures} Measures */

/** The longer side of each mask, by its run lengths. @type {Map<string, number>} */
const known = new Map();
const MOST_KNOWN = 64;

/**
 * The longer side of a mask's box, in pixels of the video; 0 where it is empty.
 * @param {string} counts
 * @param {number} height of the video
 */
export function longerSide(counts, height) {
  const found = known.get(counts);
  if (found !== undefined) return found;
  const side = measured(counts, height);
  if (known.size >= MOST_KNOWN) known.delete(/** @type {string} */ (known.keys().next().value));
  known.set(counts, side);
  return side;
}

/** @param {string} counts @param {number} height */
function measured(counts, height) {
  let [at, left, right, top, bottom] = [0, Infinity, -1, Infinity, -1];
  for (const [place, run] of runsOf(counts).entries()) {
    if (place % 2 === 1 && run > 0) {
      const last = at + run - 1;
      const columns = [Math.floor(at / height), Math.floor(last / height)];
      const isWhole = columns[0] !== columns[1];
      left = Math.min(left, columns[0] ?? 0);
      right = Math.max(right, columns[1] ?? 0);
      top = Math.min(top, isWhole ? 0 : at % height);
      bottom = Math.max(bottom, isWhole ? height - 1 : last % height);
    }
    at += run;
  }
  return right < 0 ? 0 : Math.max(right - left, bottom - top) + 1;
}

/**
 * The side of an object's cells, in pixels.
 * @param {Measures} measures
 * @param {number} longer side of the object
 * @param {number} height of the picture
 * @param {number} strength
 */
export function cellSide(measures, longer, height, strength) {
  const wanted = longer / (measures.cells_most + (measures.cells_least - measures.cells_most) * strength);
  let side = height * measures.cell_smallest;
  while (side < wanted) side *= Math.SQRT2;
  return Math.max(2, Math.ceil(side - 1e-6));
}

/**
 * How far past its edge an object is hidden, in pixels.
 * @param {Measures} measures
 * @param {number} longer
 * @param {number} height
 */
export function hideMargin(measures, longer, height) {
  const [least, most] = [measures.hide_margin_least * height, measures.hide_margin_most * height];
  return Math.min(Math.max(longer * measures.hide_margin, least, 1), Math.max(most, 1));
}
