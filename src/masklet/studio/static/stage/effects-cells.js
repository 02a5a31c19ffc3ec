/** The cells behind which an object is hidden, and its margin: as in `draw/effects/cells.py`. */

/** @typedef {import("./effects-catalogue.js").Measures} Measures */

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
