/** Masks as compressed COCO run lengths: column after column, 0 outside and 255 inside. */

/** @typedef {{width: number, height: number}} Size */

const MORE = 0x20;
const SIGN = 0x10;
const FIRST_LETTER = 48;

/**
 * The lengths of the runs, outside first.
 * @param {string} counts
 * @returns {number[]}
 */
export function runsOf(counts) {
  /** @type {number[]} */
  const runs = [];
  let at = 0;
  while (at < counts.length) {
    let value = 0;
    let shift = 0;
    let part = MORE;
    while (part & MORE) {
      if (at >= counts.length) throw new Error("The mask's run lengths end in the middle of a number.");
      part = counts.charCodeAt(at++) - FIRST_LETTER;
      value |= (part & 0x1f) << shift;
      shift += 5;
    }
    if (part & SIGN && shift < 32) value |= -1 << shift;
    if (runs.length > 2) value += runs[runs.length - 2];
    runs.push(value);
  }
  return runs;
}

/**
 * @param {readonly number[]} runs
 * @returns {string}
 */
export function countsOf(runs) {
  let counts = "";
  for (let i = 0; i < runs.length; i++) {
    let value = i > 2 ? runs[i] - runs[i - 2] : runs[i];
    let more = true;
    while (more) {
      const part = value & 0x1f;
      value >>= 5;
      more = part & SIGN ? value !== -1 : value !== 0;
      counts += String.fromCharCode((more ? part | MORE : part) + FIRST_LETTER);
    }
  }
  return counts;
}

/**
 * The mask as one byte a pixel, column after column.
 * @param {string} counts
 * @param {Size} size
 * @param {Uint8Array} [into] is overwritten
 * @returns {Uint8Array}
 */
export function decode(counts, { width, height }, into = new Uint8Array(width * height)) {
  let at = 0;
  let value = 0;
  for (const run of runsOf(counts)) {
    if (run < 0 || at + run > into.length) throw new Error("The mask's run lengths do not fit its size.");
    into.fill(value, at, at + run);
    at += run;
    value = 255 - value;
  }
  if (at !== into.length) throw new Error("The mask's run lengths do not fill its size.");
  return into;
}

/**
 * The rectangle around a mask, the far ends not included; null where nothing is inside.
 * @param {string} counts
 * @param {Size} size
 * @returns {{left: number, top: number, right: number, bottom: number} | null}
 */
export function boundsOf(counts, { height }) {
  const box = { left: Infinity, top: Infinity, right: 0, bottom: 0 };
  let at = 0;
  let inside = false;
  for (const run of runsOf(counts)) {
    const last = at + run - 1;
    if (inside && run > 0) {
      const [first, final] = [Math.floor(at / height), Math.floor(last / height)];
      const across = first !== final;
      box.left = Math.min(box.left, first);
      box.right = final + 1;
      box.top = across ? 0 : Math.min(box.top, at % height);
      box.bottom = across ? height : Math.max(box.bottom, (last % height) + 1);
    }
    at += run;
    inside = !inside;
  }
  return box.right > 0 ? box : null;
}

/**
 * @param {Uint8Array} bytes one a pixel, column after column; all but 0 is inside
 * @returns {string}
 */
export function encode(bytes) {
  const runs = [];
  let start = 0;
  let inside = false;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0 === inside) continue;
    runs.push(at - start);
    start = at;
    inside = !inside;
  }
  runs.push(bytes.length - start);
  return countsOf(runs);
}

/**
 * Whether a mask covers the pixel at a place.
 * @param {string} counts
 * @param {Size} size
 * @param {number} x
 * @param {number} y
 */
export function covers(counts, { width, height }, x, y) {
  const column = Math.max(0, Math.min(width - 1, Math.floor(x)));
  const place = column * height + Math.max(0, Math.min(height - 1, Math.floor(y)));
  let at = 0;
  let inside = false;
  for (const run of runsOf(counts)) {
    at += run;
    if (place < at) return inside;
    inside = !inside;
  }
  return false;
}
