/** Mouse, pen and fingers on the stage: one gesture at a time, two fingers zoom and move. */

/** @typedef {import("./view.js").Place} Place places of the stage, in pixels of the page */
/**
 * What goes on from pressing to letting go. `move` and `end` get places; `cancel`: it did not count.
 * @typedef {object} Gesture
 * @property {(to: Place, event: PointerEvent) => void} move
 * @property {(at: Place, event: PointerEvent) => void} end
 * @property {() => void} cancel
 */
/**
 * @typedef {object} Hands
 * @property {(at: Place, event: PointerEvent) => Gesture | null} begin
 * @property {(at: Place | null, event: PointerEvent | null) => void} hover null: the pointer left
 * @property {(factor: number, around: Place, moved: Place) => void} pinch
 * @property {(factor: number, around: Place, event: WheelEvent) => void} wheel
 */

const WHEEL_STEP = 0.0018;
const LINE_PIXELS = 16;

export class Pointers {
  /** @type {Map<number, Place>} */ #down = new Map();
  /** @type {Gesture | null} */ #gesture = null;
  #element;
  #hands;

  /** @param {HTMLElement} element @param {Hands} hands @param {AbortSignal} signal */
  constructor(element, hands, signal) {
    this.#element = element;
    this.#hands = hands;
    const listen = /** @type {const} */ ({ signal });
    element.addEventListener("pointerdown", (event) => this.#pressed(event), listen);
    element.addEventListener("pointermove", (event) => this.#moved(event), listen);
    element.addEventListener("pointerup", (event) => this.#let(event), listen);
    element.addEventListener("pointercancel", (event) => this.#lost(event), listen);
    element.addEventListener("pointerleave", (event) => this.#left(event), listen);
    element.addEventListener("contextmenu", (event) => event.preventDefault(), listen);
    element.addEventListener("wheel", (event) => this.#turned(event), { signal, passive: false });
  }

  /** Something is pressed and counts. */
  get busy() {
    return this.#gesture !== null || this.#down.size > 0;
  }

  /** @param {MouseEvent} event @returns {Place} */
  #place(event) {
    const { left, top } = this.#element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  /** @param {PointerEvent} event */
  #pressed(event) {
    if (event.button === 1) event.preventDefault();
    const place = this.#place(event);
    this.#down.set(event.pointerId, place);
    this.#element.setPointerCapture(event.pointerId);
    this.#hands.hover(null, null);
    if (this.#down.size > 1) {
      this.#gesture?.cancel();
      this.#gesture = null;
      return;
    }
    this.#gesture = this.#hands.begin(place, event);
  }

  /** @param {PointerEvent} event */
  #moved(event) {
    const place = this.#place(event);
    const before = this.#down.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") this.#hands.hover(place, event);
      return;
    }
    if (this.#down.size === 2) this.#pinched(event.pointerId, before, place);
    this.#down.set(event.pointerId, place);
    this.#gesture?.move(place, event);
  }

  /** @param {number} pointer @param {Place} before @param {Place} now */
  #pinched(pointer, before, now) {
    const other = [...this.#down].find(([id]) => id !== pointer)?.[1];
    if (!other) return;
    const away = (/** @type {Place} */ place) => Math.max(1, Math.hypot(place.x - other.x, place.y - other.y));
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    this.#hands.pinch(away(now) / away(before), middle, { x: (now.x - before.x) / 2, y: (now.y - before.y) / 2 });
  }

  /** @param {PointerEvent} event */
  #let(event) {
    if (!this.#down.delete(event.pointerId)) return;
    const gesture = this.#gesture;
    this.#gesture = null;
    gesture?.end(this.#place(event), event);
  }

  /** @param {PointerEvent} event */
  #lost(event) {
    this.#down.delete(event.pointerId);
    this.#gesture?.cancel();
    this.#gesture = null;
  }

  /** @param {PointerEvent} event */
  #left(event) {
    if (!this.#down.has(event.pointerId)) this.#hands.hover(null, null);
  }

  /** @param {WheelEvent} event */
  #turned(event) {
    event.preventDefault();
    const turn = (event.deltaY || event.deltaX) * (event.deltaMode === 1 ? LINE_PIXELS : 1);
    const strength = event.ctrlKey ? 5 : 1;
    this.#hands.wheel(Math.exp(-Math.max(-240, Math.min(240, turn * strength)) * WHEEL_STEP), this.#place(event), event);
  }
}
