/** All uploads of this page, one sending at a time; they go on while a project is open. */

import { Upload } from "./upload.js";

/** Tells "list" when uploads come or go, and "project" when one has become a project. */
class Uploads extends EventTarget {
  /** @type {Upload[]} */
  list = [];
  #busy = false;

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) {
      const same = this.list.find(({ key }) => key === new Upload(file).key);
      if (same) this.resume(same);
      else this.list = [...this.list, new Upload(file)];
    }
    this.#tell("list");
    void this.#work();
  }

  /** @param {Upload} upload */
  resume(upload) {
    if (upload.phase !== "paused" && upload.phase !== "refused") return;
    upload.phase = "waiting";
    upload.dispatchEvent(new Event("change"));
    void this.#work();
  }

  /** @param {Upload} upload */
  remove(upload) {
    if (upload.phase !== "done" && upload.phase !== "refused") void upload.cancel();
    this.list = this.list.filter((one) => one !== upload);
    this.#tell("list");
  }

  async #work() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) await this.#one(next);
    } finally {
      this.#busy = false;
    }
  }

  #next() {
    return this.list.find(({ phase }) => phase === "waiting");
  }

  /** @param {Upload} upload */
  async #one(upload) {
    await upload.run();
    if (upload.phase !== "done") return;
    const alone = this.list.length === 1;
    this.remove(upload);
    this.dispatchEvent(new CustomEvent("project", { detail: { project: upload.project, alone } }));
  }

  /** @param {string} type */
  #tell(type) {
    this.dispatchEvent(new Event(type));
  }
}

export const uploads = new Uploads();

window.addEventListener("beforeunload", (event) => {
  if (uploads.list.some(({ active }) => active)) event.preventDefault();
});
