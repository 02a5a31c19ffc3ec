/** The page's entry: which page an address shows. `#/` is the start, `#/project/ID` the editor. */

import { h, on } from "./lib/dom.js";
import { registerCommands } from "./lib/keys.js";
import { toastError } from "./lib/toast.js";
import { openHelp } from "./dialogs/help.js";
import "./start/ms-start.js";
import "./editor/ms-editor.js";

/** @typedef {import("./editor/ms-editor.js").EditorPage} EditorPage */

const app = /** @type {HTMLElement} */ (document.getElementById("app"));

/** Show the page of the address; one project at another frame stays as it is. */
function route() {
  const [path, query] = location.hash.slice(1).split("?");
  const id = /^\/project\/([0-9a-f]{16})$/.exec(path ?? "")?.[1];
  const shown = app.firstElementChild;
  if (id && shown?.localName === "ms-editor" && /** @type {EditorPage} */ (shown).projectId === id) {
    const frame = Number(new URLSearchParams(query).get("frame") ?? NaN);
    if (Number.isInteger(frame)) /** @type {EditorPage} */ (shown).editor?.goTo(frame);
    return;
  }
  for (const dialog of document.querySelectorAll("dialog")) dialog.close("");
  document.title = "masklet studio";
  app.replaceChildren(id ? h("ms-editor", { projectId: id, takeFocus: Boolean(shown) }) : h("ms-start"));
  if (shown && !id) app.querySelector("h1")?.focus();
}

registerCommands([
  { name: "help", title: "Show all keys", group: "Studio", keys: ["?"], run: () => void openHelp() },
]);
on(window, "hashchange", route);
on(window, "unhandledrejection", (event) => toastError(event.reason));
route();
