/** What keys and buttons do with time: play, go, jump, mark, track. */

import { runsFor, track } from "./runs.js";

/** @typedef {import("../types").Command} Command */
/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */
/** @typedef {{onlySelected: () => boolean}} Choices */

export const SPEEDS = [0.25, 0.5, 1, 1.5, 2];

/** @param {StudioEditor} editor @param {Choices} choices @returns {Command[]} */
export function timeCommands(editor, choices) {
  return [...playing(editor), ...going(editor), ...marking(editor), ...tracking(editor, choices)];
}

/** @param {StudioEditor} editor @returns {Command[]} */
function playing(editor) {
  const speed = (/** @type {1 | -1} */ step) => () => {
    const place = SPEEDS.indexOf(editor.speed) + step;
    editor.setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, place))] ?? 1);
  };
  let started = false;
  return [
    {
      name: "play",
      title: "Play or pause",
      group: "Play",
      keys: ["Space", "K"],
      run: (event) => {
        editor.manner.grabbed = false;
        started = false;
        if (editor.playing) editor.pause();
        else if (event?.key === " ") started = true;
        else editor.play();
      },
      release: () => {
        if (started && !editor.manner.grabbed) editor.play();
        started = false;
      },
    },
    { name: "slower", title: "Slower", group: "Play", keys: ["<"], run: speed(-1) },
    { name: "faster", title: "Faster", group: "Play", keys: [">"], run: speed(1) },
  ];
}

/** @param {StudioEditor} editor @returns {Command[]} */
function going(editor) {
  const step = (/** @type {number} */ frames) => () => editor.goTo(editor.frame + frames);
  const jump = (/** @type {"prompted" | "either"} */ to, /** @type {1 | -1} */ way) => () => void editor.jump(to, way);
  return [
    { name: "frame-back", title: "One frame back", group: "Go to", keys: ["ArrowLeft", "D"], run: step(-1) },
    { name: "frame-on", title: "One frame on", group: "Go to", keys: ["ArrowRight", "F"], run: step(1) },
    { name: "ten-back", title: "Ten frames back", group: "Go to", keys: ["Shift+ArrowLeft", "C"], run: step(-10) },
    { name: "ten-on", title: "Ten frames on", group: "Go to", keys: ["Shift+ArrowRight", "V"], run: step(10) },
    { name: "to-start", title: "To the start", group: "Go to", keys: ["Home"], run: () => editor.goTo(0) },
    { name: "to-end", title: "To the end", group: "Go to", keys: ["End"], run: () => editor.goTo(editor.video.frames - 1) },
    { name: "prompted-back", title: "Previous prompted frame", group: "Go to", keys: ["["], run: jump("prompted", -1) },
    { name: "prompted-on", title: "Next prompted frame", group: "Go to", keys: ["]"], run: jump("prompted", 1) },
    { name: "trouble-back", title: "Previous lost or doubtful frame", group: "Go to", keys: [","], run: jump("either", -1) },
    { name: "trouble-on", title: "Next lost or doubtful frame", group: "Go to", keys: ["."], run: jump("either", 1) },
  ];
}

/** @param {StudioEditor} editor @returns {Command[]} */
function marking(editor) {
  const last = editor.video.frames - 1;
  return [
    {
      name: "mark-in",
      title: "The range begins here",
      group: "Track",
      keys: ["I"],
      run: () => editor.setRange({ start: editor.frame, stop: Math.max(editor.frame, editor.range?.stop ?? last) }),
    },
    {
      name: "mark-out",
      title: "The range ends here",
      group: "Track",
      keys: ["O"],
      run: () => editor.setRange({ start: Math.min(editor.frame, editor.range?.start ?? 0), stop: editor.frame }),
    },
    { name: "mark-clear", title: "No range: the whole video", group: "Track", keys: ["Shift+I"], can: () => editor.range !== null, run: () => editor.setRange(null) },
  ];
}

/** @param {StudioEditor} editor @param {Choices} choices @returns {Command[]} */
function tracking(editor, { onlySelected }) {
  const run = (/** @type {import("./runs.js").Way} */ way) => async () => {
    const { frame, range } = editor;
    await editor.settled();
    if (!can()) return;
    const only = onlySelected() ? editor.selected : null;
    void track(editor, runsFor({ frame, range, prompts: editor.state.prompts, only }, way));
  };
  const can = () => (editor.state.prompts.length > 0 || editor.isSaying) && editor.state.running === null;
  return [
    { name: "track-both", title: "Track both ways from the first prompt", group: "Track", keys: ["Ctrl+Enter"], can, run: run("both") },
    { name: "track-on", title: "Track on from here", group: "Track", keys: ["Enter"], can, run: run("on") },
    { name: "track-back", title: "Track back from here", group: "Track", keys: ["Shift+Enter"], can, run: run("back") },
    {
      name: "track-stop",
      title: "Stop tracking",
      group: "Track",
      keys: ["Escape"],
      can: () => editor.state.running !== null,
      run: () => void editor.cancel().catch(() => {}),
    },
  ];
}
