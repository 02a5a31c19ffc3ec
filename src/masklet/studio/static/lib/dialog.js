/** Questions and sheets on the browser's own dialog element, which keeps the focus inside. */

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {{label: string, value: string, kind?: "primary" | "danger", disabled?: boolean}} Action */
/**
 * @typedef {object} DialogOptions
 * @property {string} title
 * @property {Node | string} body
 * @property {Action[]} [actions] the last one is the rightmost
 * @property {"narrow" | "medium" | "wide"} [width]
 * @property {AbortSignal} [signal] closes the dialog
 */

let made = 0;

/**
 * Open a dialog over the page and wait until it is closed.
 * The focus goes to an element of the body with `autofocus`, else to the first field or button,
 * and comes back to where it was.
 * @param {DialogOptions} options
 * @returns {Promise<string>} the chosen action's value; "" when it was closed without one
 */
export function openDialog({ title, body, actions = [], width = "narrow", signal }) {
  const before = document.activeElement;
  const name = `dialog-${++made}`;
  const text = typeof body === "string";
  /** @type {HTMLDialogElement} */
  const dialog = h(
    "dialog",
    { class: `dialog dialog-${width}`, "aria-labelledby": name, "aria-describedby": text && `${name}-body` },
    h(
      "div",
      { class: "dialog-head" },
      h("h2", { id: name }, title),
      h("button", { class: "icon-button", type: "button", "aria-label": "Close", onclick: () => dialog.close("") }, icon("close")),
    ),
    h("div", { class: "dialog-body", id: `${name}-body` }, text ? h("p", null, body) : body),
    actions.length > 0 && h("div", { class: "dialog-foot" }, actions.map((action) => button(action))),
  );
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog && outside(dialog, event)) dialog.close("");
  });
  signal?.addEventListener("abort", () => dialog.close(""));
  document.body.append(dialog);
  dialog.showModal();
  firstFocus(dialog)?.focus({ preventScroll: true });
  dialog.querySelector(".dialog-body")?.scrollTo(0, 0); // showModal scrolls to what it gives the focus
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue);
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    });
  });
}

/** Close the dialog that an element is in. @param {Element} inside @param {string} [value] */
export function closeDialog(inside, value = "") {
  inside.closest("dialog")?.close(value);
}

/**
 * Ask before something that cannot be taken back.
 * @param {{title: string, text: string, yes: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export async function confirm({ title, text, yes, danger = false }) {
  const actions = /** @type {Action[]} */ ([
    { label: "Cancel", value: "" },
    { label: yes, value: "yes", kind: danger ? "danger" : "primary" },
  ]);
  return (await openDialog({ title, body: text, actions })) === "yes";
}

/** @param {Action} action */
function button(action) {
  const look = action.kind ? `button-${action.kind}` : "";
  return h(
    "button",
    {
      class: `button ${look}`,
      type: "button",
      disabled: action.disabled,
      "data-value": action.value,
      onclick: (/** @type {Event} */ event) => closeDialog(/** @type {Element} */ (event.target), action.value),
    },
    action.label,
  );
}

/** @param {HTMLDialogElement} dialog */
function firstFocus(dialog) {
  const fields = ".dialog-body :is(input, select, textarea, button, a[href], [tabindex='0']):not(:disabled)";
  return /** @type {HTMLElement | null} */ (
    dialog.querySelector("[autofocus]") ?? dialog.querySelector(fields) ?? dialog.querySelector(".dialog-foot button")
  );
}

/** @param {HTMLDialogElement} dialog @param {PointerEvent} event */
function outside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  const across = event.clientX < box.left || event.clientX > box.right;
  return across || event.clientY < box.top || event.clientY > box.bottom;
}
