/** Which key does what: commands register here, people change keys, and every key press is looked up. */

/** @typedef {import("../types").Command} Command */

const SAVED = "masklet.keys";
const MAC = /mac|iphone|ipad/i.test(navigator.platform);
const TEXT = "input:not([type=checkbox], [type=radio], [type=range], [type=button], [type=color]), textarea, select, [contenteditable]";
const PRESSABLE = "button, a[href], summary, [role=button], [role=option], [role=tab], [role=menuitem], input";
const EDITING = new Set(["Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y", "Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X"]);
const OF_ELEMENTS = new Set(["Space", "Enter"]);
const ARROWED = "input:is([type=range], [type=radio])";
const OF_ARROWED = /^(Arrow|Home$|End$|Page)/;

/** @type {Command[]} */
let commands = [];
/** Keys that people chose, by command name. @type {Map<string, string[]>} */
const chosen = new Map(Object.entries(saved()));
/** Commands held down, by the key's code. @type {Map<string, Command>} */
const held = new Map();
/**
 * The button that was pressed with the pointer: it has the focus, but Space is not meant for it.
 * @type {Element | null}
 */
let pointed = null;

/** Tells "change" when commands come or go, or a key is changed. */
export const keyboard = new EventTarget();

/**
 * @param {Command[]} added
 * @returns {() => void} takes them away again
 */
export function registerCommands(added) {
  for (const { name } of added) {
    if (commands.some((known) => known.name === name)) throw new Error(`Two commands are called ${name}.`);
  }
  commands = [...commands, ...added];
  keyboard.dispatchEvent(new Event("change"));
  return () => {
    commands = commands.filter((known) => !added.includes(known));
    keyboard.dispatchEvent(new Event("change"));
  };
}

/** All commands that are registered now. @returns {readonly Command[]} */
export function allCommands() {
  return commands;
}

/** The keys of a command, as changed by the person. @param {Command} command */
export function keysOf(command) {
  return chosen.get(command.name) ?? command.keys;
}

/** Run a command by name, as buttons do. @param {string} name */
export function runCommand(name) {
  const command = commands.find((known) => known.name === name);
  if (command && (command.can?.() ?? true)) void command.run();
}

/** "Undo (Ctrl+Z)": a title for a button. @param {string} name @param {string} [text] */
export function titleWithKey(name, text) {
  const command = commands.find((known) => known.name === name);
  const key = command && keysOf(command)[0];
  return `${text ?? command?.title ?? ""}${key ? ` (${keyLabel(key)})` : ""}`;
}

/** The other command that has a key, if one has. @param {string} key @param {Command} command */
export function conflict(key, command) {
  return commands.find((other) => other !== command && keysOf(other).includes(key)) ?? null;
}

/**
 * Give a command other keys and take them from whoever has them; null is the default keys.
 * @param {Command} command
 * @param {string[] | null} keys
 */
export function changeKeys(command, keys) {
  for (const key of keys ?? command.keys) {
    const other = conflict(key, command);
    if (other) chosen.set(other.name, keysOf(other).filter((one) => one !== key));
  }
  if (keys) chosen.set(command.name, keys);
  else chosen.delete(command.name);
  save();
}

/** Every command has its own keys again. */
export function resetKeys() {
  chosen.clear();
  save();
}

/** Whether a person changed this command's keys. @param {Command} command */
export function isChanged(command) {
  return chosen.has(command.name);
}

/**
 * A key press as commands write it: "Space", "Shift+ArrowLeft", "Ctrl+Z", "?"; "" for a bare modifier.
 * @param {KeyboardEvent} event
 */
export function keyName(event) {
  const base = baseKey(event);
  if (!base) return "";
  const typed = base.length === 1 && !/[A-Z0-9]/.test(base);
  const graph = event.getModifierState("AltGraph");
  const parts = [
    (MAC ? event.metaKey : event.ctrlKey) && !graph && "Ctrl",
    event.altKey && !graph && "Alt",
    event.shiftKey && !typed && "Shift",
    base,
  ];
  return parts.filter(Boolean).join("+");
}

/** @param {KeyboardEvent} event */
function baseKey({ key, code }) {
  if (["Control", "Shift", "Alt", "Meta", "AltGraph", "Dead", "Process"].includes(key)) return "";
  if (key === " ") return "Space";
  if (key.length > 1) return key;
  if (/^[\x21-\x7e]$/.test(key)) return key.toUpperCase();
  return /^Key[A-Z]$/.test(code) ? code.slice(3) : key;
}

const LABELS = /** @type {Record<string, string>} */ ({
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del",
  ...(MAC ? { Ctrl: "⌘", Shift: "⇧", Alt: "⌥" } : {}),
});

/** A key for people's eyes. @param {string} key */
export function keyLabel(key) {
  return key.split(/\+(?=.)/).map((part) => LABELS[part] ?? part).join(MAC ? "" : "+");
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Tab") pointed = null;
  const key = keyName(event);
  const target = event.target instanceof Element ? event.target : document.body;
  if (!key || isBusy(target, key)) return;
  const command = commands.find((one) => keysOf(one).includes(key) && (one.can?.() ?? true));
  if (!command) return;
  if (command.release && event.repeat) return event.preventDefault();
  event.preventDefault();
  if (command.release) held.set(event.code, command);
  void command.run(event);
}

/** Whether the key belongs to what has the focus. @param {Element} target @param {string} key */
function isBusy(target, key) {
  if (document.querySelector("dialog:modal")) return true;
  if (target.closest(ARROWED) && OF_ARROWED.test(key)) return true;
  if (target.closest(TEXT)) return !key.startsWith("Ctrl+") || EDITING.has(key);
  return OF_ELEMENTS.has(key) && target !== pointed && target.closest(PRESSABLE) !== null;
}

/** @param {KeyboardEvent} event */
function released(event) {
  if (event.key === " " && event.target === pointed) event.preventDefault();
  held.get(event.code)?.release?.();
  held.delete(event.code);
}

function releaseAll() {
  for (const command of held.values()) command.release?.();
  held.clear();
}

/** @returns {Record<string, string[]>} */
function saved() {
  try {
    return JSON.parse(localStorage.getItem(SAVED) ?? "{}");
  } catch {
    return {};
  }
}

function save() {
  localStorage.setItem(SAVED, JSON.stringify(Object.fromEntries(chosen)));
  keyboard.dispatchEvent(new Event("change"));
}

document.addEventListener("keydown", pressed);
document.addEventListener("keyup", released);
window.addEventListener("blur", releaseAll);
document.addEventListener("pointerdown", (event) => {
  pointed = event.target instanceof Element ? event.target.closest("button") : null;
});
