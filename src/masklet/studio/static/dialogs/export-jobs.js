/** The exports of one project: asked for again while one is being made. */

import { del, get, post } from "../lib/api.js";
import { toast, toastError } from "../lib/toast.js";

/** @typedef {import("../types").JobView} JobView */

const AGAIN_MS = 500;

/** Whether it is still being made. @param {JobView} job */
export const isGoing = ({ state }) => state === "waiting" || state === "running";

/**
 * Lives as long as the page: an export that ends while no dialog is open is told by a toast.
 * Fires "change" when `list` has changed.
 */
export class ExportJobs extends EventTarget {
  /** Those on their way first, then finished files, the newest first. @type {JobView[]} */ list = [];
  /** Whether a dialog shows the list. */ watched = false;
  #address;
  #asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {string} project */
  constructor(project) {
    super();
    this.#address = `/api/projects/${project}/exports`;
  }

  /** @param {string} kind @param {Record<string, unknown>} options */
  async begin(kind, options) {
    const job = /** @type {JobView} */ (await post(this.#address, { kind, options }));
    // It may be done before the list is read again, and is to be told of all the same.
    this.list = [job, ...this.list];
    await this.refresh();
  }

  /** Stop it, or delete its file. @param {string} job */
  async remove(job) {
    await del(`${this.#address}/${job}`);
    await this.refresh();
  }

  async refresh() {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    const list = /** @type {JobView[]} */ (await get(this.#address));
    // An answer that was overtaken may be of before a deletion.
    if (asked !== this.#asked) return;
    const before = this.list;
    this.list = list;
    this.#tell(before);
    this.dispatchEvent(new Event("change"));
    if (this.list.some(isGoing)) this.#timer = setTimeout(() => void this.#again(), AGAIN_MS);
  }

  /** The studio may be away for a moment. */
  async #again() {
    try {
      await this.refresh();
    } catch {
      this.#timer = setTimeout(() => void this.#again(), 4 * AGAIN_MS);
    }
  }

  /** Say what has ended meanwhile. @param {JobView[]} before */
  #tell(before) {
    if (this.watched) return;
    const going = new Set(before.filter(isGoing).map(({ id }) => id));
    for (const job of this.list.filter(({ id }) => going.has(id))) {
      if (job.state === "done") toast(`${job.name} is ready.`, "good", { label: "Download", run: () => save(job) });
      if (job.state === "failed") toastError(new Error(`${job.name} could not be made: ${job.note}`));
    }
  }
}

/** Have the browser save a finished file. @param {JobView} job */
export function save({ url, name }) {
  const link = document.createElement("a");
  link.href = url ?? "";
  link.download = name;
  link.click();
}

/** @type {Map<string, ExportJobs>} */
const known = new Map();

/** The one of a project. @param {string} project */
export function exportJobs(project) {
  const jobs = known.get(project) ?? new ExportJobs(project);
  known.set(project, jobs);
  return jobs;
}
