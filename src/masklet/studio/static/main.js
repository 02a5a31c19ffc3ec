/** The page's entry: which page an address shows. `#/` is the start, `#/project/ID` the editor. */

import { ApiError, get } from "./lib/api.js";
import { h, on } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { toastError } from "./lib/toast.js";
import "./start/ms-start.js";
import "./editor/ms-editor.js";
import { openHelp } from "./dialogs/help.js";
import { registerCommands } from "./lib/keys.js";

/** @typedef {import("./types").ProjectView} ProjectView */

/** Goes up with every change of address, so that a slow answer does not show an old page. */
let turn = 0;

async function route() {
  const mine = ++turn;
  const [path] = location.hash.slice(1).split("?");
  const id = /^\/project\/([0-9a-f]{16})$/.exec(path ?? "")?.[1];
  if (!id) return show("masklet studio", document.createElement("ms-start"));
  show("Opening", opening());
  try {
    const project = await get(`/api/projects/${id}`);
    if (mine !== turn) return;
    if (project.broken) show(project.name, problem("This project cannot be opened", project.broken));
    else show(project.name, editor(project));
  } catch (error) {
    if (mine === turn) show("masklet studio", failure(error));
  }
}

/** @param {string} title @param {HTMLElement} page */
function show(title, page) {
  document.title = title === "masklet studio" ? title : `${title} · masklet studio`;
  document.getElementById("app")?.replaceChildren(page);
  const place = page.querySelector("[data-first-focus]") ?? page.querySelector("h1");
  if (place instanceof HTMLElement && turn > 1) {
    if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }
}

/** @param {ProjectView} project */
function editor(project) {
  const page = /** @type {HTMLElement & {project: ProjectView}} */ (document.createElement("ms-editor"));
  page.project = project;
  return page;
}

function opening() {
  return h(
    "main",
    { class: "whole-page", "aria-busy": "true" },
    h("div", { class: "empty" }, h("span", { class: "spinner" }), h("h1", null, "Opening the project")),
  );
}

/** @param {unknown} error */
function failure(error) {
  if (error instanceof ApiError && error.status === 404) {
    return problem("There is no such project", "It may have been deleted, or the address is not complete.");
  }
  return problem("The project could not be opened", error instanceof Error ? error.message : String(error));
}

/** @param {string} title @param {string} text */
function problem(title, text) {
  return h(
    "main",
    { class: "whole-page" },
    h(
      "div",
      { class: "empty" },
      icon("warning"),
      h("h1", null, title),
      h("p", null, text),
      h(
        "div",
        { class: "row" },
        h("button", { class: "button", type: "button", onclick: route }, "Try again"),
        h("a", { class: "button button-primary", href: "#/" }, "All projects"),
      ),
    ),
  );
}

registerCommands([
  { name: "help", title: "Show all keys", group: "Studio", keys: ["?"], run: () => void openHelp() },
]);
on(window, "hashchange", route);
on(window, "unhandledrejection", (event) => toastError(event.reason));
void route();
