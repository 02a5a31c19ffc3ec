/** The start page: what this is, a place to drop videos, and the projects there are. */

import { get, post } from "../lib/api.js";
import { h, on } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { titleWithKey, runCommand } from "../lib/keys.js";
import { toast, toastError } from "../lib/toast.js";
import { projectCard } from "./card.js";
import { drawing } from "./drawing.js";
import { uploadRows } from "./upload-list.js";
import { uploads } from "./uploads.js";

/** @typedef {import("../types").ProjectView} ProjectView */
/** @typedef {import("../types").AboutView} AboutView */

const TAKEN = "video/*,image/*,.mp4,.mov,.m4v,.webm,.mkv,.avi,.gif,.zip";
const SKELETONS = 3;
const TOUCH = matchMedia("(pointer: coarse)");
const STEPS = [
  { mark: "click", title: "Click", text: "One click marks an object. Right-click takes away, a drag draws a box." },
  { mark: "track", title: "Track", text: "Its mask follows through the video. Correct it on any frame where it slips." },
  { mark: "export", title: "Export", text: "Masks for COCO, SA-V, DAVIS and YOLO, cut-outs with alpha, or a finished video." },
];

class Start extends HTMLElement {
  #gone = new AbortController();
  #input = h("input", { type: "file", accept: TAKEN, multiple: true, hidden: true });
  #drop = h("section", { class: "drop", "aria-labelledby": "drop-title" });
  #uploads = h("ul", { class: "uploads", role: "list", "aria-label": "Uploads" });
  #projects = h("section", { class: "projects", "aria-labelledby": "projects-title" });
  #steps = h("ol", { class: "steps", role: "list", "aria-label": "How it works" }, STEPS.map(step));
  #about = h("footer", { class: "start-foot" });

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.replaceChildren(header(), h("main", { class: "start" }, this.#drop, this.#uploads, this.#projects, this.#steps), this.#about, this.#input);
    this.#welcome(false);
    this.#waiting();
    this.#listUploads();
    on(this.#input, "change", () => this.#chosen(), signal);
    on(uploads, "list", () => this.#listUploads(), signal);
    on(uploads, "project", (event) => this.#made(event.detail), signal);
    this.#takeDrops(signal);
    void this.#load();
    void this.#tellAbout();
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  async #load() {
    try {
      this.#show(/** @type {ProjectView[]} */ (await get("/api/projects", this.#gone.signal)));
    } catch (error) {
      if (!this.#gone.signal.aborted) this.#failed(error);
    }
  }

  async #tellAbout() {
    const about = /** @type {AboutView | null} */ (await get("/api/about", this.#gone.signal).catch(() => null));
    if (!about) return;
    this.#about.replaceChildren(
      h("p", null, "Videos and masks stay on the computer that runs the studio."),
      h("p", { class: "num" }, `masklet ${about.version}, ${about.default_model} on ${about.device}`),
    );
  }

  /** @param {boolean} first whether there is no project yet */
  #welcome(first) {
    const choose = h(
      "button",
      { class: "button button-primary large", type: "button", onclick: () => this.#input.click() },
      icon("upload"),
      first ? "Choose a video" : "Add a video",
    );
    const sample = h("button", { class: "button large", type: "button" }, icon("play"), "Try the sample clip");
    sample.addEventListener("click", () => void this.#sample(sample));
    this.classList.toggle("first-visit", first);
    this.#steps.hidden = !first;
    this.#drop.replaceChildren(
      ...(first ? [drawing()] : []),
      h("div", { class: "drop-words" }, ...invitation(first)),
      h("div", { class: "drop-buttons" }, choose, sample),
    );
  }

  #waiting() {
    this.#projects.setAttribute("aria-busy", "true");
    const cards = Array.from({ length: SKELETONS }, () => h("li", { class: "card skeleton" }, h("div", { class: "card-picture" })));
    this.#projects.replaceChildren(title(null), h("ul", { class: "cards", role: "list", "aria-hidden": "true" }, ...cards));
  }

  /** @param {ProjectView[]} projects */
  #show(projects) {
    this.#projects.removeAttribute("aria-busy");
    this.#welcome(projects.length === 0);
    this.#projects.hidden = projects.length === 0;
    const sorted = projects.toSorted((one, other) => other.changed.localeCompare(one.changed));
    const cards = sorted.map((project) => projectCard(project, () => void this.#load()));
    this.#projects.replaceChildren(title(projects.length), h("ul", { class: "cards", role: "list" }, ...cards));
  }

  /** @param {unknown} error */
  #failed(error) {
    this.#projects.removeAttribute("aria-busy");
    this.#projects.replaceChildren(
      title(null),
      h(
        "div",
        { class: "empty", role: "alert" },
        icon("offline"),
        h("strong", null, "The projects could not be listed"),
        h("p", null, error instanceof Error ? error.message : String(error)),
        h("button", { class: "button", type: "button", onclick: () => (this.#waiting(), void this.#load()) }, "Try again"),
      ),
    );
  }

  #listUploads() {
    const rows = uploadRows(() => this.#input.click());
    this.#uploads.replaceChildren(...rows);
    this.#uploads.hidden = rows.length === 0;
  }

  #chosen() {
    uploads.add(this.#input.files ?? []);
    this.#input.value = "";
  }

  /** @param {{project: ProjectView, alone: boolean}} made */
  #made({ project, alone }) {
    if (alone) location.hash = `#/project/${project.id}`;
    else void this.#load();
  }

  /** @param {HTMLButtonElement} button */
  async #sample(button) {
    button.disabled = true;
    try {
      const project = /** @type {ProjectView} */ (await post("/api/projects/sample"));
      location.hash = `#/project/${project.id}`;
    } catch (error) {
      button.disabled = false;
      toastError(error);
    }
  }

  /** @param {AbortSignal} signal */
  #takeDrops(signal) {
    let inside = 0;
    const files = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
    const mark = (/** @type {number} */ depth) => {
      inside = Math.max(0, depth);
      this.toggleAttribute("data-dragged", inside > 0);
    };
    on(window, "dragenter", (event) => files(event) && (event.preventDefault(), mark(inside + 1)), signal);
    on(window, "dragleave", (event) => files(event) && mark(inside - 1), signal);
    on(window, "dragover", (event) => files(event) && event.preventDefault(), signal);
    on(window, "drop", (event) => (event.preventDefault(), mark(0), this.#dropped(event)), signal);
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === "file");
    const folders = items.filter((item) => item.webkitGetAsEntry()?.isDirectory);
    if (folders.length > 0) {
      toast("A folder cannot be dropped here. Drop a zip of it, or open it with: masklet studio FOLDER", "error");
    }
    const single = items.filter((item) => !folders.includes(item));
    uploads.add(single.map((item) => item.getAsFile()).filter((file) => file !== null));
  }
}

/** @param {{mark: string, title: string, text: string}} what */
function step({ mark, title, text }) {
  return h("li", null, icon(mark), h("h3", null, title), h("p", { class: "soft" }, text));
}

/** @param {boolean} first */
function invitation(first) {
  const where = first ? "Drop a video here to begin" : "Drop a video anywhere on this page";
  return [
    h("h2", { id: "drop-title" }, TOUCH.matches ? (first ? "Choose a video to begin" : "New project") : where),
    h("p", { class: "soft" }, "mp4, mov, webm and most others, or a zip of pictures. Large files can be paused."),
  ];
}

function header() {
  const help = h(
    "button",
    { class: "icon-button", type: "button", "aria-label": "Keys and help", title: titleWithKey("help"), onclick: () => runCommand("help") },
    icon("help"),
  );
  return h(
    "header",
    { class: "start-head" },
    icon("mark"),
    h("div", { class: "grow" }, h("h1", { tabindex: -1 }, "masklet studio"), h("p", { class: "soft" }, "Click an object in a video, track it, and take its masks home.")),
    help,
  );
}

/** @param {number | null} number */
function title(number) {
  return h(
    "h2",
    { id: "projects-title" },
    "Projects",
    number !== null && h("span", { class: "badge" }, h("span", { class: "sr-only" }, count(number, "project")), h("span", { "aria-hidden": "true" }, number)),
  );
}

customElements.define("ms-start", Start);
