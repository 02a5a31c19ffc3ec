/** The tool bar over the picture: what a click does, how large the brush is, how near the picture lies. */

import { BRUSH } from "../editor/manner.js";
import { h, on } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { keyboard, runCommand, titleWithKey } from "../lib/keys.js";

/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */
/** @typedef {import("../types").Tool} Tool */

/** @type {[Tool, string][]} */
const TOOLS = [["point", "Points"], ["box", "Box"], ["brush", "Brush"], ["eraser", "Eraser"], ["pan", "Move the picture"]];
/** The slider goes in steps that look equal. */
const SLIDER = 100;

export class Tools extends HTMLElement {
  /** @type {import("../types").Editor} */
  // @ts-ignore set before it is connected
  editor;
  #gone = new AbortController();
  /** @type {Map<Tool, HTMLButtonElement>} */ #tools = new Map();
  #sign = { plus: signButton("plus", "Inside", false), minus: signButton("minus", "Outside", true) };
  #signs = h("div", { class: "segmented tools-signs", role: "group", "aria-label": "A click says" }, this.#sign.plus, this.#sign.minus);
  #size = h("input", { class: "range", type: "range", min: "0", max: String(SLIDER), "aria-label": "Brush size" });
  #sizeText = h("output", { class: "num" });
  #sizes = h("label", { class: "tools-size" }, this.#size, this.#sizeText);
  #hover = commandButton("hover-preview", "Preview of a click", "preview", "roomy-only");
  #masks = h("button", { class: "icon-button", type: "button", "aria-label": "Show masks", title: "Show masks (hold Z to hide)" }, icon("masks"));
  #zoom = h("button", { class: "button button-quiet tools-zoom num roomy-only", type: "button", onclick: () => runCommand("zoom-fit") });

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.setAttribute("role", "toolbar");
    this.setAttribute("aria-label", "Tools");
    this.replaceChildren(this.#toolButtons(), this.#signs, this.#sizes, h("span", { class: "grow" }), ...this.#sight());
    for (const [negative, button] of /** @type {const} */ ([[false, this.#sign.plus], [true, this.#sign.minus]])) {
      on(button, "click", () => this.#editor.manner.set({ negative }), signal);
    }
    on(this.#size, "input", () => this.editor.setBrushSize(sizeAt(Number(this.#size.value))), signal);
    on(this.#masks, "click", () => this.editor.showMasks(!this.editor.masksShown), signal);
    on(this, "keydown", (event) => this.#move(event), signal);
    on(this, "focusin", (event) => this.#rove(event.target), signal);
    for (const name of ["tool", "effects", "zoom"]) on(this.editor, name, () => this.#draw(), signal);
    on(keyboard, "change", () => this.#name(), signal);
    this.#rove(this.#tools.get("point") ?? null);
    this.#name();
    this.#draw();
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  get #editor() {
    return /** @type {StudioEditor} */ (this.editor);
  }

  #toolButtons() {
    const buttons = TOOLS.map(([tool, label]) => {
      const button = commandButton(`tool-${tool}`, label, `tool-${tool}`);
      this.#tools.set(tool, button);
      return button;
    });
    return h("div", { class: "tools-group", role: "group", "aria-label": "Tool" }, buttons);
  }

  #sight() {
    return [
      this.#hover,
      this.#masks,
      h("span", { class: "tools-gap roomy-only" }),
      commandButton("zoom-out", "Zoom out", "minus", "roomy-only"),
      this.#zoom,
      commandButton("zoom-in", "Zoom in", "plus", "roomy-only"),
      commandButton("zoom-fit", "Whole picture", "zoom-fit", "narrow-fit"),
    ];
  }

  /** Titles with the keys as they are now. */
  #name() {
    for (const button of this.querySelectorAll("button[data-command]")) {
      const name = button.getAttribute("data-command") ?? "";
      /** @type {HTMLElement} */ (button).title = titleWithKey(name, button.getAttribute("aria-label") ?? "");
    }
    this.#zoom.title = titleWithKey("zoom-fit", "Whole picture");
  }

  #draw() {
    const { tool, brushSize, negative, hover, masksShown, scale } = this.#editor.manner;
    for (const [name, button] of this.#tools) button.setAttribute("aria-pressed", String(name === tool));
    this.#sign.plus.setAttribute("aria-pressed", String(!negative));
    this.#sign.minus.setAttribute("aria-pressed", String(negative));
    this.#signs.hidden = tool !== "point";
    this.#sizes.hidden = tool !== "brush" && tool !== "eraser";
    this.#size.value = String(placeOf(brushSize));
    this.#size.setAttribute("aria-valuetext", `${brushSize} pixels`);
    this.#sizeText.textContent = `${brushSize} px`;
    this.#hover.setAttribute("aria-pressed", String(hover));
    this.#masks.setAttribute("aria-pressed", String(masksShown));
    const percent = `${Math.round(scale * 100)} %`;
    this.#zoom.textContent = percent;
    this.#zoom.setAttribute("aria-label", `Zoom ${percent}, show the whole picture`);
  }

  /** Left and right go from button to button. @param {KeyboardEvent} event */
  #move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || event.target === this.#size) return;
    const all = this.#stops();
    const next = all.at((all.indexOf(/** @type {HTMLElement} */ (event.target)) + step) % all.length);
    event.preventDefault();
    next?.focus();
  }

  /** Only the last used is reached by Tab. @param {EventTarget | null} chosen */
  #rove(chosen) {
    for (const stop of this.#stops()) stop.tabIndex = stop === chosen ? 0 : -1;
  }

  #stops() {
    const all = /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("button, input"));
    return [...all].filter((element) => element.offsetParent !== null);
  }
}

/** @param {string} mark @param {string} label @param {boolean} negative */
function signButton(mark, label, negative) {
  return h("button", { type: "button", class: negative ? "sign-minus" : "sign-plus", "aria-label": label, title: label }, icon(mark));
}

/** @param {string} name @param {string} label @param {string} mark @param {string} [look] */
function commandButton(name, label, mark, look = "") {
  return h(
    "button",
    { class: `icon-button ${look}`, type: "button", "aria-label": label, "data-command": name, onclick: () => runCommand(name) },
    icon(mark),
  );
}

/** @param {number} place on the slider */
function sizeAt(place) {
  return BRUSH.least * (BRUSH.most / BRUSH.least) ** (place / SLIDER);
}

/** @param {number} size */
function placeOf(size) {
  return Math.round((SLIDER * Math.log(size / BRUSH.least)) / Math.log(BRUSH.most / BRUSH.least));
}

customElements.define("ms-tools", Tools);
