/** The bar over a project: where one is, what can be undone, and the ways in and out. */

import { patch } from "../lib/api.js";
import { h, on } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { keyboard, runCommand, titleWithKey } from "../lib/keys.js";
import { openMenu } from "../lib/menu.js";
import { toastError } from "../lib/toast.js";

/** @typedef {import("../types").Editor} Editor */

/**
 * @param {Editor} editor
 * @param {AbortSignal} signal
 */
export function editorHeader(editor, signal) {
  const undo = commandButton("undo", "Undo", "undo");
  const redo = commandButton("redo", "Redo", "redo");
  const saved = h("p", { class: "saved soft" });
  const people = h("p", { class: "people soft num" });
  const model = h("button", { class: "button button-quiet wide-only", type: "button", onclick: () => runCommand("model") });
  const draw = () => {
    const { state } = editor;
    drawStep(undo, "undo", "Undo", state.undo);
    drawStep(redo, "redo", "Redo", state.redo);
    saved.textContent = editor.connected ? "Saved" : "Reconnecting";
    people.hidden = state.people < 2;
    people.replaceChildren(icon("people"), h("span", { class: "sr-only" }, count(state.people, "page")), h("span", { "aria-hidden": "true" }, state.people));
    people.title = `${count(state.people, "page")} look at this project`;
    model.replaceChildren(icon("chip"), h("span", { class: "sr-only" }, "Model: "), editor.project.model);
    model.title = titleWithKey("model", "Choose the model");
  };
  for (const type of ["state", "connection", "project"]) on(editor, type, draw, signal);
  on(keyboard, "change", draw, signal);
  draw();
  return h(
    "header",
    { class: "editor-head" },
    h("a", { class: "icon-button", href: "#/", "aria-label": "All projects", title: "All projects" }, icon("back")),
    projectName(editor),
    saved,
    people,
    h("span", { class: "grow" }),
    undo,
    redo,
    h("span", { class: "gap wide-only" }),
    model,
    wordButton("look", "look", "Look next"),
    wordButton("import", "import", "Import"),
    wordButton("export", "export", "Export", "button-primary"),
    commandButton("help", "Keys and help", "help", "wide-only"),
    moreButton(),
  );
}

/** @param {string} name @param {string} label @param {string} mark @param {string} [look] */
function commandButton(name, label, mark, look = "") {
  return h(
    "button",
    { class: `icon-button ${look}`, type: "button", "aria-label": label, title: titleWithKey(name, label), onclick: () => runCommand(name) },
    icon(mark),
  );
}

/** @param {string} name @param {string} mark @param {string} label @param {string} [look] */
function wordButton(name, mark, label, look) {
  const always = look ? "" : "wide-only";
  return h(
    "button",
    { class: `button ${look ?? "button-quiet"} ${always}`, type: "button", title: titleWithKey(name), onclick: () => runCommand(name) },
    icon(mark),
    h("span", { class: "label-word" }, label),
  );
}

/** What a narrow window has no room for. */
function moreButton() {
  const button = h(
    "button",
    { class: "icon-button narrow-only", type: "button", "aria-label": "More", "aria-haspopup": "menu" },
    icon("more"),
  );
  button.addEventListener("click", () => {
    openMenu(button, [
      { label: "Look next", icon: "look", run: () => runCommand("look") },
      { label: "Import", icon: "import", run: () => runCommand("import") },
      { label: "Model", icon: "chip", run: () => runCommand("model") },
      { label: "Keys and help", icon: "help", run: () => runCommand("help") },
    ]);
  });
  return button;
}

/** @param {HTMLButtonElement} button @param {string} name @param {string} label @param {string | null} what */
function drawStep(button, name, label, what) {
  button.disabled = what === null;
  button.setAttribute("aria-label", what ? `${label}: ${what}` : label);
  button.title = titleWithKey(name, what ? `${label}: ${what}` : label);
}

/** The project's name, which a click lets one change. @param {Editor} editor */
function projectName(editor) {
  const { project } = editor;
  const heading = h("h1", { class: "project-name" });
  const show = () => {
    const button = h("button", { type: "button", class: "clip", title: "Rename the project", onclick: edit }, project.name);
    heading.replaceChildren(button);
    document.title = `${project.name} · masklet studio`;
    return button;
  };
  const edit = () => {
    const input = h("input", { class: "input", value: project.name, maxLength: 80, "aria-label": "Name of the project" });
    heading.replaceChildren(input);
    input.select();
    let open = true;
    const end = (/** @type {boolean} */ keep) => {
      if (!open) return;
      open = false;
      const name = input.value.trim();
      if (keep && name && name !== project.name) {
        const before = project.name;
        project.name = name;
        patch(`/api/projects/${project.id}`, { name }).catch((error) => {
          project.name = before;
          show();
          toastError(error);
        });
      }
      show().focus();
    };
    on(input, "blur", () => end(true));
    on(input, "keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      end(event.key === "Enter");
    });
  };
  show();
  return heading;
}
