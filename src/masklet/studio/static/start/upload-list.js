/** The uploads as rows: how far, how fast, how long still, and what can be done. */

import { h } from "../lib/dom.js";
import { bytes, lasting } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { announce } from "../lib/toast.js";
import { discard, unfinished } from "./remembered.js";
import { uploads } from "./uploads.js";

/** @typedef {import("./upload.js").Upload} Upload */

/** Rows of all uploads, and of earlier ones that wait for their file. @param {() => void} choose */
export function uploadRows(choose) {
  const going = new Set(uploads.list.map(({ key }) => key));
  const earlier = unfinished().filter(({ key }) => !going.has(key));
  return [...uploads.list.map(row), ...earlier.map((upload) => earlierRow(upload, choose))];
}

/** @param {Upload} upload */
function row(upload) {
  const fill = h("i");
  const bar = h("span", { class: "bar", role: "progressbar", "aria-label": `Upload of ${upload.file.name}` }, fill);
  const facts = h("p", { class: "upload-facts num" });
  const tools = h("div", { class: "row" });
  const item = h(
    "li",
    { class: "upload" },
    icon("film"),
    h("div", { class: "grow" }, h("p", { class: "upload-name clip" }, upload.file.name), bar, facts),
    tools,
  );
  let said = "";
  const draw = () => {
    const part = upload.file.size ? upload.received / upload.file.size : 0;
    fill.style.inlineSize = `${100 * part}%`;
    bar.setAttribute("aria-valuenow", String(Math.round(100 * part)));
    bar.hidden = upload.phase === "refused";
    item.dataset.phase = upload.phase;
    facts.textContent = words(upload);
    tools.replaceChildren(...buttons(upload));
    const news = `${upload.file.name}: ${upload.phase === "refused" ? upload.reason : upload.phase}`;
    if (news !== said) announce(news);
    said = news;
  };
  upload.addEventListener("change", draw);
  draw();
  return item;
}

/** @param {Upload} upload */
function words(upload) {
  const { phase, received, rate } = upload;
  const { size } = upload.file;
  const sent = `${bytes(received)} of ${bytes(size)}`;
  switch (phase) {
    case "waiting":
      return `${bytes(size)}, waits for its turn`;
    case "sending":
      return rate ? `${sent}, ${bytes(rate)}/s, ${lasting((size - received) / rate)} left` : sent;
    case "paused":
      return `${sent}, paused`;
    case "offline":
      return `${sent}. The connection was lost; it goes on by itself.`;
    case "checking":
      return "Checking the video";
    case "refused":
      return upload.reason;
    default:
      return "";
  }
}

/** @param {Upload} upload */
function buttons(upload) {
  const { name } = upload.file;
  const remove = () => uploads.remove(upload);
  if (upload.phase === "refused") {
    return [button("refresh", `Try ${name} again`, () => uploads.resume(upload)), button("close", `Dismiss ${name}`, remove)];
  }
  const cancel = button("close", `Cancel the upload of ${name}`, remove);
  if (upload.phase === "paused") return [button("play", `Go on with ${name}`, () => uploads.resume(upload)), cancel];
  if (upload.phase === "checking") return [h("span", { class: "spinner" })];
  return [button("pause", `Pause the upload of ${name}`, () => upload.pause()), cancel];
}

/** @param {import("./remembered.js").Unfinished} upload @param {() => void} choose */
function earlierRow(upload, choose) {
  const part = `${Math.round((100 * upload.received) / upload.size)} %`;
  /** @type {HTMLElement} */
  const item = h(
    "li",
    { class: "upload", "data-phase": "paused" },
    icon("film"),
    h(
      "div",
      { class: "grow" },
      h("p", { class: "upload-name clip" }, upload.name),
      h("p", { class: "upload-facts num" }, `${part} of ${bytes(upload.size)} is here. Drop the same file again to go on.`),
    ),
    h(
      "div",
      { class: "row" },
      h("button", { class: "button", type: "button", onclick: choose }, "Choose file"),
      button("close", `Forget ${upload.name}`, () => (discard(upload), item.remove())),
    ),
  );
  return item;
}

/** @param {string} mark @param {string} name @param {() => void} run */
function button(mark, name, run) {
  return h("button", { class: "icon-button", type: "button", "aria-label": name, title: name, onclick: run }, icon(mark));
}
