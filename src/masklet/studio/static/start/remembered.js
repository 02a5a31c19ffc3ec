/** Uploads that were not finished, kept in the browser so that the same file goes on where it stopped. */

import { del } from "../lib/api.js";

const SAVED = "masklet.uploads";
const MOST = 20;

/** @typedef {{key: string, id: string, name: string, size: number, received: number}} Unfinished */

/** What makes a file the same file. @param {File} file */
export function keyOf(file) {
  return `${file.name}/${file.size}/${file.lastModified}`;
}

/** @returns {Unfinished[]} */
export function unfinished() {
  try {
    return JSON.parse(localStorage.getItem(SAVED) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {Unfinished} upload */
export function remember(upload) {
  const others = unfinished().filter(({ key }) => key !== upload.key);
  localStorage.setItem(SAVED, JSON.stringify([upload, ...others].slice(0, MOST)));
}

/** @param {string} key */
export function forget(key) {
  localStorage.setItem(SAVED, JSON.stringify(unfinished().filter((upload) => upload.key !== key)));
}

/** Forget an upload, here and on the server. @param {Unfinished} upload */
export function discard({ key, id }) {
  forget(key);
  void del(`/api/uploads/${id}`).catch(() => null);
}
