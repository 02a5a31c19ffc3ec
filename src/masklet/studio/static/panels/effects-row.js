/** One effect of the stack: its place, strength, colour or picture, and the objects that it is about. */

import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

/** @typedef {import("../types").Effect} Effect */
/** @typedef {import("../types").ObjectView} ObjectView */
/** @typedef {import("../stage/effects-catalogue.js").Kind} Kind */
/**
 * What a row may do with its effect.
 * @typedef {object} Acts
 * @property {(change: Partial<Effect>) => void} change
 * @property {(step: -1 | 1) => void} move
 * @property {() => void} remove
 * @property {(file: File) => Promise<string>} upload gives the picture's name
 * @property {(picture: string) => string} address of a picture
 */

let made = 0;

export class EffectRow {
  #kind;
  #acts;
  #name = `effect-${++made}`;
  #up;
  #down;
  #slider = h("input", { class: "range", type: "range", min: "0", max: "100", step: "1" });
  #amount = h("output", { class: "num soft" });
  #colour = h("input", { class: "effect-colour", type: "color" });
  #hex = h("span", { class: "num soft" });
  #colourLine;
  #ground = h("div", { class: "effect-ground" });
  #objects = h("div", { class: "chips", role: "group", "aria-label": "Objects" });
  /** What the chips and the ground show. */
  #drawn = "";

  /** @param {Kind} kind @param {Acts} acts */
  constructor(kind, acts) {
    this.#kind = kind;
    this.#acts = acts;
    this.#up = this.#button("up", `Move ${kind.title} up`, () => acts.move(-1));
    this.#down = this.#button("down", `Move ${kind.title} down`, () => acts.move(1));
    const colourName = `${this.#name}-colour`;
    this.#colour.id = colourName;
    this.#colourLine = h(
      "div",
      { class: "effect-line" },
      h("label", { for: colourName }, "Colour"),
      h("span", { class: "row" }, this.#hex, this.#colour),
    );
    const explains = !kind.strength && kind.colour === null;
    this.element = h(
      "li",
      { class: "effect", "data-kind": kind.kind, title: kind.line },
      this.#head(),
      explains && h("p", { class: "hint" }, kind.line),
      this.#body(),
    );
    this.#slider.addEventListener("input", () => acts.change({ strength: Number(this.#slider.value) / 100 }));
    this.#colour.addEventListener("input", () => acts.change({ colour: this.#colour.value }));
  }

  get kind() {
    return this.#kind.kind;
  }

  /**
   * Show the effect as it is now; what has the focus stays.
   * @param {Effect} effect
   * @param {number} place
   * @param {number} count of effects
   * @param {readonly ObjectView[]} objects
   */
  update(effect, place, count, objects) {
    const percent = Math.round(effect.strength * 100);
    this.#slider.value = String(percent);
    this.#amount.textContent = `${percent} %`;
    this.#slider.setAttribute("aria-valuetext", `${percent} percent`);
    this.#colour.value = effect.colour;
    this.#hex.textContent = effect.colour;
    this.#up.disabled = place === 0;
    this.#down.disabled = place === count - 1;
    const drawn = JSON.stringify([effect.picture, effect.objects, objects.map(({ id, name, colour }) => [id, name, colour])]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = this.#focusedPart();
    if (this.#kind.picture) this.#drawGround(effect);
    this.#drawObjects(effect, objects);
    if (focused) /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-part="${focused}"]`))?.focus();
  }

  /** @param {"up" | "down" | "remove"} part */
  focus(part) {
    const wanted = { up: this.#up, down: this.#down }[String(part)];
    const other = wanted === this.#up ? this.#down : this.#up;
    const remove = /** @type {HTMLElement | null} */ (this.element.querySelector("[data-part=remove]"));
    if (!wanted) remove?.focus();
    else if (!wanted.disabled) wanted.focus();
    else (other.disabled ? remove : other)?.focus();
  }

  #focusedPart() {
    const { activeElement } = document;
    return activeElement && this.element.contains(activeElement) ? activeElement.getAttribute("data-part") : null;
  }

  #head() {
    return h(
      "div",
      { class: "effect-head" },
      h("h3", { class: "clip grow" }, this.#kind.title),
      this.#up,
      this.#down,
      this.#button("remove", `Remove ${this.#kind.title}`, () => this.#acts.remove(), "close"),
    );
  }

  #body() {
    const { strength, colour, picture } = this.#kind;
    const name = `${this.#name}-strength`;
    this.#slider.id = name;
    return h(
      "div",
      { class: "effect-body" },
      strength && h("div", { class: "effect-line" }, h("label", { for: name }, strength.title), this.#amount),
      strength && this.#slider,
      picture && this.#ground,
      colour !== null && this.#colourLine,
      this.#objects,
    );
  }

  /** @param {string} part @param {string} name @param {() => void} run @param {string} [mark] */
  #button(part, name, run, mark = part) {
    return h(
      "button",
      { class: "icon-button small", type: "button", "data-part": part, "aria-label": name, title: name, onclick: run },
      icon(mark),
    );
  }

  /** A colour or a picture. @param {Effect} effect */
  #drawGround({ picture }) {
    const file = h("input", { type: "file", accept: "image/png,image/jpeg", class: "sr-only", tabIndex: -1, "aria-hidden": "true" });
    file.addEventListener("change", () => void this.#take(file.files?.[0]));
    const choose = () => file.click();
    const choice = (/** @type {string} */ part, /** @type {string} */ text, /** @type {boolean} */ on, /** @type {() => void} */ run) =>
      h("button", { type: "button", "data-part": part, "aria-pressed": String(on), onclick: run }, text);
    this.#ground.replaceChildren(
      h(
        "div",
        { class: "segmented", role: "group", "aria-label": "Background" },
        choice("ground-colour", "Colour", picture === null, () => this.#acts.change({ picture: null })),
        choice("ground-picture", "Picture", picture !== null, choose),
      ),
      file,
    );
    if (picture !== null) {
      this.#ground.append(
        h(
          "div",
          { class: "row" },
          h("img", { class: "effect-picture", src: this.#acts.address(picture), alt: "The background picture" }),
          h("button", { class: "button", type: "button", "data-part": "other-picture", onclick: choose }, "Another picture"),
        ),
      );
    }
    this.#colourLine.hidden = picture !== null;
  }

  /** @param {File | undefined} file */
  async #take(file) {
    if (!file) return;
    this.#ground.setAttribute("aria-busy", "true");
    try {
      this.#acts.change({ picture: await this.#acts.upload(file) });
    } catch {
      // Whoever uploads has told the person why it was refused.
    } finally {
      this.#ground.removeAttribute("aria-busy");
    }
  }

  /** Which objects: nothing to choose where there is one. @param {Effect} effect @param {readonly ObjectView[]} objects */
  #drawObjects(effect, objects) {
    const chosen = effect.objects;
    this.#objects.hidden = objects.length < 2 && chosen === null;
    const all = h("button", { class: "chip", type: "button", "data-part": "all", "aria-pressed": String(chosen === null), onclick: () => this.#acts.change({ objects: null }) }, "All objects");
    const chips = objects.map(({ id, name, colour }) => {
      const dot = h("span", { class: "swatch" });
      dot.style.backgroundColor = colour;
      const on = chosen?.includes(id) ?? false;
      const run = () => {
        const rest = (chosen ?? []).filter((other) => other !== id);
        const next = on ? rest : [...rest, id].sort((a, b) => a - b);
        this.#acts.change({ objects: next.length ? next : null });
      };
      return h("button", { class: "chip", type: "button", "data-part": `object-${id}`, "aria-pressed": String(on), onclick: run }, dot, h("span", { class: "clip" }, name));
    });
    this.#objects.replaceChildren(all, ...chips);
  }
}
