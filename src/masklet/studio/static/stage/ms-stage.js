/** The stage: the picture with its masks, and everything that a person does on it. */

import { h, on } from "../lib/dom.js";
import { registerCommands } from "../lib/keys.js";
import { stageCommands } from "./commands.js";
import { crosshairKey } from "./crosshair.js";
import { Desk } from "./desk.js";
import { createEffects } from "./effects.js";
import { FlatRenderer } from "./flat.js";
import { beginGesture, markerNear } from "./gestures.js";
import { rgbOf } from "./gl.js";
import { Layers } from "./layers.js";
import { Overlay } from "./overlay.js";
import { Pointers } from "./pointers.js";
import { Renderer } from "./renderer.js";
import { frameText, placeText } from "./spoken.js";

/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */

const SPOKEN_MS = 500;
const EVENTS = ["frame", "masks", "picture", "state", "selection", "tool", "effects", "pending", "play", "connection"];

export class Stage extends HTMLElement {
  /** @type {import("../types").Editor} */
  // @ts-ignore set before it is connected
  editor;
  #gone = new AbortController();
  #canvas = h("canvas", { "aria-hidden": "true" });
  #overlay = new Overlay();
  #words = h("p", { class: "sr-only", "aria-live": "polite", id: "stage-words" });
  /** @type {Renderer | FlatRenderer | null} */ #renderer = null;
  /** @type {Layers} */
  // @ts-ignore made when connected
  #layers;
  /** @type {Desk} */
  // @ts-ignore made when connected
  #desk;
  /** @type {Pointers} */
  // @ts-ignore made when connected
  #pointers;
  #shown = "";
  #hovered = 0;
  /** Where the pointer rests. @type {import("./view.js").Place | null} */ #pointed = null;
  #asked = 0;
  #told = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #speaking;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const editor = this.#editor;
    this.tabIndex = 0;
    this.setAttribute("role", "application");
    this.setAttribute("aria-label", "Picture");
    this.setAttribute("aria-describedby", "stage-words");
    this.replaceChildren(this.#canvas, this.#overlay.element, this.#words);
    this.#desk = new Desk(editor, () => this.redraw(), (draft, columns) => this.#painted(draft, columns));
    this.#layers = new Layers(editor.video);
    this.#makeRenderer();
    this.#listen(signal);
    const stop = registerCommands(stageCommands(this.#desk, () => this.focus()));
    signal.addEventListener("abort", stop);
    this.#resize();
    this.#desk.readPrompts();
    this.redraw();
  }

  disconnectedCallback() {
    this.#gone.abort();
    cancelAnimationFrame(this.#asked);
    clearTimeout(this.#speaking);
    this.#desk.hover.moved(null);
    this.#renderer?.dispose();
    this.#renderer = null;
  }

  /** Draw before the next screen. */
  redraw() {
    if (!this.#asked) this.#asked = requestAnimationFrame(() => this.#draw());
  }

  /** Where a place of the video is on the page now. @param {import("./view.js").Place} place */
  placeOnPage(place) {
    const { left, top } = this.getBoundingClientRect();
    const { x, y } = this.#desk.view.toStage(place);
    return { x: left + x, y: top + y };
  }

  get #editor() {
    return /** @type {StudioEditor} */ (this.editor);
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    on(this.editor, "effects", () => this.#tellOfEffects(), signal);
    for (const name of EVENTS) on(this.editor, name, () => this.redraw(), signal);
    for (const name of ["frame", "state", "pending", "selection"]) on(this.editor, name, () => this.#desk.readPrompts(), signal);
    for (const name of ["frame", "masks", "state"]) on(this.editor, name, () => this.#speakSoon(), signal);
    on(this.editor, "frame", () => this.#desk.hover.moved(null), signal);
    on(this.editor, "tool", () => this.#toolChanged(), signal);
    on(this.#canvas, "webglcontextlost", (event) => event.preventDefault(), signal);
    on(this.#canvas, "webglcontextrestored", () => this.#makeRenderer(), signal);
    document.addEventListener("keydown", (event) => this.#keyPressed(event), { signal, capture: true });
    document.addEventListener("keyup", (event) => this.#held(event, false), { signal });
    const sizes = new ResizeObserver(() => this.#resize());
    sizes.observe(this);
    signal.addEventListener("abort", () => sizes.disconnect());
    this.#pointers = this.#takeHands(signal);
    this.#toolChanged();
  }

  /** @param {AbortSignal} signal */
  #takeHands(signal) {
    const desk = this.#desk;
    return new Pointers(
      this,
      {
        begin: (at, event) => beginGesture(desk, at, event),
        hover: (at, event) => this.#hover(at, event),
        pinch: (factor, around, moved) => {
          desk.view.move(moved.x, moved.y);
          desk.view.zoom(factor, around);
          desk.viewMoved();
        },
        wheel: (factor, around, event) => {
          const painting = this.editor.tool === "brush" || this.editor.tool === "eraser";
          if (event.shiftKey && painting) return this.editor.setBrushSize(this.editor.brushSize * factor ** 0.5 + Math.sign(factor - 1));
          desk.view.zoom(factor, around);
          desk.viewMoved();
        },
      },
      signal,
    );
  }

  #makeRenderer() {
    this.#renderer?.dispose();
    const gl = this.#canvas.getContext("webgl2", { alpha: true, antialias: false, depth: false });
    const flat = gl ? null : this.#canvas.getContext("2d");
    this.#renderer = gl ? this.#withEffects(new Renderer(gl)) : flat && new FlatRenderer(flat);
    this.dataset.drawn = gl ? "webgl2" : "flat";
    this.#layers.reset();
    this.#shown = "";
    this.#hovered = 0;
    this.redraw();
  }

  /** @param {Renderer} renderer */
  #withEffects(renderer) {
    renderer.effects = createEffects(renderer.gl, { project: this.editor.project.id, redraw: () => this.redraw() });
    return renderer;
  }

  #resize() {
    const { clientWidth, clientHeight } = this;
    const ratio = devicePixelRatio;
    this.#desk.view.resize(clientWidth, clientHeight);
    this.#canvas.width = Math.max(1, Math.round(clientWidth * ratio));
    this.#canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    this.#desk.viewMoved();
    this.#draw();
  }

  #draw() {
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    const editor = this.#editor;
    const renderer = this.#renderer;
    const { view } = this.#desk;
    editor.setPictureWidth(Math.ceil(editor.video.width * view.scale * devicePixelRatio));
    if (!renderer) return;
    const frame = this.#choosePicture(renderer);
    const draft = this.#draftOn(frame);
    const answers = editor.known(frame) ?? [];
    const layers = editor.masksShown || draft
      ? this.#layers.sync(renderer, answers, editor.state.objects, editor.selected, draft)
      : [];
    renderer.draw({
      layers,
      video: editor.video,
      view: view.inBuffer(devicePixelRatio),
      frame,
      effects: editor.masksShown ? editor.effects : [],
      known: (other) => editor.known(other),
      hover: this.#hoverColour(renderer),
      draft: draft?.object ?? null,
    });
    this.#overlay.draw(this.#desk.sketch(), view);
    if (this.#shown) this.dataset.frame = String(frame);
    else delete this.dataset.frame;
    this.dataset.objects = layers.map(({ object }) => object).join(" ");
  }

  /** Give the renderer the best picture there is. @param {Renderer | FlatRenderer} renderer @returns {number} its frame */
  #choosePicture(renderer) {
    const { pictures, frame } = this.#editor;
    const picture = pictures.nearest(frame);
    this.#desk.exact = picture?.frame === frame;
    if (!picture) return frame;
    if (!this.#shown) queueMicrotask(() => this.#hover(this.#pointed, null));
    const name = `${picture.frame}/${picture.width}`;
    if (name !== this.#shown) renderer.setPicture(picture.bitmap);
    this.#shown = name;
    return picture.frame;
  }

  /** @param {number} frame */
  #draftOn(frame) {
    const { draft } = this.#desk.brush;
    return draft?.frame === frame ? draft : null;
  }

  /** @param {Renderer | FlatRenderer} renderer @returns {[number, number, number] | null} */
  #hoverColour(renderer) {
    const { bytes, bounds, version } = this.#desk.hover;
    if (!bytes) return null;
    if (this.#hovered !== version) renderer.setMask(0, bytes, this.editor.video, { bounds });
    this.#hovered = version;
    const chosen = this.editor.state.objects.find(({ id }) => id === this.editor.selected);
    return chosen ? rgbOf(chosen.colour) : [1, 1, 1];
  }

  /** @param {import("./brush.js").Draft | null} draft @param {import("./bitmap.js").Columns | null} columns */
  #painted(draft, columns) {
    if (draft && columns) this.#renderer?.setMask(draft.object, draft.bitmap.bytes, draft.bitmap.size, { columns });
    this.redraw();
  }

  /** @param {import("./view.js").Place | null} at @param {PointerEvent | null} event */
  #hover(at, event) {
    const desk = this.#desk;
    this.#pointed = at;
    const marker = at && this.editor.tool === "point" ? markerNear(desk, at) : null;
    if (marker !== desk.hot) {
      desk.hot = marker;
      this.redraw();
    }
    this.classList.toggle("on-marker", marker !== null);
    const here = at && !marker && !event?.altKey && desk.view.isOnVideo(at) && desk.exact;
    desk.hover.moved(here ? desk.view.toVideo(at) : null);
    const { tool } = this.editor;
    if (tool === "brush" || tool === "eraser") desk.ring(at);
  }

  /** Canvas 2D shows masks only. */
  #tellOfEffects() {
    if (this.editor.effects.length === 0 || this.#told || !(this.#renderer instanceof FlatRenderer)) return;
    this.#told = true;
    this.#editor.notify("This browser has no WebGL2, so effects are not previewed. They are there in what you export.");
  }

  #toolChanged() {
    const { tool, crosshair } = this.#editor.manner;
    const desk = this.#desk;
    this.dataset.tool = tool;
    if (tool !== "brush" && tool !== "eraser") desk.ring(null);
    if (crosshair === (desk.cross !== null)) return;
    if (!crosshair) return desk.crossOff();
    const middle = desk.view.toVideo({ x: desk.view.width / 2, y: desk.view.height / 2 });
    desk.crossAt(desk.view.inside({ x: Math.round(middle.x), y: Math.round(middle.y) }));
    this.focus();
    this.#speakSoon();
  }

  /** @param {KeyboardEvent} event */
  #keyPressed(event) {
    if (event.defaultPrevented || document.querySelector("dialog:modal")) return;
    this.#held(event, true);
    const desk = this.#desk;
    if (desk.hot && (event.key === "Delete" || event.key === "Backspace") && !isText(event.target)) {
      desk.removeMarker(desk.hot);
      event.preventDefault();
    } else if (crosshairKey(desk, event)) {
      event.preventDefault();
      this.#speakSoon();
    }
  }

  /** @param {KeyboardEvent} event @param {boolean} held */
  #held({ key, target }, held) {
    if (key === " " && !isText(target)) this.#desk.spaceHeld = held;
  }

  #speakSoon() {
    clearTimeout(this.#speaking);
    if (this.editor.playing) return;
    this.#speaking = setTimeout(() => {
      const { cross } = this.#desk;
      this.#words.textContent = (cross ? `${placeText(this.#editor, cross)}. ` : "") + frameText(this.#editor);
    }, SPOKEN_MS);
  }
}

/** @param {EventTarget | null} target */
function isText(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

customElements.define("ms-stage", Stage);
