/** Frames that most need a person, worst first: a click goes there. */

import { get } from "../lib/api.js";
import { h, on } from "../lib/dom.js";
import { exactClock } from "../lib/format.js";
import { icon } from "../lib/icons.js";

/** @typedef {import("../types").Editor} Editor */
/** @typedef {import("../types").DoubtView} DoubtView */

const MOST = 30;
const QUIET_MS = 500;

export class Review extends HTMLElement {
  /** @type {Editor} */
  // @ts-ignore set before it is connected
  editor;
  #gone = new AbortController();
  #asked = new AbortController();
  /** @type {DoubtView[] | null} */
  #doubts = null;
  /** The log's length that the list belongs to. */
  #revision = -1;
  /** The entry that was gone to last; -1 before the first. */
  #at = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.classList.add("panel");
    on(this.editor, "state", () => this.#stale(), signal);
    on(this.editor, "frame", () => this.#mark(), signal);
    this.#draw();
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#asked.abort();
    clearTimeout(this.#timer);
  }

  /** Ask again if something has changed since. */
  async refresh() {
    const { revision } = this.editor.state;
    if (revision === this.#revision) return;
    this.#asked.abort();
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    try {
      this.#doubts = await get(`/api/projects/${this.editor.project.id}/doubts?limit=${MOST}`, signal);
      this.#revision = revision;
      this.#at = -1;
      this.#draw();
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  /** Go to the next entry of the list, after the last one to the first. */
  async next() {
    await this.refresh();
    if (this.#doubts?.length) this.#go((this.#at + 1) % this.#doubts.length);
  }

  #stale() {
    clearTimeout(this.#timer);
    if (this.hidden || this.editor.state.running) return;
    this.#timer = setTimeout(() => void this.refresh(), QUIET_MS);
  }

  #draw() {
    const doubts = this.#doubts;
    if (!doubts) return this.#say(h("span", { class: "spinner" }), "Looking", "");
    if (doubts.length === 0) return this.#nothing();
    const intro = h("p", { class: "review-intro soft" }, "Frames where the masks may be wrong, worst first.");
    const rows = doubts.map((doubt, place) => this.#row(doubt, place));
    this.replaceChildren(h("div", { class: "panel-body" }, intro, h("ol", { class: "doubts", role: "list" }, rows)));
    this.#mark();
  }

  /** @param {DoubtView} doubt @param {number} place */
  #row(doubt, place) {
    const { editor } = this;
    const object = editor.state.objects.find(({ id }) => id === doubt.object);
    const dot = h("span", { class: "swatch" });
    dot.style.backgroundColor = object?.colour ?? "";
    const { width, height } = editor.video;
    const src = `/api/projects/${editor.project.id}/frames/${doubt.frame}.jpg?width=160`;
    return h(
      "li",
      null,
      h(
        "button",
        { class: "doubt", type: "button", "data-frame": doubt.frame, "data-object": doubt.object, onclick: () => this.#go(place) },
        h("img", { src, alt: "", width: 96, height: Math.round((96 * height) / width), loading: "lazy", decoding: "async" }),
        h(
          "span",
          { class: "doubt-words" },
          h("span", { class: "row" }, dot, h("span", { class: "clip" }, object?.name ?? `Object ${doubt.object}`)),
          h("span", { class: "doubt-reason" }, doubt.reason),
          h("span", { class: "soft num" }, `Frame ${doubt.frame}, ${exactClock(editor.timeOf(doubt.frame))}`),
        ),
      ),
    );
  }

  /** @param {number} place */
  #go(place) {
    const doubt = this.#doubts?.[place];
    if (!doubt) return;
    this.#at = place;
    this.editor.pause();
    this.editor.goTo(doubt.frame);
    this.editor.select(doubt.object);
    this.#mark();
  }

  #mark() {
    const { frame } = this.editor;
    for (const [place, row] of this.querySelectorAll(".doubt").entries()) {
      const here = Number(row.getAttribute("data-frame")) === frame;
      const current = here && (this.#at < 0 || this.#at === place || this.#doubts?.[this.#at]?.frame !== frame);
      row.toggleAttribute("data-current", current);
      if (current) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
      if (current && this.#at === place) row.scrollIntoView({ block: "nearest" });
    }
  }

  #nothing() {
    const tracked = this.editor.state.passes.length > 0;
    if (tracked) return this.#say(icon("check"), "No frame stands out", "The model is sure of its masks on every tracked frame.");
    this.#say(icon("look"), "Nothing to look at yet", "Track an object first. Frames where its mask may be wrong are then listed here.");
  }

  /** @param {unknown} error */
  #failed(error) {
    this.#say(icon("warning"), "The list could not be made", error instanceof Error ? error.message : String(error));
    const again = h("button", { class: "button", type: "button", onclick: () => void this.refresh() }, "Try again");
    this.querySelector(".empty")?.append(again);
  }

  /** @param {Node} mark @param {string} title @param {string} text */
  #say(mark, title, text) {
    this.replaceChildren(
      h("div", { class: "panel-body" }, h("div", { class: "empty" }, mark, h("strong", null, title), text && h("p", null, text))),
    );
  }
}

customElements.define("ms-review", Review);
