/** What is on the stage, in words for people who do not see it. */

import { covers } from "../editor/rle.js";

/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */

/**
 * "Frame 12 of 0 to 299. Object 1 seen, confidence 87 %; 2 points."
 * @param {StudioEditor} editor
 */
export function frameText(editor) {
  const { frame, video, state, answers } = editor;
  const objects = state.objects.map(({ id, name, hidden }) => {
    const answer = answers.find(({ object }) => object === id);
    const prompt = editor.promptsHere().find(({ object }) => object === id);
    return `${name}${hidden ? " (not shown)" : ""} ${seen(answer)}${said(prompt)}`;
  });
  return [`Frame ${frame} of 0 to ${video.frames - 1}`, ...(objects.length ? objects : ["No objects yet"])].join(". ") + ".";
}

/**
 * "x 120, y 80, on Object 1".
 * @param {StudioEditor} editor
 * @param {{x: number, y: number}} place
 */
export function placeText({ answers, state, video }, { x, y }) {
  const on = answers.filter(({ visible, counts }) => visible && covers(counts, video, x, y));
  const names = state.objects.filter(({ id }) => on.some(({ object }) => object === id)).map(({ name }) => name);
  return `x ${Math.round(x)}, y ${Math.round(y)}${names.length ? `, on ${names.join(" and ")}` : ""}`;
}

/** @param {import("../types").Answer | undefined} answer */
function seen(answer) {
  if (!answer) return "not tracked here";
  return answer.visible ? `seen, confidence ${Math.round(100 * answer.score)} %` : "hidden";
}

/** @param {import("../types").PromptView | undefined} prompt */
function said(prompt) {
  if (!prompt) return "";
  const count = prompt.points.length;
  const parts = [
    count && `${count} ${count === 1 ? "point" : "points"}`,
    prompt.box && "a box",
    prompt.mask && "a drawn mask",
  ].filter(Boolean);
  return parts.length ? `, prompted by ${parts.join(" and ")}` : "";
}
