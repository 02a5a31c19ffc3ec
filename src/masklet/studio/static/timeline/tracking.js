/** The tracking buttons, and while it runs how far it is and the way to stop it. */

import { h, on } from "../lib/dom.js";
import { lasting } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { runCommand } from "../lib/keys.js";
import { timeButton } from "./transport.js";

/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */
/** @typedef {import("../types").RunView} RunView */

export class TrackingBar {
  #editor;
  #track = h(
    "button",
    { class: "button button-primary", type: "button", "data-command": "track-both", onclick: () => runCommand("track-both") },
    icon("track-both"),
    h("span", { class: "tracking-word" }, "Track"),
  );
  #back = timeButton("track-back", "Track back from here", "track-back", "roomy-only");
  #on = timeButton("track-on", "Track on from here", "track-on", "roomy-only");
  #check = h("input", { type: "checkbox" });
  #label = h("span", { class: "clip" }, "Only the chosen");
  #onlyLabel = h("label", { class: "check roomy-only tracking-only", title: "Track the chosen object alone" }, this.#check, this.#label);
  #idle = h("div", { class: "tracking-idle" }, this.#onlyLabel, this.#back, this.#on, this.#track);
  #fill = h("i", null);
  #words = h("span", { class: "num tracking-words" });
  #bar = h("span", { class: "bar", role: "progressbar", "aria-label": "Tracking", "aria-valuemin": "0", "aria-valuemax": "100" }, this.#fill);
  #stop = h("button", { class: "button", type: "button", "data-command": "track-stop", onclick: () => runCommand("track-stop") }, icon("stop"), "Stop");
  #busy = h("div", { class: "tracking-busy" }, h("div", { class: "tracking-progress" }, this.#words, this.#bar), this.#stop);
  element = h("div", { class: "tracking", role: "group", "aria-label": "Tracking" }, this.#idle, this.#busy);

  /** @param {StudioEditor} editor @param {AbortSignal} signal */
  constructor(editor, signal) {
    this.#editor = editor;
    for (const name of ["state", "selection", "range"]) on(editor, name, () => this.#draw(), signal);
    on(editor, "progress", () => this.#drawRun(), signal);
    this.#draw();
  }

  /** Whether one object alone is to be tracked. */
  get onlySelected() {
    return this.#check.checked && this.#editor.selected !== null && this.#editor.state.objects.length > 1;
  }

  /** The same choice for a menu. */
  choice() {
    const { checked } = this.#check;
    const label = checked ? "Track all objects" : "Track the chosen object alone";
    return { label, icon: checked ? "layers" : "check", run: () => (this.#check.checked = !checked, undefined) };
  }

  #draw() {
    const { state, selected, range } = this.#editor;
    const focused = this.element.contains(document.activeElement);
    const running = state.running !== null;
    this.#idle.hidden = running;
    this.#busy.hidden = !running;
    if (focused && running) this.#stop.focus();
    else if (focused && document.activeElement === document.body) this.#track.focus();
    const nothing = state.prompts.length === 0;
    for (const button of [this.#track, this.#back, this.#on]) button.disabled = nothing;
    const chosen = state.objects.find(({ id }) => id === selected);
    this.#onlyLabel.hidden = state.objects.length < 2 || !chosen;
    this.#label.textContent = `Only ${chosen?.name ?? ""}`;
    const word = this.#track.querySelector(".tracking-word");
    if (word) word.textContent = range ? "Track range" : "Track";
    this.#drawRun();
  }

  #drawRun() {
    const { running } = this.#editor.state;
    if (!running) return;
    const share = shareOf(running);
    this.#fill.style.width = `${100 * share}%`;
    this.#bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    this.#words.textContent = wordsOf(running);
  }
}

/** How much of a pass is done, from 0 to 1. @param {RunView} run */
function shareOf({ start, stop, frame }) {
  return frame === null ? 0 : (Math.abs(frame - start) + 1) / (Math.abs(stop - start) + 1);
}

/** "Frame 45 · 18/s · 12 s left". @param {RunView} run */
function wordsOf({ stop, frame, reverse, rate }) {
  if (frame === null) return "Tracking begins";
  const left = Math.abs(stop - frame);
  const parts = [`${reverse ? "Back, frame" : "Frame"} ${frame}`];
  if (rate) parts.push(`${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`);
  if (rate && left > 0) parts.push(`${timeLeft(left / rate)} left`);
  return parts.join(" · ");
}

/** @param {number} seconds */
function timeLeft(seconds) {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : lasting(seconds);
}
