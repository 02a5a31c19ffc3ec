/** What pressing and dragging does, tool by tool. */

import { markerAt } from "./markers.js";

/** @typedef {import("./pointers.js").Gesture} Gesture */
/** @typedef {import("./view.js").Place} Place */
/** @typedef {import("./desk.js").Desk} Desk */

const DRAG = 6;
const DRAG_FINGER = 12;
const LONG_PRESS_MS = 550;
const REACH = 11;
const REACH_FINGER = 22;

/**
 * @param {Desk} desk
 * @param {Place} at
 * @param {PointerEvent} event
 * @returns {Gesture | null}
 */
export function beginGesture(desk, at, event) {
  const { tool, negative } = desk.editor.manner;
  const finger = event.pointerType === "touch";
  if (event.button === 1 || desk.spaceHeld || (tool === "pan" && event.button === 0)) return pan(desk, at);
  if (event.button !== 0 && event.button !== 2) return null;
  const second = event.button === 2 || event.altKey;
  if (tool === "brush" || tool === "eraser") return stroke(desk, at, (tool === "eraser") !== second);
  if (tool === "pan" || !desk.mayPrompt()) return null;
  const marker = markerNear(desk, at, finger ? REACH_FINGER : event.button === 2 ? REACH / 2 : REACH);
  if (marker && event.button === 2) return desk.removeMarker(marker), null;
  if (marker) return drag(desk, marker, at, finger);
  if (tool === "box") return event.button === 0 ? box(desk, at, 0, null) : null;
  const inside = !(second || negative);
  return box(desk, at, finger ? DRAG_FINGER : DRAG, () => desk.point(at, inside));
}

/**
 * The marker that is meant; those of other objects have to be met more exactly.
 * @param {Desk} desk
 * @param {Place} at of the stage
 * @param {number} [reach] pixels of the page
 */
export function markerNear(desk, at, reach = REACH) {
  const place = desk.view.toVideo(at);
  const own = desk.markers.filter(({ object }) => object === desk.editor.selected);
  return markerAt(own, place, reach / desk.view.scale) ?? markerAt(desk.markers, place, reach / 2 / desk.view.scale);
}

/** Move the picture; tapping twice shows it nearer, or whole. */
/** @param {Desk} desk @param {Place} from @returns {Gesture} */
function pan(desk, from) {
  let last = from;
  let moved = false;
  desk.panned();
  return {
    move(to) {
      moved ||= Math.hypot(to.x - from.x, to.y - from.y) >= DRAG;
      desk.view.move(to.x - last.x, to.y - last.y);
      last = to;
      desk.viewMoved();
    },
    end(at, event) {
      if (!moved && event.button === 0) desk.tapped(at, event.timeStamp);
    },
    cancel() {},
  };
}

/**
 * A box from here to where it is let go; when it was not dragged so far, `tap` instead.
 * @param {Desk} desk
 * @param {Place} from
 * @param {number} least pixels of the page
 * @param {(() => void) | null} tap
 * @returns {Gesture}
 */
function box(desk, from, least, tap) {
  let dragged = false;
  const place = (/** @type {Place} */ at) => desk.view.inside(desk.view.toVideo(at));
  const start = place(from);
  return {
    move(to) {
      dragged ||= Math.hypot(to.x - from.x, to.y - from.y) >= Math.max(2, least);
      if (dragged) desk.drawBox(start, place(to));
    },
    end(at) {
      desk.drawBox(null, null);
      if (dragged) desk.box(start, place(at));
      else tap?.();
    },
    cancel() {
      desk.drawBox(null, null);
    },
  };
}

/**
 * Move a marker; a long press with a finger deletes it, a tap chooses its object.
 * @param {Desk} desk
 * @param {import("./markers.js").Marker} marker
 * @param {Place} from
 * @param {boolean} finger
 * @returns {Gesture}
 */
function drag(desk, marker, from, finger) {
  let dragged = false;
  let over = false;
  const stay = desk.view.toStage(marker);
  const held = finger
    ? setTimeout(() => {
        over = true;
        desk.removeMarker(marker);
      }, LONG_PRESS_MS)
    : undefined;
  const place = (/** @type {Place} */ at) =>
    desk.view.inside(desk.view.toVideo({ x: stay.x + at.x - from.x, y: stay.y + at.y - from.y }));
  return {
    move(to) {
      if (over || (!dragged && Math.hypot(to.x - from.x, to.y - from.y) < (finger ? DRAG_FINGER : 3))) return;
      clearTimeout(held);
      dragged = true;
      desk.dragMarker(marker, place(to));
    },
    end(at) {
      clearTimeout(held);
      if (over) return;
      if (dragged) desk.moveMarker(marker, place(at));
      else desk.editor.select(marker.object);
    },
    cancel() {
      clearTimeout(held);
      desk.dragMarker(null, null);
    },
  };
}

/** @param {Desk} desk @param {Place} from @param {boolean} erase @returns {Gesture | null} */
function stroke(desk, from, erase) {
  if (!desk.mayPrompt()) return null;
  let last = desk.view.toVideo(from);
  desk.brush.begin(last, erase);
  return {
    move(to) {
      const place = desk.view.toVideo(to);
      desk.brush.line(last, place);
      desk.ring(to);
      last = place;
    },
    end() {
      desk.brush.end();
    },
    cancel() {
      desk.brush.cancel();
    },
  };
}
