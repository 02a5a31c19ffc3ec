/** The page of a project: header, stage, timeline and panels, put together around one editor. */

import { openExport } from "../dialogs/export.js";
import { openImport } from "../dialogs/import.js";
import { ApiError, get } from "../lib/api.js";
import { h, on } from "../lib/dom.js";
import { sentence } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { announce, toast } from "../lib/toast.js";
import "../panels/ms-effects.js";
import "../panels/ms-objects.js";
import "../panels/ms-review.js";
import "../stage/ms-stage.js";
import "../stage/ms-tools.js";
import "../timeline/ms-timeline.js";
import { connectionBanner } from "./banner.js";
import { registerEditorCommands } from "./commands.js";
import { openEditor } from "./editor.js";
import { editorHeader } from "./header.js";
import { firstHint } from "./hint.js";
import { NARROW, Panels } from "./panels.js";
import { tellProgress } from "./progress.js";

/** @typedef {import("../types").Editor} Editor */
/** @typedef {import("../types").ProjectView} ProjectView */
/** @typedef {import("../panels/ms-objects.js").Objects} Objects */
/** @typedef {import("../panels/ms-review.js").Review} Review */

export class EditorPage extends HTMLElement {
  /** Which project to open. */
  projectId = "";
  /** Whether the picture gets the focus, as when one comes from another page. */
  takeFocus = false;
  /** @type {Editor | null} */
  editor = null;
  #gone = new AbortController();

  connectedCallback() {
    this.#gone = new AbortController();
    void this.#open();
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.editor?.close();
    this.editor = null;
  }

  async #open() {
    const { signal } = this.#gone;
    this.replaceChildren(opening());
    try {
      const project = /** @type {ProjectView} */ (await get(`/api/projects/${this.projectId}`, signal));
      if (project.broken) return this.#problem(`“${project.name}” cannot be opened`, `${sentence(project.broken)} Restore its folder from a copy.`);
      const editor = await openEditor(project);
      if (signal.aborted) return editor.close();
      this.editor = editor;
      this.#compose(editor, signal);
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  /** @param {Editor} editor @param {AbortSignal} signal */
  #compose(editor, signal) {
    const make = (/** @type {string} */ name) => Object.assign(document.createElement(name), { editor });
    const [objects, review] = [/** @type {Objects} */ (make("ms-objects")), /** @type {Review} */ (make("ms-review"))];
    const stage = make("ms-stage");
    const panels = new Panels({ objects, effects: make("ms-effects"), review }, signal);
    on(panels, "change", () => !review.hidden && void review.refresh(), signal);
    const page = {
      look: () => (panels.show("review"), void review.next()),
      rename: (/** @type {number} */ object) => (NARROW.matches && panels.show("objects"), objects.renameObject(object)),
      remove: (/** @type {number} */ object) => objects.removeObject(object),
      openExport: () => void openExport(editor),
      openImport: () => void openImport(editor),
      onStage: () => stage.contains(document.activeElement),
    };
    signal.addEventListener("abort", registerEditorCommands(editor, page));
    this.replaceChildren(
      editorHeader(editor, signal),
      connectionBanner(editor, signal),
      h("main", { class: "picture" }, make("ms-tools"), stage, firstHint(editor, signal)),
      h("section", { class: "editor-foot", "aria-label": "Timeline" }, make("ms-timeline")),
      panels.element,
    );
    on(editor, "notice", () => editor.notice && toast(editor.notice, "error"), signal);
    tellProgress(editor, signal);
    takeDrags(page.openImport, signal);
    announce(`${editor.project.name} is open.`);
    if (this.takeFocus) stage.focus({ preventScroll: true });
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof ApiError && error.status === 404) {
      return this.#problem("There is no such project", "It may have been deleted, or the address is not complete.");
    }
    this.#problem("The project could not be opened", error instanceof Error ? error.message : String(error));
  }

  /** @param {string} title @param {string} text */
  #problem(title, text) {
    const again = h("button", { class: "button", type: "button", onclick: () => void this.#open() }, "Try again");
    const back = h("a", { class: "button button-primary", href: "#/" }, "All projects");
    const words = h("div", { class: "empty" }, icon("warning"), h("h1", { tabindex: -1 }, title), h("p", null, text), h("div", { class: "row" }, again, back));
    this.replaceChildren(h("main", { class: "whole-page" }, words));
    this.querySelector("h1")?.focus();
    announce(`${title}. ${text}`);
  }
}

function opening() {
  const words = h("div", { class: "empty" }, h("span", { class: "spinner" }), h("h1", null, "Opening the project"));
  return h("main", { class: "whole-page", "aria-busy": "true" }, words);
}

/**
 * A file that is dragged over the project opens the import, and is dropped there.
 * @param {() => void} openImport
 * @param {AbortSignal} signal
 */
function takeDrags(openImport, signal) {
  const files = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  on(window, "dragenter", (event) => files(event) && !document.querySelector("dialog") && openImport(), signal);
  for (const type of ["dragover", "drop"]) on(window, type, (event) => files(event) && event.preventDefault(), signal);
}

customElements.define("ms-editor", EditorPage);
