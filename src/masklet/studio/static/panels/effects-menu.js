/** The menu from which an effect is added: every kind with a small picture of what it does. */

import { h } from "../lib/dom.js";
import { popUp } from "../lib/menu.js";

/** @typedef {import("../stage/effects-catalogue.js").Kind} Kind */

/**
 * Open it at a button.
 * @param {HTMLElement} at
 * @param {readonly Kind[]} kinds
 * @param {(kind: Kind) => void} choose
 * @returns {{kind: Kind, canvas: HTMLCanvasElement}[]} where small pictures can be drawn
 */
export function openEffectsMenu(at, kinds, choose) {
  const menu = h("div", { class: "menu effects-menu", role: "menu", popover: "auto", "aria-label": "Add an effect" });
  const spots = kinds.map((kind) => ({ kind, canvas: h("canvas", { class: "thumb", "aria-hidden": "true" }) }));
  for (const target of /** @type {const} */ (["object", "background"])) {
    menu.append(h("div", { class: "menu-title", role: "presentation" }, target === "object" ? "On the object" : "Around the object"));
    for (const { kind, canvas } of spots.filter((spot) => spot.kind.target === target)) {
      const take = () => {
        menu.hidePopover();
        choose(kind);
      };
      const words = h("span", { class: "effect-words" }, h("span", null, kind.title), h("span", { class: "hint" }, kind.line));
      menu.append(h("button", { role: "menuitem", type: "button", tabindex: -1, "data-kind": kind.kind, onclick: take }, canvas, words));
    }
  }
  menu.addEventListener("keydown", (event) => move(menu, event));
  popUp(at, menu);
  /** @type {HTMLElement | null} */ (menu.querySelector("[role=menuitem]"))?.focus();
  return spots;
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function move(menu, event) {
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]")]);
  const now = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}
