/** One file on its way to the server, in pieces, which can be paused, lost and taken up again. */

import { ApiError, del, get, post, put } from "../lib/api.js";
import { forget, keyOf, remember, unfinished } from "./remembered.js";

/** @typedef {import("../types").UploadView} UploadView */
/** @typedef {import("../types").ProjectView} ProjectView */
/** @typedef {"waiting" | "sending" | "paused" | "offline" | "checking" | "done" | "refused" | "cancelled"} Phase */

const PIECE = 4 * 2 ** 20;
const RATE_SECONDS = 6;
const LONGEST_WAIT_MS = 8000;

/** Tells "change" when its phase or what has been received changes. */
export class Upload extends EventTarget {
  /** @type {Phase} */
  phase = "waiting";
  received = 0;
  /** Why it was refused. */
  reason = "";
  /** @type {ProjectView | null} */
  project = null;
  #id = "";
  #stop = new AbortController();
  /** When how much had been received, of late. @type {{at: number, received: number}[]} */
  #marks = [];

  /** @param {File} file */
  constructor(file) {
    super();
    this.file = file;
    this.key = keyOf(file);
  }

  /** Whether it will change without anybody doing anything. */
  get active() {
    return ["waiting", "sending", "offline", "checking"].includes(this.phase);
  }

  /** Bytes a second of late; null when that is not known yet. */
  get rate() {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !last || last.at === first.at) return null;
    return ((last.received - first.received) / (last.at - first.at)) * 1000;
  }

  /** Send what is missing and make a project of it; ends when done, paused, refused or cancelled. */
  async run() {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    try {
      for (let wait = 1000; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
        try {
          this.project = await this.#attempt(signal, () => (wait = 1000));
          this.#become("done");
          return;
        } catch (error) {
          if (!isLost(error)) throw error;
          this.#become("offline");
          await pause(wait, signal);
        }
      }
    } catch (error) {
      if (!signal.aborted) this.#refuse(error);
    } finally {
      if (this.phase === "done" || this.phase === "refused") forget(this.key);
    }
  }

  pause() {
    this.#become("paused");
    this.#stop.abort();
  }

  async cancel() {
    this.#become("cancelled");
    this.#stop.abort();
    forget(this.key);
    if (this.#id) await del(`/api/uploads/${this.#id}`).catch(() => null);
  }

  /** @param {AbortSignal} signal @param {() => void} heard */
  async #attempt(signal, heard) {
    const begun = await this.#begin(signal);
    this.#id = begun.id;
    this.#marks = [];
    this.#take(begun);
    while (this.received < this.file.size) {
      const piece = this.file.slice(this.received, this.received + PIECE);
      this.#take(await put(`/api/uploads/${this.#id}?offset=${this.received}`, piece, signal));
      heard();
    }
    this.#become("checking");
    return post(`/api/uploads/${this.#id}/project`, {}, signal);
  }

  /** The upload as the server knows it: an unfinished one of the same file, or a new one. */
  /** @param {AbortSignal} signal @returns {Promise<UploadView>} */
  async #begin(signal) {
    const known = this.#id || unfinished().find(({ key }) => key === this.key)?.id;
    if (known) {
      try {
        return await get(`/api/uploads/${known}`, signal);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
      }
    }
    return post("/api/uploads", { name: this.file.name, size: this.file.size }, signal);
  }

  /** @param {UploadView} view */
  #take({ id, received }) {
    this.received = received;
    const now = performance.now();
    this.#marks.push({ at: now, received });
    this.#marks = this.#marks.filter(({ at }) => now - at < RATE_SECONDS * 1000);
    remember({ key: this.key, id, name: this.file.name, size: this.file.size, received });
    this.#become("sending");
  }

  /** @param {Phase} phase */
  #become(phase) {
    this.phase = phase;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {unknown} error */
  #refuse(error) {
    this.reason = error instanceof Error ? error.message : String(error);
    this.#become("refused");
    if (this.#id) void del(`/api/uploads/${this.#id}`).catch(() => null);
  }
}

/** Whether to try again: the server is away, or counts otherwise than we do. @param {unknown} error */
function isLost(error) {
  return error instanceof ApiError && [0, 409, 502, 503, 504].includes(error.status);
}

/** Wait, but no longer than until the browser is online again. @param {number} ms @param {AbortSignal} signal */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = () => (clearTimeout(timer), resolve(undefined));
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done, { once: true, signal });
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)));
  });
}
