/** How tracking goes, in words for screen readers. */

import { on } from "../lib/dom.js";
import { announce } from "../lib/toast.js";

/** @typedef {import("../types").Editor} Editor */

const STEP = 25;

/** @param {Editor} editor @param {AbortSignal} signal */
export function tellProgress(editor, signal) {
  let running = editor.state.running !== null;
  let said = 0;
  on(editor, "state", () => {
    const now = editor.state.running;
    if (now && !running) announce("Tracking has begun.");
    if (!now && running) announce(`Tracking has ended. The picture shows frame ${editor.frame}.`);
    if (!now) said = 0;
    running = now !== null;
  }, signal);
  on(editor, "progress", () => {
    const { running: run } = editor.state;
    if (!run || run.frame === null) return;
    const done = Math.abs(run.frame - (run.reverse ? run.stop : run.start)) / Math.max(1, run.stop - run.start);
    const part = Math.floor((100 * done) / STEP) * STEP;
    if (part > said && part < 100) announce(`${part} percent tracked.`);
    said = Math.max(said, part);
  }, signal);
}
