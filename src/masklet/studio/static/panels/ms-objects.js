/** The list of objects: choose, name, colour, hide and remove them. */

import { h, on } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { titleWithKey } from "../lib/keys.js";
import { toast } from "../lib/toast.js";
import { objectRow, quietly } from "./object-row.js";

/** @typedef {import("../types").Editor} Editor */
/** @typedef {import("../types").ObjectView} ObjectView */

const PARTS = ["colour", "name", "eye", "more"];

export class Objects extends HTMLElement {
  /** @type {Editor} */
  // @ts-ignore set before it is connected
  editor;
  #gone = new AbortController();
  #list = h("ul", { class: "objects", role: "list", "aria-labelledby": "objects-title" });
  #badge = h("span", { class: "badge", "aria-hidden": "true" });
  /** The object whose name is being typed; the list is not drawn again meanwhile. */
  #renaming = false;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.classList.add("panel");
    const add = h(
      "button",
      { class: "icon-button small", type: "button", "aria-label": "Add object", title: titleWithKey("add-object", "Add object"), onclick: () => quietly(this.editor.addObject()) },
      icon("plus"),
    );
    this.replaceChildren(
      h("div", { class: "panel-head" }, h("h2", { id: "objects-title" }, "Objects"), this.#badge, h("span", { class: "grow" }), add),
      h("div", { class: "panel-body" }, this.#list),
    );
    on(this.editor, "state", () => this.#draw(), signal);
    on(this.editor, "selection", () => this.#draw(), signal);
    on(this.#list, "keydown", (event) => this.#move(event), signal);
    this.#draw();
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {number} number */
  removeObject(number) {
    const object = this.editor.state.objects.find(({ id }) => id === number);
    if (object) this.#remove(object);
  }

  /** Let a name be typed in its row. @param {number} number */
  renameObject(number) {
    const object = this.editor.state.objects.find(({ id }) => id === number);
    const name = this.#row(number)?.querySelector("[data-part=name]");
    if (!object || !name) return;
    this.#renaming = true;
    const input = h("input", { class: "input object-input", value: object.name, maxLength: 80, "aria-label": `Name of ${object.name}` });
    const end = (/** @type {boolean} */ keep) => {
      if (!this.#renaming) return;
      this.#renaming = false;
      const text = input.value.trim();
      if (keep && text && text !== object.name) quietly(this.editor.changeObject(number, { name: text }));
      this.#draw();
      this.#part(number, "name")?.focus();
    };
    on(input, "blur", () => end(true));
    on(input, "keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      end(event.key === "Enter");
    });
    name.replaceWith(input);
    input.select();
  }

  #draw() {
    if (this.#renaming) return;
    const focus = this.#focused();
    const { objects } = this.editor.state;
    const acts = { rename: this.renameObject.bind(this), remove: this.#remove.bind(this) };
    this.#list.replaceChildren(...objects.map((object, place) => objectRow(this.editor, object, place, acts)));
    this.#badge.textContent = String(objects.length);
    this.#badge.hidden = objects.length === 0;
    this.#list.hidden = objects.length === 0;
    this.querySelector(".empty")?.remove();
    if (objects.length === 0) this.#list.after(nothing());
    this.#rove(focus?.object ?? this.editor.selected ?? objects[0]?.id);
    if (focus) this.#part(focus.object, focus.part)?.focus();
  }

  /** @param {ObjectView} object */
  #remove(object) {
    const undo = { label: "Undo", run: () => quietly(this.editor.undo()) };
    this.editor.removeObject(object.id).then(() => toast(`${object.name} was removed.`, "info", undo), () => null);
  }

  /** Only one row's buttons are reached by Tab; arrows go to the others. @param {number | undefined} number */
  #rove(number) {
    for (const row of this.#list.children) {
      const here = row.getAttribute("data-object") === String(number);
      for (const button of row.querySelectorAll("button")) button.tabIndex = here ? 0 : -1;
    }
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const focus = this.#focused();
    if (!focus) return;
    const numbers = this.editor.state.objects.map(({ id }) => id);
    const place = numbers.indexOf(focus.object);
    const down = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: numbers.length - 1 }[event.key];
    const across = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (down === undefined && across === undefined) return;
    event.preventDefault();
    const object = numbers[Math.max(0, Math.min(numbers.length - 1, down ?? place))] ?? focus.object;
    const column = Math.max(0, Math.min(PARTS.length - 1, PARTS.indexOf(focus.part) + (across ?? 0)));
    this.#rove(object);
    this.#part(object, PARTS[column] ?? "name")?.focus();
  }

  #focused() {
    const { activeElement } = document;
    const row = activeElement?.closest("[data-object]");
    const part = activeElement?.getAttribute("data-part");
    if (!row || !part || !this.contains(row)) return null;
    return { object: Number(row.getAttribute("data-object")), part };
  }

  /** @param {number} number */
  #row(number) {
    return this.#list.querySelector(`[data-object="${number}"]`);
  }

  /** @param {number} number @param {string} part */
  #part(number, part) {
    return /** @type {HTMLElement | null} */ (this.#row(number)?.querySelector(`[data-part="${part}"]`) ?? null);
  }
}

function nothing() {
  return h(
    "div",
    { class: "empty" },
    icon("click"),
    h("strong", null, "Click an object in the picture to begin"),
    h("p", null, "Right-click takes a part away. A drag draws a box."),
  );
}

customElements.define("ms-objects", Objects);
