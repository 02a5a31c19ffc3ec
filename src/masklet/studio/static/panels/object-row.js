/** One object in the list: colour, name, what is known of it, and its buttons. */

import { h } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { openMenu } from "../lib/menu.js";
import { openColours } from "./colours.js";

/** @typedef {import("../types").Editor} Editor */
/** @typedef {import("../types").ObjectView} ObjectView */

const KEYS = 9;

/**
 * The buttons of a row have `data-part`, by which the list finds the focus again after drawing.
 * @param {Editor} editor
 * @param {ObjectView} object
 * @param {number} place counted from 0
 * @param {{rename: (object: number) => void, remove: (object: ObjectView) => void}} acts
 */
export function objectRow(editor, object, place, acts) {
  const selected = editor.selected === object.id;
  const name = h(
    "button",
    {
      class: "object-name",
      type: "button",
      "data-part": "name",
      "aria-current": selected ? "true" : null,
      onclick: () => editor.select(object.id),
      ondblclick: () => acts.rename(object.id),
    },
    h("span", { class: "clip" }, object.name),
    h("span", { class: "object-facts clip num" }, facts(editor, object)),
  );
  return h(
    "li",
    { class: "object", "data-object": object.id, "data-selected": selected, "data-hidden": object.hidden },
    colourButton(editor, object),
    name,
    place < KEYS && h("kbd", { class: "kbd", "aria-hidden": "true", title: `Key ${place + 1} chooses it` }, place + 1),
    eyeButton(editor, object),
    moreButton(object, acts),
  );
}

/** @param {Editor} editor @param {ObjectView} object */
function facts(editor, object) {
  const frames = editor.state.prompts.filter(({ object: about }) => about === object.id).length;
  return object.hidden ? "Hidden" : frames ? count(frames, "prompted frame") : "No prompt yet";
}

/** @param {Editor} editor @param {ObjectView} object */
function colourButton(editor, object) {
  const dot = h("span", { class: "swatch" });
  dot.style.backgroundColor = object.colour;
  const button = h(
    "button",
    { class: "icon-button small", type: "button", "data-part": "colour", "aria-haspopup": "menu", "aria-label": `Colour of ${object.name}`, title: "Change colour" },
    dot,
  );
  button.addEventListener("click", () => {
    openColours(button, object.colour, (colour) => quietly(editor.changeObject(object.id, { colour })));
  });
  return button;
}

/** @param {Editor} editor @param {ObjectView} object */
function eyeButton(editor, object) {
  const { id, hidden } = object;
  return h(
    "button",
    {
      class: "icon-button small object-eye",
      type: "button",
      "data-part": "eye",
      "aria-label": hidden ? `Show ${object.name}` : `Hide ${object.name}`,
      title: hidden ? "Show" : "Hide",
      onclick: () => quietly(editor.changeObject(id, { hidden: !hidden })),
    },
    icon(hidden ? "eye-off" : "eye"),
  );
}

/** @param {ObjectView} object @param {{rename: (object: number) => void, remove: (object: ObjectView) => void}} acts */
function moreButton(object, acts) {
  const button = h(
    "button",
    { class: "icon-button small", type: "button", "data-part": "more", "aria-haspopup": "menu", "aria-label": `Actions for ${object.name}`, title: "Actions" },
    icon("more"),
  );
  const items = [
    { label: "Rename", icon: "pencil", run: () => acts.rename(object.id) },
    { label: "Remove", icon: "trash", danger: true, run: () => acts.remove(object) },
  ];
  button.addEventListener("click", () => openMenu(button, items));
  return button;
}

/** The editor tells people of a refusal by its notice. @param {Promise<unknown>} edit */
export function quietly(edit) {
  edit.catch(() => null);
}
