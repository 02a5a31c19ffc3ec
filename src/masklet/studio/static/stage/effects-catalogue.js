/** What the server says of effects: the one place where kinds, defaults and measures are written. */

import { get } from "../lib/api.js";

/** @typedef {import("../types").Effect} Effect */
/**
 * One kind of effect; what it has no use for is null or false.
 * @typedef {object} Kind
 * @property {string} kind
 * @property {string} title
 * @property {string} line what it does
 * @property {"object" | "background"} target
 * @property {{title: string, default: number} | null} strength
 * @property {string | null} colour
 * @property {boolean} picture
 */
/** @typedef {{name: string, title: string, effects: Effect[]}} Preset */
/**
 * How far effects reach; `draw/effects/measures.py` says what each number is.
 * @typedef {object} Measures
 * @property {number} outline
 * @property {number} blur
 * @property {number} erase_margin
 * @property {number} fill_grid
 * @property {number} fill_trust
 * @property {number} cells_most
 * @property {number} cells_least
 * @property {number} cell_smallest
 * @property {number} hide_margin
 * @property {number} hide_margin_least
 * @property {number} hide_margin_most
 * @property {number} trail_frames
 * @property {number} trail_opacity
 * @property {number} trail_blur
 */
/** @typedef {{effects: Kind[], presets: Preset[], measures: Measures}} Catalogue */

/** @type {Promise<Catalogue> | null} */
let asked = null;

/** The catalogue, fetched once; asked for again after it could not be had. @returns {Promise<Catalogue>} */
export function catalogue() {
  asked ??= /** @type {Promise<Catalogue>} */ (get("/api/effects"));
  asked.catch(() => (asked = null));
  return asked;
}

/** An effect as the catalogue begins with it. @param {Kind} entry @returns {Effect} */
export function usual(entry) {
  return {
    kind: entry.kind,
    strength: entry.strength?.default ?? 0.5,
    colour: entry.colour ?? "#000000",
    picture: null,
    objects: null,
  };
}
