/** The palette from which an object gets its colour. */

import { h } from "../lib/dom.js";
import { popUp } from "../lib/menu.js";

/** The first colours that the server gives, in its order. */
const PALETTE = [
  { name: "Blue", colour: "#2e86ff" },
  { name: "Orange", colour: "#ff8a18" },
  { name: "Green", colour: "#22c578" },
  { name: "Pink", colour: "#ec4899" },
  { name: "Yellow", colour: "#facc15" },
  { name: "Violet", colour: "#9664ff" },
  { name: "Cyan", colour: "#14c8d7" },
  { name: "Red", colour: "#f43f3f" },
  { name: "Lime", colour: "#a3dc28" },
  { name: "Magenta", colour: "#d977ff" },
];
const ROW = 5;

/**
 * Let a colour be chosen at a button.
 * @param {HTMLElement} at
 * @param {string} current
 * @param {(colour: string) => void} choose
 */
export function openColours(at, current, choose) {
  const menu = h("div", { class: "menu palette", role: "menu", popover: "auto", "aria-label": "Colour" });
  for (const { name, colour } of PALETTE) {
    const dot = h("span", { class: "swatch" });
    dot.style.backgroundColor = colour;
    const take = () => {
      menu.hidePopover();
      choose(colour);
    };
    menu.append(
      h(
        "button",
        { type: "button", role: "menuitemradio", tabindex: -1, title: name, "aria-label": name, "aria-checked": String(colour === current), onclick: take },
        dot,
      ),
    );
  }
  menu.addEventListener("keydown", (event) => move(menu, event));
  popUp(at, menu);
  const chosen = menu.querySelector("[aria-checked=true]") ?? menu.firstElementChild;
  /** @type {HTMLElement | null} */ (chosen)?.focus();
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function move(menu, event) {
  const dots = /** @type {HTMLElement[]} */ ([...menu.children]);
  const now = dots.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -ROW, ArrowDown: ROW }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (step === undefined) return;
  event.preventDefault();
  dots[(now + step + dots.length) % dots.length]?.focus();
}
