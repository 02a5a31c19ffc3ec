/** Bringing masks in from a file, by choosing it or by dropping it. */

import { request } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, on } from "../lib/dom.js";
import { count, sentence } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { announce } from "../lib/toast.js";

/** @typedef {import("../types").Editor} Editor */
/** @typedef {import("../types").ImportedView} ImportedView */

const TAKEN = ".json,.jsonl,.zip,.mkv,.mov,.webm,.mp4";
const WHAT = [
  { title: "Masks", text: "COCO, YouTube-VIS and SA-V (.json), JSON lines (.jsonl)" },
  { title: "Pictures and labels", text: "a .zip of DAVIS PNGs, of transparent PNGs or of YOLO labels" },
  { title: "Videos", text: "a mask video (.mkv), a cut-out with transparency (.mov, .webm), or a black-and-white matte (.mp4)" },
];

/** Whether it is open: the key that opens it may be pressed twice. */
let open = false;

/** @param {Editor} editor */
export async function openImport(editor) {
  if (open) return;
  open = true;
  const body = /** @type {Import} */ (document.createElement("ms-import"));
  body.editor = editor;
  await openDialog({ title: "Import masks", body, width: "medium" });
  open = false;
}

export class Import extends HTMLElement {
  /** @type {Editor | null} */ editor = null;
  #gone = new AbortController();
  #reading = new AbortController();
  #input = h("input", { type: "file", accept: TAKEN, hidden: true, "aria-label": "File with masks" });
  #state = h("div", { class: "import-state", role: "status" });
  #choose = h("button", { class: "button button-primary large", type: "button", autofocus: true }, icon("import"), "Choose a file");

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const drop = h("div", { class: "import-drop" }, h("p", null, "Drop a file here, or"), this.#choose, this.#input);
    const taken = h("dl", { class: "import-taken" }, WHAT.flatMap(({ title, text }) => [h("dt", null, title), h("dd", { class: "soft" }, text)]));
    const note = h("p", { class: "hint" }, "The masks become new objects. They must be as large as this video, and their frames numbered as its frames are. One undo takes them back.");
    this.replaceChildren(drop, this.#state, taken, note);
    on(this.#choose, "click", () => this.#input.click(), signal);
    on(this.#input, "change", () => this.#take(this.#input.files), signal);
    const files = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
    on(this, "dragover", (event) => files(event) && (event.preventDefault(), drop.toggleAttribute("data-dragged", true)), signal);
    on(this, "dragleave", (event) => this.contains(/** @type {Node | null} */ (event.relatedTarget)) || drop.toggleAttribute("data-dragged", false), signal);
    on(this, "drop", (event) => (event.preventDefault(), drop.toggleAttribute("data-dragged", false), this.#take(event.dataTransfer?.files)), signal);
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#reading.abort();
  }

  /** @param {FileList | null | undefined} files */
  #take(files) {
    const file = files?.[0];
    this.#input.value = "";
    if (!file) return;
    if (/** @type {FileList} */ (files).length > 1) this.#failed("Import one file at a time.");
    else void this.#bring(file);
  }

  /** @param {File} file */
  async #bring(file) {
    const { editor } = this;
    if (!editor) return;
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    const cancel = h("button", { class: "button small", type: "button", onclick: () => this.#reading.abort() }, "Cancel");
    this.#show(h("div", { class: "notice" }, h("span", { class: "spinner" }), h("p", { class: "grow" }, `Reading ${file.name}`), cancel));
    this.#choose.disabled = true;
    try {
      const address = `/api/projects/${editor.project.id}/imports?name=${encodeURIComponent(file.name)}`;
      const response = await request("POST", address, file, signal);
      this.#done(file, /** @type {ImportedView} */ (await response.json()));
    } catch (error) {
      if (signal.aborted) this.#show();
      else this.#failed(error instanceof Error ? error.message : String(error));
    } finally {
      this.#choose.disabled = false;
    }
  }

  /** @param {File} file @param {ImportedView} found */
  #done(file, { objects, frames, note }) {
    const text = `${file.name} brought ${count(objects.length, "object")} on ${count(frames, "frame")}.`;
    const more = note ? h("span", { class: "soft" }, ` ${sentence(note.charAt(0).toUpperCase() + note.slice(1))}`) : null;
    this.#show(h("div", { class: "notice import-done" }, icon("check"), h("p", { class: "grow" }, text, more)));
    this.#choose.lastChild?.replaceWith("Choose another file");
    const first = objects[0];
    if (first !== undefined) this.editor?.select(first);
    announce(text);
  }

  /** @param {string} text */
  #failed(text) {
    this.#show(h("div", { class: "notice notice-error", role: "alert" }, icon("warning"), h("p", { class: "grow" }, text)));
  }

  /** @param {Node[]} nodes */
  #show(...nodes) {
    this.#state.replaceChildren(...nodes);
  }
}

customElements.define("ms-import", Import);
