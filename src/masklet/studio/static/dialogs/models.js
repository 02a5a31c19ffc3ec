/** The choice of a model for a project. */

import { get, patch } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { bytes } from "../lib/format.js";

/** @typedef {import("../types").ModelView} ModelView */
/** @typedef {import("../types").ProjectView} ProjectView */

/**
 * Let another model be chosen.
 * @param {ProjectView} project
 * @returns {Promise<ProjectView | null>} the project with its new model; null when nothing changed
 */
export async function chooseModel(project) {
  const models = /** @type {ModelView[]} */ (await get("/api/models"));
  const body = h(
    "fieldset",
    { class: "models" },
    h("legend", { class: "soft" }, "Masks that are there stay. New clicks and new tracking use the model chosen here."),
    models.map((model) => choice(model, project.model)),
  );
  const answer = await openDialog({
    title: "Model",
    body,
    width: "medium",
    actions: [{ label: "Cancel", value: "" }, { label: "Use model", value: "yes", kind: "primary" }],
  });
  const chosen = /** @type {HTMLInputElement | null} */ (body.querySelector("input:checked"))?.value;
  if (answer !== "yes" || !chosen || chosen === project.model) return null;
  return patch(`/api/projects/${project.id}`, { model: chosen });
}

/** @param {ModelView} model @param {string} current */
function choice({ name, present, bytes: size, note }, current) {
  const checked = name === current;
  const hint = present ? note : `Not on this machine. Fetch it with: masklet weights get ${name}`;
  return h(
    "label",
    { class: "model", "data-absent": !present },
    h("input", { type: "radio", name: "model", value: name, checked, autofocus: checked, disabled: !present }),
    h("span", { class: "grow" }, h("span", { class: "model-name" }, name), h("span", { class: "hint" }, hint)),
    h("span", { class: "hint num" }, bytes(size)),
  );
}
