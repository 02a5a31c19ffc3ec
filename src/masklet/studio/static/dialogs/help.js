/** The sheet of all keys, where each can be changed. */

import { openDialog } from "../lib/dialog.js";
import { h, on } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { allCommands, changeKeys, conflict, isChanged, keyboard, keyLabel, keyName, keysOf, resetKeys } from "../lib/keys.js";

/** @typedef {import("../types").Command} Command */

const GROUPS = /** @type {Command["group"][]} */ (["Prompt", "Objects", "Track", "Play", "Go to", "Edit", "View", "Studio"]);
const POINTER = [
  { title: "Part of the object", keys: ["Click"] },
  { title: "Not part of it", keys: ["Right-click", "Alt+click"] },
  { title: "Box around it", keys: ["Drag"] },
  { title: "Move a marker", keys: ["Drag it"] },
];

/** Whether it is open: the key that opens it may be pressed twice. */
let open = false;

export async function openHelp() {
  if (open) return;
  open = true;
  const gone = new AbortController();
  const sheet = h("div", { class: "keys", tabindex: -1, autofocus: true });
  const note = h("p", { class: "keys-note soft", role: "status" });
  const reset = h("button", { class: "button button-quiet", type: "button", onclick: resetKeys }, "Reset all keys");
  const draw = () => {
    sheet.replaceChildren(...groups(note, gone.signal));
    reset.hidden = !allCommands().some(isChanged);
  };
  on(keyboard, "change", () => (draw(), sayUsual(note)), gone.signal);
  draw();
  sayUsual(note);
  const body = h("div", { class: "keys-body" }, h("div", { class: "keys-head" }, note, reset), sheet);
  await openDialog({ title: "Keys", body, width: "wide" });
  gone.abort();
  open = false;
}

/** @param {HTMLElement} note */
function sayUsual(note) {
  note.textContent = "Press a key's button to choose another key.";
  note.removeAttribute("data-warns");
}

/** @param {HTMLElement} note @param {AbortSignal} signal */
function groups(note, signal) {
  const commands = allCommands();
  return GROUPS.map((group) => {
    const rows = commands.filter((command) => command.group === group).map((command) => row(command, note, signal));
    const pointer = group === "Prompt" && commands.some((command) => command.group === group) ? POINTER.map(pointerRow) : [];
    return h("section", { hidden: rows.length === 0 }, h("h3", null, group), h("ul", { role: "list" }, pointer, rows));
  });
}

/** @param {{title: string, keys: string[]}} way */
function pointerRow({ title, keys }) {
  return h("li", { class: "key-row" }, h("span", { class: "grow" }, title), keys.map((key) => h("kbd", { class: "kbd" }, key)));
}

/** @param {Command} command @param {HTMLElement} note @param {AbortSignal} signal */
function row(command, note, signal) {
  const keys = keysOf(command);
  const words = keys.length ? keys.map(keyLabel).join(" or ") : "no key";
  const change = h(
    "button",
    { class: "key-change", type: "button", "data-keys-of": command.name, "aria-label": `${command.title}: ${words}. Change`, title: "Change the key" },
    keys.length ? shown(keys) : h("span", { class: "soft" }, "none"),
  );
  on(change, "click", () => record(command, change, note, signal));
  const reset = h(
    "button",
    { class: "icon-button small", type: "button", "aria-label": `Reset the key of ${command.title}`, title: "Reset", onclick: () => changeKeys(command, null) },
    icon("undo"),
  );
  return h("li", { class: "key-row" }, h("span", { class: "grow" }, command.title), isChanged(command) && reset, change);
}

/** Keys in a row as "1 to 9" when there are many. @param {string[]} keys */
function shown(keys) {
  const caps = keys.map((key) => h("kbd", { class: "kbd" }, keyLabel(key)));
  const [first, last] = [caps[0], caps.at(-1)];
  return caps.length > 3 && first && last ? [first, "to", last] : caps;
}

/**
 * Wait for a key press and give it to a command; a key that another has must be pressed twice.
 * @param {Command} command
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} note
 * @param {AbortSignal} signal
 */
function record(command, button, note, signal) {
  const stop = new AbortController();
  signal.addEventListener("abort", () => stop.abort());
  const caps = [...button.childNodes];
  let warned = "";
  button.replaceChildren(h("kbd", { class: "kbd key-wait" }, "Press a key"));
  note.textContent = `Press the key for “${command.title}”. Escape keeps it as it is, Backspace takes it away.`;
  const end = () => {
    stop.abort();
    button.replaceChildren(...caps);
    sayUsual(note);
  };
  const take = (/** @type {string[]} */ keys) => {
    stop.abort();
    changeKeys(command, keys);
    /** @type {HTMLElement | null} */ (document.querySelector(`[data-keys-of="${command.name}"]`))?.focus();
  };
  on(button, "blur", end, stop.signal);
  on(button, "keydown", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const key = keyName(event);
    if (!key) return;
    if (key === "Escape") return end();
    if (key === "Backspace") return take([]);
    const other = conflict(key, command);
    if (!other || warned === key) return take([key]);
    warned = key;
    note.toggleAttribute("data-warns", true);
    note.textContent = `${keyLabel(key)} belongs to “${other.title}”. Press it again to take it from there.`;
  }, stop.signal);
}
