/** The crosshair: everything that a pointer does on the picture, by keys. */

import { markerNear } from "./gestures.js";

/** @typedef {import("./desk.js").Desk} Desk */

const STEPS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
});
const FAR = 10;
const BUSY = "input:not([type=range]), textarea, select, [contenteditable], dialog";

/**
 * Do what a key says while the crosshair is on.
 * @param {Desk} desk
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key was the crosshair's
 */
export function crosshairKey(desk, event) {
  const { cross } = desk;
  const target = event.target instanceof Element ? event.target : document.body;
  if (!cross || event.ctrlKey || event.metaKey || target.closest(BUSY)) return false;
  const step = STEPS[event.key];
  if (step) {
    if (target.closest("[role=toolbar], [role=slider], [role=tablist], input, li, menu")) return false;
    const far = event.shiftKey ? FAR : 1;
    desk.crossAt(desk.view.inside({ x: cross.x + step[0] * far, y: cross.y + step[1] * far }));
    return true;
  }
  if (event.key === "Enter" && target.closest("button, a, summary, input")) return false;
  if (event.key === "Enter" && !event.shiftKey) return act(desk, !event.altKey);
  if (event.key === "-") return act(desk, false);
  if (event.key === "Delete" || event.key === "Backspace") return forget(desk);
  return false;
}

/** @param {Desk} desk @param {boolean} inside */
function act(desk, inside) {
  const { cross, editor } = desk;
  if (!cross) return false;
  const { tool } = editor;
  if (tool === "box") desk.corner(cross);
  else if (tool === "brush" || tool === "eraser") desk.dab(cross, (tool === "eraser") === inside);
  else desk.pointAt(cross, inside);
  return true;
}

/** @param {Desk} desk */
function forget(desk) {
  const marker = desk.cross && markerNear(desk, desk.view.toStage(desk.cross));
  if (marker) desk.removeMarker(marker);
  return true;
}
