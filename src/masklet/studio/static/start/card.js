/** A project on the start page: its picture, its facts and what can be done with it. */

import { del, patch } from "../lib/api.js";
import { confirm, openDialog } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { ago, clock, count, sentence } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { openMenu } from "../lib/menu.js";
import { toast, toastError } from "../lib/toast.js";

/** @typedef {import("../types").ProjectView} ProjectView */

/** @param {ProjectView} project @param {() => void} changed */
export function projectCard(project, changed) {
  const name = project.broken
    ? h("span", { class: "card-name clip" }, project.name)
    : h("a", { class: "card-name clip", href: `#/project/${project.id}`, title: project.name }, project.name);
  const more = h(
    "button",
    { class: "icon-button", type: "button", "aria-label": `Actions for ${project.name}`, "aria-haspopup": "menu" },
    icon("more"),
  );
  more.addEventListener("click", () => openMenu(more, actions(project, changed)));
  return h(
    "li",
    { class: project.broken ? "card card-broken" : "card", "data-project": project.id },
    picture(project),
    h(
      "div",
      { class: "card-foot" },
      h("div", { class: "grow" }, h("h3", null, name), h("p", { class: "card-facts num" }, ...facts(project))),
      more,
    ),
  );
}

/** @param {ProjectView} project */
function picture(project) {
  if (project.broken) return h("div", { class: "card-picture" }, icon("warning"));
  const image = h("img", { src: `/api/projects/${project.id}/thumbnail.jpg`, alt: "", loading: "lazy", decoding: "async" });
  const place = h("div", { class: "card-picture" }, image, length(project));
  image.addEventListener("error", () => image.replaceWith(icon("film")));
  return place;
}

/** @param {ProjectView} project */
function length({ video }) {
  if (!video) return null;
  const long = video.fps ? clock(video.frames / video.fps) : count(video.frames, "frame");
  return h("p", { class: "card-length num" }, `${video.width} × ${video.height}`, h("span", null, long));
}

/** @param {ProjectView} project */
function facts({ objects, changed, broken }) {
  if (broken) return [h("span", { class: "card-reason" }, `${sentence(broken)} Restore its folder from a copy, or delete it.`)];
  const time = h("time", { datetime: changed, title: new Date(changed).toLocaleString("en") }, ago(changed));
  return [h("span", null, objects ? count(objects, "object") : "No objects"), h("span", null, time)];
}

/** @param {ProjectView} project @param {() => void} changed */
function actions(project, changed) {
  return [
    { label: "Rename", icon: "pencil", disabled: Boolean(project.broken), run: () => void rename(project, changed) },
    { label: "Delete", icon: "trash", danger: true, run: () => void remove(project, changed) },
  ];
}

/** @param {ProjectView} project @param {() => void} changed */
async function rename(project, changed) {
  const input = h("input", { class: "input", id: "project-name", value: project.name, maxLength: 80, autofocus: true });
  const body = h("form", { class: "field" }, h("label", { for: "project-name" }, "Name"), input);
  body.addEventListener("submit", (event) => (event.preventDefault(), input.closest("dialog")?.close("yes")));
  queueMicrotask(() => input.select());
  const answer = await openDialog({
    title: "Rename project",
    body,
    actions: [{ label: "Cancel", value: "" }, { label: "Rename", value: "yes", kind: "primary" }],
  });
  const name = input.value.trim();
  if (answer !== "yes" || !name || name === project.name) return;
  await patch(`/api/projects/${project.id}`, { name }).then(changed, toastError);
}

/** @param {ProjectView} project @param {() => void} changed */
async function remove(project, changed) {
  const sure = await confirm({
    title: "Delete this project?",
    text: `“${project.name}” is deleted with its masks, its exports and its copy of the video. This cannot be undone.`,
    yes: "Delete",
    danger: true,
  });
  if (!sure) return;
  await del(`/api/projects/${project.id}`).then(() => {
    toast(`“${project.name}” was deleted.`, "good");
    changed();
  }, toastError);
}
