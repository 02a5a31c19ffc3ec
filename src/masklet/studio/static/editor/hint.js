/** What to do first, over the picture of a narrow window, where the list of objects is out of sight. */

import { h, on } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

/** @param {import("../types").Editor} editor @param {AbortSignal} signal */
export function firstHint(editor, signal) {
  const line = h("p", { class: "first-hint narrow-only" }, icon("click"), "Tap an object in the picture to begin");
  const draw = () => {
    line.hidden = editor.state.objects.length > 0;
  };
  on(editor, "state", draw, signal);
  draw();
  return line;
}
