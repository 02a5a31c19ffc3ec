/** Objects, effects and the review list: columns of a wide window, one sheet of tabs on a narrow one. */

import { h, on } from "../lib/dom.js";

export const NARROW = matchMedia("(max-width: 960px)");

/** @typedef {"objects" | "effects" | "review"} Tab */
/** @typedef {{objects: HTMLElement, effects: HTMLElement, review: HTMLElement}} Contents */

const NAMES = { objects: "Objects", effects: "Effects", review: "Look next" };
const TABS = /** @type {Tab[]} */ (Object.keys(NAMES));

/** Tells "change" when another tab is shown or the sheet opens or closes. */
export class Panels extends EventTarget {
  /** @type {Tab} */
  tab = "effects";
  /** Whether the sheet of a narrow window is up. */
  open = false;
  #contents;
  #tabs;

  /** @param {Contents} contents @param {AbortSignal} signal */
  constructor(contents, signal) {
    super();
    this.#contents = contents;
    this.#tabs = new Map(TABS.map((tab) => [tab, this.#button(tab)]));
    const list = h("div", { class: "tabs", role: "tablist", "aria-label": "Panels" }, [...this.#tabs.values()]);
    on(list, "keydown", (event) => this.#move(event), signal);
    this.element = h("section", { class: "panels", "aria-label": "Panels" }, list, contents.objects, contents.effects, contents.review);
    on(this.element, "keydown", (event) => this.#leave(event), signal);
    on(NARROW, "change", () => this.#fit(), signal);
    for (const tab of TABS) contents[tab].id = `panel-${tab}`;
    this.#fit();
  }

  /** @param {Tab} tab */
  show(tab) {
    this.tab = tab;
    this.open = true;
    this.#draw();
  }

  /** @param {Tab} tab */
  #button(tab) {
    return h(
      "button",
      { role: "tab", type: "button", id: `tab-${tab}`, "aria-controls": `panel-${tab}`, onclick: () => this.#pressed(tab) },
      NAMES[tab],
    );
  }

  /** @param {Tab} tab */
  #pressed(tab) {
    if (NARROW.matches && this.open && tab === this.tab) this.#close();
    else this.show(tab);
  }

  #close() {
    this.open = false;
    this.#draw();
  }

  #fit() {
    if (NARROW.matches) this.tab = "objects";
    else if (this.tab === "objects") this.tab = "effects";
    this.open = false;
    this.#draw();
  }

  #draw() {
    const narrow = NARROW.matches;
    this.element.toggleAttribute("data-open", this.open);
    for (const tab of TABS) {
      const inTabs = narrow || tab !== "objects";
      const chosen = tab === this.tab;
      const [panel, button] = [this.#contents[tab], this.#tabs.get(tab)];
      panel.hidden = inTabs && !(chosen && (this.open || !narrow));
      panel.setAttribute("role", inTabs ? "tabpanel" : "region");
      panel.setAttribute("aria-labelledby", inTabs ? `tab-${tab}` : "objects-title");
      if (!button) continue;
      button.hidden = !inTabs;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (narrow && chosen) button.setAttribute("aria-expanded", String(this.open));
      else button.removeAttribute("aria-expanded");
    }
    this.dispatchEvent(new Event("change"));
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const shown = TABS.filter((tab) => !this.#tabs.get(tab)?.hidden);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = shown.at((shown.indexOf(this.tab) + step) % shown.length);
    if (!next) return;
    this.show(next);
    this.#tabs.get(next)?.focus();
  }

  /** @param {KeyboardEvent} event */
  #leave(event) {
    if (event.key !== "Escape" || !NARROW.matches || !this.open || event.defaultPrevented) return;
    event.preventDefault();
    this.#close();
    this.#tabs.get(this.tab)?.focus();
  }
}
