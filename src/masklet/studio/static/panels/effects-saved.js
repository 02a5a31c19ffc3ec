/** A project's effects, kept by this browser until the next visit. */

/** @typedef {import("../types").Effect} Effect */
/** @typedef {import("../stage/effects-catalogue.js").Kind} Kind */

const COLOUR = /^#[0-9a-f]{6}$/i;

/** @param {string} project */
function keyOf(project) {
  return `masklet.effects.${project}`;
}

/**
 * What was saved; whatever is no effect that the catalogue knows is left out.
 * @param {string} project
 * @param {readonly Kind[]} kinds
 * @returns {Effect[]}
 */
export function savedEffects(project, kinds) {
  try {
    const held = JSON.parse(localStorage.getItem(keyOf(project)) ?? "[]");
    return Array.isArray(held) ? held.filter((effect) => isEffect(effect, kinds)) : [];
  } catch {
    return [];
  }
}

/** @param {string} project @param {readonly Effect[]} effects */
export function saveEffects(project, effects) {
  try {
    if (effects.length) localStorage.setItem(keyOf(project), JSON.stringify(effects));
    else localStorage.removeItem(keyOf(project));
  } catch {
    // The browser keeps nothing for this page: the effects last as long as the page is open.
  }
}

/** @param {any} held @param {readonly Kind[]} kinds @returns {held is Effect} */
function isEffect(held, kinds) {
  return (
    kinds.some(({ kind }) => kind === held?.kind) &&
    typeof held.strength === "number" && held.strength >= 0 && held.strength <= 1 &&
    COLOUR.test(held.colour) &&
    (held.picture === null || typeof held.picture === "string") &&
    (held.objects === null || (Array.isArray(held.objects) && held.objects.every(Number.isInteger)))
  );
}
