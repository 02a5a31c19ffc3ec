/** The choice of a model for a project. */

import { get, patch } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { bytes, count } from "../lib/format.js";

/** @typedef {import("../types").ModelView} ModelView */
/** @typedef {import("../types").ProjectView} ProjectView */

/**
 * Let another model be chosen.
 * @param {ProjectView} project
 * @returns {Promise<ProjectView | null>} the project with its new model; null when nothing changed
 */
export async function chooseModel(project) {
  const models = /** @type {ModelView[]} */ (await get("/api/models"));
  const absent = models.filter(({ present }) => !present).map(({ name }) => name);
  const body = h(
    "fieldset",
    { class: "models" },
    h("legend", { class: "soft" }, "Masks that are there stay. New clicks and new tracking use the model chosen here."),
    models.filter(({ present }) => present).map((model) => choice(model, project.model)),
    absent.length > 0 && fetching(absent),
  );
  const answer = await openDialog({
    title: "Model",
    body,
        actions: [{ label: "Cancel", value: "" }, { label: "Use model", value: "yes", kind: "primary" }],
  });
  const chosen = /** @type {HTMLInputElement | null} */ (body.querySelector("input:checked"))?.value;
  if (answer !== "yes" || !chosen || chosen === project.model) return null;
  return patch(`/api/projects/${project.id}`, { model: chosen });
}

/** @param {ModelView} model @param {string} current */
function choice({ name, bytes: size, note }, current) {
  const checked = name === current;
  return h(
    "label",
    { class: "model" },
    h("input", { type: "radio", name: "model", value: name, checked, autofocus: checked }),
    h("span", { class: "grow" }, h("span", { class: "model-name" }, name), h("span", { class: "hint" }, note)),
    h("span", { class: "hint num" }, bytes(size)),
  );
}

/** @param {string[]} names */
function fetching(names) {
  return h(
    "details",
    { class: "models-absent" },
    h("summary", null, `${count(names.length, "more model")} can be fetched`),
    h("p", null, "In a terminal on the computer that runs the studio, then open this again:"),
    h("ul", { role: "list" }, names.map((name) => h("li", null, h("code", null, `masklet weights get ${name}`)))),
  );
}
