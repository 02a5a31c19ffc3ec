/** Quiet words over the picture while the server is away. */

import { ApiError, get } from "../lib/api.js";
import { h, on } from "../lib/dom.js";
import { icon } from "../lib/icons.js";

/** @typedef {import("../types").Editor} Editor */

const ASK_MS = 3000;
const WAITING = "The connection is lost. Edits wait, and the page reconnects by itself.";
const STRANGER = "The studio was started anew. Open the address that it printed.";

/** @param {Editor} editor @param {AbortSignal} signal */
export function connectionBanner(editor, signal) {
  const line = h("div", { class: "banner", role: "status" });
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let asking;
  const say = (/** @type {string} */ text) => line.replaceChildren(icon("offline"), text);
  const ask = async () => {
    const error = await get("/api/about", signal).then(() => null, (reason) => reason);
    if (error instanceof ApiError && error.status === 401 && !editor.connected) say(STRANGER);
  };
  const draw = () => {
    clearInterval(asking);
    line.hidden = editor.connected;
    if (editor.connected) return line.replaceChildren();
    say(WAITING);
    asking = setInterval(() => void ask(), ASK_MS);
  };
  on(editor, "connection", draw, signal);
  signal.addEventListener("abort", () => clearInterval(asking));
  draw();
  return line;
}
