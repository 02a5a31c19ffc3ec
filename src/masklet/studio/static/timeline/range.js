/** The in and out marks: what lies outside is shaded, and both marks can be dragged or moved by keys. */

import { h, on } from "../lib/dom.js";

/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */
/** @typedef {import("./scale.js").Scale} Scale */

export class RangeMarks {
  #editor;
  #scale;
  #before = h("div", { class: "range-shade" });
  #after = h("div", { class: "range-shade" });
  #in = mark("in", "Range begins");
  #out = mark("out", "Range ends");
  elements = [this.#before, this.#after, this.#in, this.#out];

  /**
   * @param {StudioEditor} editor
   * @param {Scale} scale
   * @param {(event: PointerEvent) => number} frameAt
   * @param {AbortSignal} signal
   */
  constructor(editor, scale, frameAt, signal) {
    this.#editor = editor;
    this.#scale = scale;
    for (const [element, end] of /** @type {const} */ ([[this.#in, "start"], [this.#out, "stop"]])) {
      on(element, "pointerdown", (event) => (event.stopPropagation(), element.setPointerCapture(event.pointerId)), signal);
      on(element, "pointermove", (event) => element.hasPointerCapture(event.pointerId) && this.#set(end, frameAt(event)), signal);
      on(element, "keydown", (event) => this.#step(event, end), signal);
    }
  }

  draw() {
    const { range, video } = this.#editor;
    for (const element of this.elements) element.hidden = range === null;
    if (!range) return;
    const [left, right] = [this.#scale.xOf(range.start), this.#scale.xOf(range.stop + 1)];
    place(this.#before, 0, left);
    place(this.#after, right, this.#scale.width);
    for (const [element, x, frame] of /** @type {const} */ ([[this.#in, left, range.start], [this.#out, right, range.stop]])) {
      element.style.transform = `translateX(${x}px)`;
      element.style.visibility = x < -1 || x > this.#scale.width + 1 ? "hidden" : "visible";
      element.setAttribute("aria-valuemax", String(video.frames - 1));
      element.setAttribute("aria-valuenow", String(frame));
      element.setAttribute("aria-valuetext", `frame ${frame}`);
    }
  }

  /** @param {"start" | "stop"} end @param {number} frame */
  #set(end, frame) {
    const { range } = this.#editor;
    if (!range || range[end] === frame) return;
    const other = end === "start" ? range.stop : range.start;
    const kept = end === "start" ? Math.min(frame, other) : Math.max(frame, other);
    this.#editor.setRange({ ...range, [end]: kept });
  }

  /** @param {KeyboardEvent} event @param {"start" | "stop"} end */
  #step(event, end) {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 }[event.key];
    const { range, video } = this.#editor;
    if (step === undefined || !range) return;
    event.preventDefault();
    event.stopPropagation();
    this.#set(end, Math.max(0, Math.min(video.frames - 1, range[end] + step)));
  }
}

/** @param {string} name @param {string} label */
function mark(name, label) {
  return h("div", { class: `range-mark range-${name}`, role: "slider", tabindex: 0, "aria-label": label, "aria-valuemin": "0", title: `${label}: drag to move` });
}

/** @param {HTMLElement} element @param {number} left @param {number} right */
function place(element, left, right) {
  element.style.left = `${Math.max(0, left)}px`;
  element.style.width = `${Math.max(0, right - Math.max(0, left))}px`;
}
