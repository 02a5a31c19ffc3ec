/** Taking masks and videos home: a kind, what is in it, and the files that are ready. */

import { openDialog } from "../lib/dialog.js";
import { h, on } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { announce, toastError } from "../lib/toast.js";
import { exportJobs, isGoing } from "./export-jobs.js";
import { GROUPS } from "./export-kinds.js";
import { ExportOptions } from "./export-options.js";
import { ExportRows } from "./export-rows.js";

/** @typedef {import("../types").Editor} Editor */
/** @typedef {import("./export-kinds.js").Kind} Kind */

const KINDS = GROUPS.flatMap(({ kinds }) => kinds);

/** The kind chosen last on this page. */
let last = "coco";
/** Whether it is open: the key that opens it may be pressed twice. */
let open = false;

/** @param {Editor} editor */
export async function openExport(editor) {
  if (open) return;
  open = true;
  const body = /** @type {Export} */ (document.createElement("ms-export"));
  body.editor = editor;
  await openDialog({ title: "Export", body, width: "wide" });
  open = false;
}

export class Export extends HTMLElement {
  /** @type {Editor | null} */ editor = null;
  #gone = new AbortController();
  #problem = h("p", { class: "export-problem", role: "alert", hidden: true });
  #button = h("button", { class: "button button-primary large", type: "submit" }, icon("export"), "Export");

  connectedCallback() {
    if (!this.editor) return;
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const { editor } = this;
    const jobs = exportJobs(editor.project.id);
    const options = new ExportOptions(editor);
    const rows = new ExportRows(jobs);
    const made = h("section", { class: "exports-made", "aria-labelledby": "exports-title" }, h("h3", { id: "exports-title" }, "Your exports"), rows.element);
    const side = h("div", { class: "export-side" }, h("h3", { class: "export-title" }), options.element);
    const go = h("div", { class: "export-go" }, this.#problem, this.#button);
    const form = h("form", { class: "export-form", noValidate: true }, this.#kinds(), h("div", { class: "export-right" }, side, go, made));
    this.replaceChildren(form);
    const show = () => this.#show(options);
    on(form, "change", ({ target }) => this.#changed(/** @type {HTMLInputElement} */ (target), show), signal);
    on(form, "input", () => (this.#problem.hidden = true), signal);
    on(form, "submit", (event) => (event.preventDefault(), void this.#begin(options)), signal);
    on(jobs, "change", () => this.#drawn(rows, made), signal);
    jobs.watched = true;
    signal.addEventListener("abort", () => (jobs.watched = false));
    show();
    this.#drawn(rows, made);
    jobs.refresh().catch(toastError);
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {HTMLInputElement} field @param {() => void} show */
  #changed({ name, value }, show) {
    if (name !== "kind") return;
    last = value;
    show();
  }

  #kinds() {
    return h(
      "div",
      { class: "export-kinds" },
      GROUPS.map(({ title, kinds }) => h("fieldset", { class: "export-group" }, h("legend", null, title), kinds.map(choice))),
    );
  }

  /** @param {ExportOptions} options */
  #show(options) {
    const kind = KINDS.find(({ kind }) => kind === last) ?? KINDS[0];
    const title = this.querySelector(".export-title");
    if (title) title.textContent = kind.title;
    this.#problem.hidden = true;
    options.show(kind);
  }

  /** @param {ExportRows} rows @param {HTMLElement} made */
  #drawn(rows, made) {
    rows.draw();
    made.hidden = rows.element.children.length === 0;
  }

  /** @param {ExportOptions} options */
  async #begin(options) {
    const problem = options.problem();
    if (problem) return this.#complain(problem);
    this.#button.disabled = true;
    try {
      const jobs = exportJobs(/** @type {Editor} */ (this.editor).project.id);
      await jobs.begin(last, options.read());
      announce("The export has begun.");
      const going = jobs.list.find(isGoing) ?? jobs.list[0];
      this.querySelector(`[data-job="${going?.id}"]`)?.scrollIntoView({ block: "center" });
    } catch (error) {
      this.#complain(error instanceof Error ? error.message : String(error));
    } finally {
      this.#button.disabled = false;
    }
  }

  /** @param {string} text */
  #complain(text) {
    this.#problem.textContent = text;
    this.#problem.hidden = false;
  }
}

/** @param {Kind} kind */
function choice({ kind, title, ending, line }) {
  const checked = kind === last;
  return h(
    "label",
    { class: "export-kind" },
    h("input", { type: "radio", name: "kind", value: kind, checked, autofocus: checked, "aria-label": `${title} (${ending})`, "aria-describedby": `export-${kind}` }),
    h(
      "span",
      { class: "grow" },
      h("span", { class: "row" }, h("span", { class: "export-kind-name" }, title), h("span", { class: "hint num" }, ending)),
      h("span", { class: "hint", id: `export-${kind}` }, line),
    ),
  );
}

customElements.define("ms-export", Export);
