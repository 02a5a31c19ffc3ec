/** Playing and stepping: buttons, the time, the frame's number to type in, and the speed. */

import { exactClock } from "../lib/format.js";
import { h, on } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { runCommand } from "../lib/keys.js";
import { SPEEDS } from "./commands.js";

/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */

/**
 * @param {StudioEditor} editor
 * @param {AbortSignal} signal
 */
export function transport(editor, signal) {
  const play = timeButton("play", "Play", "play");
  const [frame, time, speed] = [frameField(editor), h("span", { class: "transport-time num" }), speedField(editor)];
  const draw = () => {
    if (document.activeElement !== frame) frame.value = String(editor.frame);
    time.textContent = exactClock(editor.timeOf(editor.frame));
  };
  const drawPlay = () => {
    const label = editor.playing ? "Pause" : "Play";
    play.replaceChildren(icon(editor.playing ? "pause" : "play"));
    play.setAttribute("aria-label", label);
  };
  on(editor, "frame", draw, signal);
  on(editor, "play", drawPlay, signal);
  on(editor, "speed", () => (speed.value = String(editor.speed)), signal);
  draw();
  drawPlay();
  return h(
    "div",
    { class: "transport", role: "group", "aria-label": "Playing" },
    timeButton("to-start", "To the start", "to-start", "roomy-only"),
    timeButton("frame-back", "One frame back", "step-back"),
    play,
    timeButton("frame-on", "One frame on", "step-on"),
    timeButton("to-end", "To the end", "to-end", "roomy-only"),
    h("span", { class: "transport-frame num" }, frame, h("span", { class: "soft" }, `/ ${editor.video.frames - 1}`)),
    time,
    speed,
  );
}

/**
 * A button for a command, which gets its key into its title from the timeline.
 * @param {string} command
 * @param {string} label
 * @param {string} mark
 * @param {string} [look]
 */
export function timeButton(command, label, mark, look = "") {
  return h(
    "button",
    { class: `icon-button ${look}`, type: "button", "aria-label": label, "data-command": command, onclick: () => runCommand(command) },
    icon(mark),
  );
}

/** @param {StudioEditor} editor */
function frameField(editor) {
  const last = editor.video.frames - 1;
  const field = h("input", { class: "input", type: "text", inputMode: "numeric", "aria-label": `Frame, 0 to ${last}`, title: "Type a frame to go there" });
  field.style.width = `${String(last).length + 2.5}ch`;
  const go = () => {
    const wanted = Number.parseInt(field.value, 10);
    if (Number.isFinite(wanted) && wanted !== editor.frame) editor.goTo(wanted);
    field.value = String(editor.frame);
  };
  on(field, "focus", () => field.select());
  on(field, "change", go);
  on(field, "keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") go();
    if (event.key === "Enter" || event.key === "Escape") field.blur();
    if (step === undefined) return;
    event.preventDefault();
    editor.goTo(editor.frame + step);
    field.value = String(editor.frame);
  });
  return field;
}

/** @param {StudioEditor} editor */
function speedField(editor) {
  const options = SPEEDS.map((speed) => h("option", { value: String(speed) }, `${speed}×`));
  const field = h("select", { class: "select transport-speed num roomy-only", "aria-label": "Speed", title: "Speed" }, options);
  field.value = String(editor.speed);
  on(field, "change", () => editor.setSpeed(Number(field.value)));
  return field;
}
