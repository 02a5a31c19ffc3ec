/** The timeline: playing, the filmstrip with the playhead, a row an object, the range, and tracking. */

import { h, on } from "../lib/dom.js";
import { exactClock } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { keyboard, registerCommands, runCommand, titleWithKey } from "../lib/keys.js";
import { openMenu } from "../lib/menu.js";
import { timeCommands } from "./commands.js";
import { Film } from "./film.js";
import { RangeMarks } from "./range.js";
import { ROW, drawRows } from "./rows.js";
import { drawRuler } from "./ruler.js";
import { Scale } from "./scale.js";
import { TrackingBar } from "./tracking.js";
import { timeButton, transport } from "./transport.js";

/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */

const WHEEL_STEP = 0.002;
const SLIDER = 100;
const HIDDEN = 255;

export class Timeline extends HTMLElement {
  /** @type {import("../types").Editor} */
  // @ts-ignore set before it is connected
  editor;
  #gone = new AbortController();
  #ruler = h("canvas", { class: "timeline-ruler", "aria-hidden": "true" });
  #strip = h("canvas", { class: "timeline-film", "aria-hidden": "true" });
  #rows = h("canvas", { class: "timeline-rows", "aria-hidden": "true" });
  #names = h("ul", { class: "timeline-names", role: "list", "aria-label": "Objects" });
  #hint = h("p", { class: "timeline-hint soft" }, "Objects appear here: how surely each is seen, frame by frame.");
  #scroller = h("div", { class: "timeline-objects", role: "group", "aria-label": "Objects in time" }, this.#names, this.#rows, this.#hint);
  #playhead = h("div", { class: "playhead", role: "slider", tabindex: 0, "aria-label": "Frame shown", "aria-valuemin": "0" });
  #tip = h("div", { class: "timeline-tip num", hidden: true });
  #track = h("div", { class: "timeline-track" });
  #near = h("input", { class: "range", type: "range", min: "0", max: String(SLIDER), "aria-label": "Timeline zoom" });
  /** @type {Scale} */
  // @ts-ignore made when connected
  #scale;
  /** @type {Film} */
  // @ts-ignore made when connected
  #film;
  /** @type {RangeMarks} */
  // @ts-ignore made when connected
  #range;
  #asked = 0;
  #looks = { surface: "", line: "", text: "", soft: "" };

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const editor = this.#editor;
    this.#scale = new Scale(editor.video.frames);
    this.#film = new Film(this.#strip, `/api/projects/${editor.project.id}`, editor.video, this.#scale);
    this.#range = new RangeMarks(editor, this.#scale, (event) => this.#frameAt(event), signal);
    const tracking = new TrackingBar(editor, signal);
    signal.addEventListener("abort", registerCommands(timeCommands(editor, { onlySelected: () => tracking.onlySelected })));
    this.#compose(tracking, signal);
    this.#listen(signal);
    this.#readLooks();
    this.#name();
    this.#drawNames();
    this.#moved();
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#film.close();
    cancelAnimationFrame(this.#asked);
  }

  get #editor() {
    return /** @type {StudioEditor} */ (this.editor);
  }

  /** @param {TrackingBar} tracking @param {AbortSignal} signal */
  #compose(tracking, signal) {
    this.#track.replaceChildren(this.#ruler, this.#strip, ...this.#range.elements, this.#playhead, this.#tip);
    const zoom = h("div", { class: "timeline-zoom" }, icon("look"), this.#near);
    this.replaceChildren(
      h("div", { class: "timeline-bar" }, transport(this.#editor, signal), jumps(this.#editor, signal), h("span", { class: "grow" }), more(this.#editor, tracking), tracking.element),
      h("div", { class: "timeline-time" }, zoom, this.#track),
      this.#scroller,
    );
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const { editor } = this;
    for (const name of ["strips", "range"]) on(editor, name, () => this.#redraw(), signal);
    on(editor, "state", () => (this.#drawNames(), this.#redraw()), signal);
    on(editor, "selection", () => this.#drawNames(), signal);
    on(editor, "frame", () => this.#moved(), signal);
    on(keyboard, "change", () => this.#name(), signal);
    on(matchMedia("(prefers-color-scheme: dark)"), "change", () => (this.#readLooks(), this.#redraw()), signal);
    on(this.#near, "input", () => (this.#scale.setNearness(Number(this.#near.value) / SLIDER, editor.frame), this.#redraw()), signal);
    for (const place of /** @type {HTMLElement[]} */ ([this.#track, this.#rows])) {
      on(place, "pointerdown", (event) => this.#scrub(event), signal);
      on(place, "pointermove", (event) => this.#hover(event), signal);
      on(place, "pointerleave", () => (this.#tip.hidden = true), signal);
      place.addEventListener("wheel", (event) => this.#turned(event), { signal, passive: false });
    }
    const sizes = new ResizeObserver(() => (this.#scale.resize(this.#track.clientWidth), this.#redraw()));
    sizes.observe(this.#track);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  #redraw() {
    if (this.#asked) return;
    this.#asked = requestAnimationFrame(() => {
      this.#asked = 0;
      const { clock } = this.#editor;
      this.#rows.style.height = `${this.editor.state.objects.length * ROW}px`;
      drawRuler(this.#ruler, this.#scale, clock, this.#looks);
      this.#film.draw();
      if (this.#scroller.scrollHeight > this.#scroller.clientHeight) this.#scroller.tabIndex = 0;
      else this.#scroller.removeAttribute("tabindex");
      drawRows(this.#rows, this.#scale, this.#editor, this.#looks);
      this.#range.draw();
      this.#placeHead();
      this.#near.value = String(Math.round(this.#scale.nearness * SLIDER));
      this.#near.disabled = this.#scale.least >= this.editor.video.frames;
    });
  }

  /** Another frame is shown: the playhead moves, and the timeline only if it has to. */
  #moved() {
    const { frame, video } = this.editor;
    if (this.#scale.reveal(frame)) this.#redraw();
    this.#placeHead();
    this.#playhead.setAttribute("aria-valuemax", String(video.frames - 1));
    this.#playhead.setAttribute("aria-valuenow", String(frame));
    this.#playhead.setAttribute("aria-valuetext", `frame ${frame}, ${exactClock(this.editor.timeOf(frame))}`);
  }

  #placeHead() {
    const x = this.#scale.middleOf(this.editor.frame);
    this.#playhead.style.transform = `translateX(${Math.round(x * devicePixelRatio) / devicePixelRatio}px)`;
    this.style.setProperty("--head", `${x}px`);
    this.#playhead.style.visibility = x < -1 || x > this.#scale.width + 1 ? "hidden" : "visible";
  }

  /** @param {MouseEvent} event */
  #frameAt(event) {
    return this.#scale.frameAt(event.clientX - this.#track.getBoundingClientRect().left);
  }

  /** Go where the pointer is for as long as it is pressed. @param {PointerEvent} event */
  #scrub(event) {
    if (event.button !== 0) return;
    const place = /** @type {HTMLElement} */ (event.currentTarget);
    place.setPointerCapture(event.pointerId);
    this.editor.goTo(this.#frameAt(event));
    this.#playhead.focus({ preventScroll: true });
    event.preventDefault();
  }

  /** @param {PointerEvent} event */
  #hover(event) {
    const place = /** @type {HTMLElement} */ (event.currentTarget);
    const frame = this.#frameAt(event);
    if (place.hasPointerCapture(event.pointerId) && frame !== this.editor.frame) this.editor.goTo(frame);
    const row = place === this.#rows ? Math.floor((event.clientY - this.#rows.getBoundingClientRect().top) / ROW) : -1;
    const object = this.editor.state.objects[row];
    const about = object ? ` · ${object.name} ${known(this.editor.strips.get(object.id)?.[frame] ?? 0)}` : "";
    this.#tip.textContent = `Frame ${frame} · ${exactClock(this.editor.timeOf(frame))}${about}`;
    this.#tip.hidden = event.pointerType === "touch" && !place.hasPointerCapture(event.pointerId);
    const half = this.#tip.offsetWidth / 2;
    const x = event.clientX - this.#track.getBoundingClientRect().left;
    this.#tip.style.left = `${Math.max(half, Math.min(this.#scale.width - half, x))}px`;
  }

  /** @param {WheelEvent} event */
  #turned(event) {
    const rows = event.currentTarget === this.#rows && this.#scroller.scrollHeight > this.#scroller.clientHeight;
    if (rows && !event.ctrlKey && !event.shiftKey) return;
    event.preventDefault();
    const across = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.#scale.move(across);
    else this.#scale.zoom(Math.exp(-event.deltaY * WHEEL_STEP), event.clientX - this.#track.getBoundingClientRect().left);
    this.#redraw();
  }

  #drawNames() {
    const { state, selected } = this.editor;
    this.#hint.hidden = state.objects.length > 0;
    this.toggleAttribute("data-running", state.running !== null);
    this.#names.replaceChildren(
      ...state.objects.map(({ id, name, colour, hidden }) => {
        const dot = h("span", { class: "swatch" });
        dot.style.backgroundColor = colour;
        const words = h("span", { class: "clip" }, name);
        return h("li", { "data-object": id, "data-selected": id === selected, "data-hidden": hidden, title: name, onclick: () => this.editor.select(id) }, dot, words);
      }),
    );
  }

  /** Titles with the keys as they are now. */
  #name() {
    for (const button of this.querySelectorAll("button[data-command]")) {
      const label = button.getAttribute("aria-label") ?? undefined;
      /** @type {HTMLElement} */ (button).title = titleWithKey(button.getAttribute("data-command") ?? "", label);
    }
  }

  #readLooks() {
    const style = getComputedStyle(this);
    const [surface, line, text, soft] = ["--surface", "--line", "--text", "--text-soft"].map((name) => style.getPropertyValue(name).trim());
    this.#looks = { surface: surface ?? "", line: line ?? "", text: text ?? "", soft: soft ?? "" };
  }
}

/** To prompted and troubled frames, and the range's marks. @param {StudioEditor} editor @param {AbortSignal} signal */
function jumps(editor, signal) {
  const clear = timeButton("mark-clear", "No range", "close");
  const draw = () => (clear.hidden = editor.range === null);
  on(editor, "range", draw, signal);
  draw();
  return h(
    "div",
    { class: "timeline-jumps roomy-only", role: "group", "aria-label": "Jumps and range" },
    timeButton("prompted-back", "Previous prompted frame", "jump-prompt-back"),
    timeButton("prompted-on", "Next prompted frame", "jump-prompt-on"),
    timeButton("trouble-back", "Previous lost or doubtful frame", "jump-trouble-back"),
    timeButton("trouble-on", "Next lost or doubtful frame", "jump-trouble-on"),
    h("span", { class: "tools-gap" }),
    timeButton("mark-in", "The range begins here", "mark-in"),
    timeButton("mark-out", "The range ends here", "mark-out"),
    clear,
  );
}

/** What a narrow window has no room for. @param {StudioEditor} editor @param {TrackingBar} tracking */
function more(editor, tracking) {
  const button = h("button", { class: "icon-button tight-only", type: "button", "aria-label": "More of time", "aria-haspopup": "menu" }, icon("more"));
  const item = (/** @type {string} */ label, /** @type {string} */ mark, /** @type {string} */ command, disabled = false) => ({ label, icon: mark, disabled, run: () => runCommand(command) });
  button.addEventListener("click", () => {
    const nothing = editor.state.prompts.length === 0 || editor.state.running !== null;
    openMenu(button, [
      item("Track on from here", "track-on", "track-on", nothing),
      item("Track back from here", "track-back", "track-back", nothing),
      ...(editor.state.objects.length > 1 ? [tracking.choice()] : []),
      item("Next prompted frame", "jump-prompt-on", "prompted-on"),
      item("Previous prompted frame", "jump-prompt-back", "prompted-back"),
      item("Next lost or doubtful frame", "jump-trouble-on", "trouble-on"),
      item("The range begins here", "mark-in", "mark-in"),
      item("The range ends here", "mark-out", "mark-out"),
      item("No range", "close", "mark-clear", editor.range === null),
    ]);
  });
  return button;
}

/** @param {number} byte of a strip */
function known(byte) {
  if (byte === 0) return "not tracked";
  return byte === HIDDEN ? "hidden" : `seen, ${byte} %`;
}

customElements.define("ms-timeline", Timeline);
