/** The list of exports: how far each is, and the finished ones to be downloaded. */

import { h } from "../lib/dom.js";
import { bytes } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { toastError } from "../lib/toast.js";
import { isGoing } from "./export-jobs.js";
import { titleOf } from "./export-kinds.js";

/** @typedef {import("../types").JobView} JobView */
/** @typedef {import("./export-jobs.js").ExportJobs} ExportJobs */

/**
 * Keeps the rows of exports that have not changed, so that focus stays where it is.
 */
export class ExportRows {
  element = h("ul", { class: "exports", role: "list", "aria-label": "Exports of this project" });
  /** @type {Map<string, {said: string, row: HTMLElement}>} */ #rows = new Map();
  #jobs;

  /** @param {ExportJobs} jobs */
  constructor(jobs) {
    this.#jobs = jobs;
  }

  draw() {
    const rows = this.#jobs.list.map((job) => this.#row(job));
    const ids = new Set(this.#jobs.list.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.#rows.delete(id);
    if (rows.some((row, at) => this.element.children[at] !== row) || rows.length !== this.element.children.length) {
      this.element.replaceChildren(...rows);
    }
  }

  /** @param {JobView} job */
  #row(job) {
    const held = this.#rows.get(job.id);
    const said = isGoing(job) ? "going" : JSON.stringify(job);
    const row = held?.said === said ? held.row : isGoing(job) ? this.#going(job) : this.#over(job);
    if (isGoing(job)) advance(row, job);
    this.#rows.set(job.id, { said, row });
    return row;
  }

  /** @param {JobView} job */
  #going(job) {
    return h(
      "li",
      { class: "export", "data-job": job.id },
      h("span", { class: "spinner", "aria-hidden": "true" }),
      h(
        "div",
        { class: "grow export-words" },
        h("span", { class: "export-name" }, job.name),
        h("span", { class: "bar", role: "progressbar", "aria-label": `Making ${job.name}`, "aria-valuemin": 0, "aria-valuemax": 100 }, h("i")),
      ),
      h("span", { class: "hint num export-percent" }),
      h("button", { class: "button small", type: "button", "aria-label": `Cancel ${job.name}`, onclick: () => this.#remove(job) }, "Cancel"),
    );
  }

  /** @param {JobView} job */
  #over(job) {
    const failed = job.state === "failed";
    const facts = failed ? null : h("span", { class: "hint num" }, `${titleOf(job.kind)}, ${bytes(job.bytes ?? 0)}`, job.record && record(job));
    return h(
      "li",
      { class: failed ? "export export-failed" : "export", "data-job": job.id },
      icon(failed ? "warning" : "check"),
      h(
        "div",
        { class: "grow export-words" },
        h("span", { class: "export-name" }, job.name),
        facts,
        job.note && h("span", { class: failed ? "export-reason" : "hint" }, job.note),
      ),
      job.url && h("a", { class: "button small", href: job.url, download: job.name, "aria-label": `Download ${job.name}` }, "Download"),
      h(
        "button",
        { class: "icon-button small", type: "button", "aria-label": failed ? `Dismiss ${job.name}` : `Delete ${job.name}`, onclick: () => this.#remove(job) },
        icon(failed ? "close" : "trash"),
      ),
    );
  }

  /** @param {JobView} job */
  #remove({ id }) {
    this.#jobs.remove(id).catch(toastError);
  }
}

/** How the file was made, in a file to go with it. @param {JobView} job */
function record({ name, record: address }) {
  const link = h("a", { href: address, download: "", "aria-label": `Record of ${name}`, title: "What was done to the video, to go with the file" }, "record");
  return h("span", null, ", ", link);
}

/** @param {HTMLElement} row @param {JobView} job */
function advance(row, { state, done, total }) {
  const percent = Math.floor((100 * done) / Math.max(1, total));
  const bar = row.querySelector(".bar");
  bar?.setAttribute("aria-valuenow", String(percent));
  const fill = bar?.querySelector("i");
  if (fill) fill.style.inlineSize = `${percent}%`;
  const words = row.querySelector(".export-percent");
  if (words) words.textContent = state === "waiting" ? "Waiting" : `${percent} %`;
}
