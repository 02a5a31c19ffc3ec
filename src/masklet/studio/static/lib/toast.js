/** Short messages at the foot of the page, and words that only screen readers hear. */

import { h } from "./dom.js";
import { sentence } from "./format.js";
import { icon } from "./icons.js";

/** @typedef {"info" | "good" | "error"} Kind */
/** @typedef {{label: string, run: () => void}} ToastAction */

const SHOWN_MS = { info: 5000, good: 4000, error: 9000 };
const MARKS = { info: "info", good: "check", error: "warning" };

/**
 * Show a message; it leaves by itself, later while the pointer or the focus is on it.
 * @param {string} text
 * @param {Kind} [kind]
 * @param {ToastAction} [action]
 */
export function toast(text, kind = "info", action) {
  const place = area();
  const words = sentence(text);
  for (const same of place.querySelectorAll(".toast")) {
    if (same.querySelector("p")?.textContent === words) same.remove();
  }
  const leave = () => item.remove();
  const item = h(
    "div",
    { class: `toast toast-${kind}`, role: kind === "error" ? "alert" : "status" },
    icon(MARKS[kind]),
    h("p", null, words),
    action &&
      h("button", { class: "button button-quiet", type: "button", onclick: () => (leave(), action.run()) }, action.label),
    h("button", { class: "icon-button", type: "button", "aria-label": "Dismiss", onclick: leave }, icon("close")),
  );
  place.append(item);
  if (typeof place.showPopover === "function") {
    if (place.matches(":popover-open")) place.hidePopover();
    place.showPopover();
  }
  const wait = () => setTimeout(() => (item.matches(":hover, :focus-within") ? wait() : leave()), SHOWN_MS[kind]);
  wait();
}

/** Show an error's message. @param {unknown} error */
export function toastError(error) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  toast(error instanceof Error ? error.message : String(error), "error");
}

/** Say something to screen readers only. @param {string} text */
export function announce(text) {
  const voice = document.getElementById("voice");
  if (voice) voice.textContent = text;
}

function area() {
  const found = document.getElementById("toasts");
  if (found) return found;
  const made = h("section", { id: "toasts", class: "toasts", "aria-label": "Messages", popover: "manual" });
  document.body.append(made);
  return made;
}
