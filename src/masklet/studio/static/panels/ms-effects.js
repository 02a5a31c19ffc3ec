/** The panel of effects: presets to begin with, and the stack of effects with all its settings. */

import { post } from "../lib/api.js";
import { h, on } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { announce, toastError } from "../lib/toast.js";
import { catalogue, usual } from "../stage/effects-catalogue.js";
import { openEffectsMenu } from "./effects-menu.js";
import { EffectRow } from "./effects-row.js";
import { saveEffects, savedEffects } from "./effects-saved.js";
import { Thumbs } from "./effects-thumbs.js";

/** @typedef {import("../types").Effect} Effect */
/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */
/** @typedef {import("../stage/effects-catalogue.js").Catalogue} Catalogue */
/** @typedef {import("../stage/effects-catalogue.js").Kind} Kind */
/** @typedef {import("./effects-thumbs.js").Thumb} Thumb */

const THUMBS_MS = 250;
const MOST_EFFECTS = 12;
const PICTURE_BYTES = 30 * 2 ** 20;
/** @type {{name: string, title: string, effects: Effect[]}} */
const NOTHING = { name: "none", title: "None", effects: [] };

export class EffectsPanel extends HTMLElement {
  /** @type {StudioEditor} */
  // @ts-ignore set before it is connected
  editor;
  #gone = new AbortController();
  /** @type {Catalogue | null} */ #catalogue = null;
  /** @type {EffectRow[]} */ #rows = [];
  #list = h("ol", { class: "effects", role: "list", "aria-labelledby": "effects-title" });
  #presets = h("div", { class: "presets", role: "group", "aria-label": "Presets" });
  #hint = h("p", { class: "hint effects-hint" });
  /** @type {HTMLButtonElement} */ #add;
  /** @type {HTMLButtonElement} */ #clear;
  /** @type {HTMLElement} */ #head;
  /** @type {Thumbs | null} */ #thumbs = null;
  /** Small pictures of the menu while it is open. @type {Thumb[]} */ #menuThumbs = [];
  /** @type {Thumb[]} */ #presetThumbs = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  constructor() {
    super();
    this.#add = h(
      "button",
      { class: "button small", type: "button", "aria-haspopup": "menu", "aria-label": "Add an effect", onclick: () => this.#openMenu() },
      icon("plus"),
      "Add",
    );
    this.#clear = h("button", { class: "button button-quiet small", type: "button", onclick: () => this.#removeAll() }, "Remove all");
    this.#head = h("div", { class: "effects-head" }, h("h2", { id: "effects-title" }, "Effects"), h("span", { class: "grow" }), this.#clear, this.#add);
  }

  connectedCallback() {
    this.#gone = new AbortController();
    this.classList.add("panel");
    void this.#load();
  }

  disconnectedCallback() {
    this.#gone.abort();
    clearTimeout(this.#timer);
    this.#thumbs?.dispose();
    this.#thumbs = null;
  }

  async #load() {
    const { signal } = this.#gone;
    this.#say(h("span", { class: "spinner" }), "Loading the effects");
    try {
      const known = await catalogue();
      if (!signal.aborted) this.#compose(known, signal);
    } catch (error) {
      if (signal.aborted) return;
      const again = h("button", { class: "button", type: "button", onclick: () => void this.#load() }, "Try again");
      this.#say(icon("warning"), "The effects could not be loaded", h("p", null, error instanceof Error ? error.message : String(error)), again);
    }
  }

  /** @param {Catalogue} known @param {AbortSignal} signal */
  #compose(known, signal) {
    this.#catalogue = known;
    const { editor } = this;
    if (editor.effects.length === 0) {
      const saved = savedEffects(editor.project.id, known.effects);
      if (saved.length) editor.setEffects(saved);
    }
    this.#thumbs = new Thumbs(editor, () => this.#thumbsSoon());
    this.#drawPresets(known);
    this.replaceChildren(
      h("div", { class: "panel-body" }, this.#presets, this.#head, this.#list, this.#hint),
    );
    this.classList.toggle("no-thumbs", !this.#thumbs.can);
    on(editor, "effects", () => this.#effectsChanged(), signal);
    on(editor, "state", () => (this.#draw(), this.#thumbsSoon()), signal);
    for (const name of ["frame", "masks", "picture", "play"]) on(editor, name, () => this.#thumbsSoon(), signal);
    const seen = new IntersectionObserver(() => this.#thumbsSoon());
    seen.observe(this);
    signal.addEventListener("abort", () => seen.disconnect());
    this.#draw();
  }

  #effectsChanged() {
    saveEffects(this.editor.project.id, this.editor.effects);
    this.#draw();
  }

  /** @param {Catalogue} known */
  #drawPresets({ presets }) {
    const offers = [NOTHING, ...presets];
    this.#presetThumbs = offers.map(({ effects }) => ({ canvas: h("canvas", { class: "thumb", "aria-hidden": "true" }), effects }));
    const buttons = offers.map((preset, at) => {
      const take = () => this.editor.setEffects(structuredClone(preset.effects));
      return h("button", { class: "preset", type: "button", "data-preset": preset.name, onclick: take }, this.#presetThumbs[at]?.canvas, preset.title);
    });
    this.#presets.replaceChildren(...buttons);
  }

  #draw() {
    const { effects, state } = this.editor;
    const offers = [NOTHING, ...(this.#catalogue?.presets ?? [])];
    for (const [at, button] of [...this.#presets.children].entries()) {
      button.setAttribute("aria-pressed", String(isSame(effects, offers[at]?.effects ?? [])));
    }
    if (effects.map(({ kind }) => kind).join() !== this.#rows.map(({ kind }) => kind).join()) this.#makeRows(effects);
    effects.forEach((effect, at) => this.#rows[at]?.update(effect, at, effects.length, state.objects));
    this.#clear.hidden = effects.length === 0;
    this.#list.hidden = effects.length === 0;
    this.#add.disabled = effects.length >= MOST_EFFECTS;
    this.#hint.textContent = this.#advice();
  }

  #advice() {
    const { effects, state } = this.editor;
    if (state.objects.length === 0) return "Effects need an object. Click one in the picture first.";
    if (effects.length >= MOST_EFFECTS) return `A stack holds ${MOST_EFFECTS} effects at most.`;
    if (effects.length === 0) return "Choose a preset, or add effects one by one.";
    if (!this.#thumbs?.can) return "This browser cannot show effects (it has no WebGL 2). An export has them.";
    return "Drawn from top to bottom. An export has them in full quality.";
  }

  /** @param {readonly Effect[]} effects */
  #makeRows(effects) {
    const kinds = new Map(this.#catalogue?.effects.map((kind) => [kind.kind, kind]));
    const spare = [...this.#rows];
    this.#rows = effects.flatMap(({ kind }) => {
      const at = spare.findIndex((row) => row.kind === kind);
      const known = kinds.get(kind);
      return at >= 0 ? spare.splice(at, 1) : known ? [this.#row(known)] : [];
    });
    this.#list.replaceChildren(...this.#rows.map(({ element }) => element));
  }

  /** @param {Kind} kind */
  #row(kind) {
    const place = () => this.#rows.indexOf(row);
    const row = new EffectRow(kind, {
      change: (change) => this.#replace(place(), change),
      move: (step) => this.#move(place(), step),
      remove: () => this.#remove(place()),
      upload: (file) => this.#upload(file),
      address: (picture) => `/api/projects/${this.editor.project.id}/pictures/${picture}`,
    });
    return row;
  }

  /** @param {number} place @param {Partial<Effect>} change */
  #replace(place, change) {
    this.editor.setEffects(this.editor.effects.map((effect, at) => (at === place ? { ...effect, ...change } : effect)));
  }

  /** @param {number} place @param {-1 | 1} step */
  #move(place, step) {
    const effects = [...this.editor.effects];
    const [moved] = effects.splice(place, 1);
    const row = this.#rows[place];
    if (!moved || !row) return;
    effects.splice(place + step, 0, moved);
    this.#rows.splice(place, 1);
    this.#rows.splice(place + step, 0, row);
    this.#list.replaceChildren(...this.#rows.map(({ element }) => element));
    this.editor.setEffects(effects);
    row.focus(step < 0 ? "up" : "down");
    announce(`${this.#titleOf(moved)} is now number ${place + step + 1} of ${effects.length}.`);
  }

  /** @param {number} place */
  #remove(place) {
    const gone = this.editor.effects[place];
    this.#rows.splice(place, 1)[0]?.element.remove();
    this.editor.setEffects(this.editor.effects.filter((_, at) => at !== place));
    const next = this.#rows[Math.min(place, this.#rows.length - 1)];
    if (next) next.focus("remove");
    else this.#add.focus();
    if (gone) announce(`${this.#titleOf(gone)} was removed.`);
  }

  #removeAll() {
    this.editor.setEffects([]);
    this.#add.focus();
    announce("All effects were removed.");
  }

  #openMenu() {
    const kinds = this.#catalogue?.effects ?? [];
    const spots = openEffectsMenu(this.#add, kinds, (kind) => this.#append(kind));
    this.#menuThumbs = spots.map(({ kind, canvas }) => ({ canvas, effects: [usual(kind)] }));
    void this.#drawThumbs();
  }

  /** @param {Kind} kind */
  #append(kind) {
    this.editor.setEffects([...this.editor.effects, usual(kind)]);
    const row = this.#rows.at(-1);
    row?.element.scrollIntoView({ block: "nearest" });
    row?.focus("remove");
    announce(`${kind.title} was added.`);
  }

  /** @param {Effect} effect */
  #titleOf({ kind }) {
    return this.#catalogue?.effects.find((entry) => entry.kind === kind)?.title ?? kind;
  }

  /** @param {File} file */
  async #upload(file) {
    try {
      if (file.size > PICTURE_BYTES) throw new Error(`${file.name} is larger than 30 MB. Choose a smaller picture.`);
      /** @type {{picture: string}} */
      const { picture } = await post(`/api/projects/${this.editor.project.id}/pictures`, file);
      return picture;
    } catch (error) {
      toastError(error);
      throw error;
    }
  }

  #thumbsSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#drawThumbs(), THUMBS_MS);
  }

  async #drawThumbs() {
    if (this.editor.playing || this.offsetParent === null) return;
    this.#menuThumbs = this.#menuThumbs.filter(({ canvas }) => canvas.isConnected);
    await this.#thumbs?.draw([...this.#menuThumbs, ...this.#presetThumbs]);
  }

  /** @param {Node} mark @param {string} title @param {Node[]} more */
  #say(mark, title, ...more) {
    this.replaceChildren(h("div", { class: "panel-body" }, h("div", { class: "empty" }, mark, h("strong", null, title), more)));
  }
}

/** @param {readonly Effect[]} some @param {readonly Effect[]} others */
function isSame(some, others) {
  return JSON.stringify(some.map(asList)) === JSON.stringify(others.map(asList));
}

/** @param {Effect} effect */
function asList({ kind, strength, colour, picture, objects }) {
  return [kind, strength, colour, picture, objects];
}

customElements.define("ms-effects", EffectsPanel);
