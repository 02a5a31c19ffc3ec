/** What can be chosen about an export: frames, objects, timing, and what goes along. */

import { h, on } from "../lib/dom.js";
import { catalogue } from "../stage/effects-catalogue.js";

/** @typedef {import("../types").Editor} Editor */
/** @typedef {import("../types").ObjectView} ObjectView */
/** @typedef {import("./export-kinds.js").Kind} Kind */

const CONTAINERS = [
  { value: "", title: "MP4; MOV if transparent" },
  { value: "mp4", title: "MP4" },
  { value: "mov", title: "MOV, ProRes 4444" },
  { value: "webm", title: "WebM, VP9" },
  { value: "png", title: "PNG pictures" },
];

/** The form beside the kinds; what does not belong to the chosen kind is hidden. */
export class ExportOptions {
  element = h("div", { class: "export-options" });
  #editor;
  /** @type {Kind | null} */ #kind = null;
  #start;
  #stop;
  #objects = h("fieldset", { class: "field export-objects" });
  #split = check("A file for each object");
  #pictures = check("Add the frames as JPEG pictures");
  #credentials = check("Say in the file that it was edited", true);
  #fps = h("input", { class: "input num", id: "export-fps", type: "number", min: 0.1, max: 240, step: "any", placeholder: "As the video" });
  #container = h("select", { class: "select", id: "export-container" }, CONTAINERS.map(({ value, title }) => h("option", { value }, title)));
  #effects = h("p", { class: "notice" });
  #rows;

  /** @param {Editor} editor */
  constructor(editor) {
    this.#editor = editor;
    const last = editor.video.frames - 1;
    const { start, stop } = editor.range ?? { start: 0, stop: last };
    this.#start = frameInput("export-start", start, last);
    this.#stop = frameInput("export-stop", stop, last);
    const frames = h(
      "fieldset",
      { class: "field" },
      h("legend", null, "Frames"),
      h("div", { class: "row" }, named("First frame", this.#start), h("span", { class: "soft" }, "to"), named("Last frame", this.#stop), this.#all(last)),
    );
    this.#rows = {
      fps: h("div", { class: "field" }, h("label", { for: "export-fps" }, "Frames a second"), this.#fps),
      container: h("div", { class: "field" }, h("label", { for: "export-container" }, "File"), this.#container),
    };
    this.#drawObjects();
    this.element.append(
      this.#effects, frames, this.#objects, this.#rows.container, this.#rows.fps, this.#split.row, this.#pictures.row, this.#credentials.row,
    );
  }

  /** @param {Kind} kind */
  show(kind) {
    this.#kind = kind;
    const effects = kind.kind === "effects";
    this.#rows.fps.hidden = !kind.timed;
    this.#rows.container.hidden = this.#effects.hidden = !effects;
    this.#split.row.hidden = !kind.split || this.#editor.state.objects.length < 2;
    this.#pictures.row.hidden = !kind.trained;
    this.#pictures.box.checked = kind.kind === "yolo";
    this.#credentials.row.hidden = !kind.drawn;
    if (effects) void this.#drawEffects();
  }

  /** Why nothing can be exported so; "" when it can. */
  problem() {
    if (this.#editor.state.objects.length === 0) return "There are no objects yet. Click one in the picture first.";
    if (this.#chosen().length === 0) return "Choose at least one object.";
    if (this.#kind?.kind === "effects" && this.#editor.effects.length === 0) return "Choose effects first, beside the picture.";
    const fields = [this.#start, this.#stop, ...(this.#kind?.timed ? [this.#fps] : [])];
    const wrong = fields.find((field) => !field.checkValidity());
    if (wrong) return `${wrong.ariaLabel ?? "Frames a second"}: ${wrong.validationMessage}`;
    return this.#start.valueAsNumber > this.#stop.valueAsNumber ? "The last frame lies before the first." : "";
  }

  /** As the server takes it. @returns {Record<string, unknown>} */
  read() {
    const kind = this.#kind;
    const objects = this.#chosen();
    const all = objects.length === this.#editor.state.objects.length;
    const fps = kind?.timed && this.#fps.value !== "" ? this.#fps.valueAsNumber : null;
    const effects = kind?.kind === "effects";
    return {
      start: this.#start.valueAsNumber,
      stop: this.#stop.valueAsNumber,
      objects: all ? null : objects,
      fps,
      per_object: !this.#split.row.hidden && this.#split.box.checked,
      pictures: Boolean(kind?.trained) && this.#pictures.box.checked,
      credentials: this.#credentials.box.checked,
      effects: effects ? this.#editor.effects : [],
      container: effects ? this.#container.value || null : null,
    };
  }

  #chosen() {
    const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (this.#objects.querySelectorAll("input:checked"));
    return [...boxes].map(({ value }) => Number(value));
  }

  /** @param {number} last */
  #all(last) {
    const button = h("button", { class: "button button-quiet", type: "button" }, "All");
    on(button, "click", () => {
      this.#start.value = "0";
      this.#stop.value = String(last);
      this.#start.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return button;
  }

  #drawObjects() {
    const { objects } = this.#editor.state;
    this.#objects.replaceChildren(
      h("legend", null, "Objects"),
      objects.length === 0 ? h("p", { class: "hint" }, "None yet.") : h("div", { class: "export-things" }, objects.map(thing)),
    );
  }

  async #drawEffects() {
    const { effects } = this.#editor;
    const kinds = effects.length > 0 ? (await catalogue().catch(() => null))?.effects ?? [] : [];
    const titles = effects.map(({ kind }) => kinds.find((entry) => entry.kind === kind)?.title ?? kind);
    this.#effects.textContent = titles.length > 0 ? `Drawn: ${titles.join(", ")}.` : "No effects are chosen. Close this, and choose some under Effects.";
  }
}

/** @param {ObjectView} object */
function thing({ id, name, colour, hidden }) {
  const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
  swatch.style.background = colour;
  const words = h("span", { class: "clip" }, name);
  return h("label", { class: "check" }, h("input", { type: "checkbox", value: String(id), checked: !hidden }), swatch, words, hidden && h("span", { class: "hint" }, "hidden"));
}

/** @param {string} words @param {boolean} [checked] */
function check(words, checked = false) {
  const box = h("input", { type: "checkbox", checked });
  return { box, row: h("label", { class: "check" }, box, words) };
}

/** @param {string} id @param {number} value @param {number} last */
function frameInput(id, value, last) {
  return h("input", { class: "input num", id, type: "number", min: 0, max: last, step: 1, required: true, value: String(value) });
}

/** @param {string} words @param {HTMLInputElement} field */
function named(words, field) {
  field.ariaLabel = words;
  return field;
}
