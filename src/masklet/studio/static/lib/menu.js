/** A list of actions that pops up at a button. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {{label: string, icon: string, run: () => void, danger?: boolean, disabled?: boolean}} MenuItem */

/**
 * Open a menu at a button; arrows move, Escape and a click elsewhere close it.
 * @param {HTMLElement} at
 * @param {MenuItem[]} items
 */
export function openMenu(at, items) {
  const menu = h("div", { class: "menu", role: "menu", popover: "auto", "aria-label": at.getAttribute("aria-label") ?? "Actions" });
  for (const item of items) {
    menu.append(
      h(
        "button",
        {
          role: "menuitem",
          type: "button",
          class: item.danger ? "danger" : null,
          disabled: item.disabled,
          tabindex: -1,
          onclick: () => {
            menu.hidePopover();
            item.run();
          },
        },
        icon(item.icon),
        item.label,
      ),
    );
  }
  menu.addEventListener("keydown", (event) => move(menu, event));
  popUp(at, menu);
  /** @type {HTMLElement | null} */ (menu.firstElementChild)?.focus();
}

/**
 * Show an element with the class "menu" at a button until something else is pressed.
 * @param {HTMLElement} at
 * @param {HTMLElement} menu
 */
export function popUp(at, menu) {
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    if (menu.contains(document.activeElement)) at.focus();
    at.setAttribute("aria-expanded", "false");
    menu.remove();
  });
  (at.closest("dialog, main, header, section") ?? document.body).append(menu);
  menu.showPopover();
  at.setAttribute("aria-expanded", "true");
  place(menu, at.getBoundingClientRect());
}

/**
 * Below the button when there is room, else above; never outside the window.
 * @param {HTMLElement} menu
 * @param {DOMRect} box
 */
function place(menu, box) {
  const { offsetWidth: wide, offsetHeight: high } = menu;
  const below = box.bottom + 4 + high <= innerHeight;
  const left = box.left + wide <= innerWidth - 8 && box.left < innerWidth / 2 ? box.left : box.right - wide;
  menu.style.top = `${Math.max(8, below ? box.bottom + 4 : box.top - 4 - high)}px`;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - wide - 8))}px`;
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function move(menu, event) {
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]:not(:disabled)")]);
  const now = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}
