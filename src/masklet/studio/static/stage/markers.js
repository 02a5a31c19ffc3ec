/** Prompts as marks on the picture: which there are, which one is meant, and what moving one says. */

/** @typedef {import("../types").PromptView} PromptView */
/** @typedef {import("../types").Saying} Saying */
/** @typedef {import("./view.js").Place} Place */
/**
 * One mark, in the video's pixels; `index` counts the prompt's points, or a box's corners from the
 * top left, clockwise.
 * @typedef {object} Marker
 * @property {number} object
 * @property {"plus" | "minus" | "corner"} kind
 * @property {number} index
 * @property {number} x
 * @property {number} y
 */

/**
 * @param {readonly PromptView[]} prompts of one frame
 * @returns {Marker[]}
 */
export function markersOf(prompts) {
  return prompts.flatMap(({ object, points, labels, box }) => [
    ...cornersOf(box).map(([x, y], index) => ({ object, kind: /** @type {const} */ ("corner"), index, x, y })),
    ...points.map(([x, y], index) => ({ object, kind: /** @type {"plus" | "minus"} */ (labels[index] === 0 ? "minus" : "plus"), index, x, y })),
  ]);
}

/** @param {PromptView["box"]} box @returns {[number, number][]} */
function cornersOf(box) {
  if (!box) return [];
  const [x0, y0, x1, y1] = box;
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}

/**
 * The nearest marker within reach; of equals the last, which lies on top.
 * @param {readonly Marker[]} markers
 * @param {Place} place
 * @param {number} reach in the video's pixels
 * @returns {Marker | null}
 */
export function markerAt(markers, place, reach) {
  let best = null;
  let least = reach;
  for (const marker of markers) {
    const away = Math.hypot(marker.x - place.x, marker.y - place.y);
    if (away > least) continue;
    best = marker;
    least = away;
  }
  return best;
}

/**
 * What to say so that a marker lies elsewhere: everything about its object and frame, anew.
 * @param {PromptView} prompt
 * @param {Marker} marker
 * @param {Place} to
 * @param {string | undefined} mask the mask that was drawn, where one belongs to the prompt
 * @returns {Saying}
 */
export function movedTo(prompt, marker, to, mask) {
  const points = prompt.points.map((point, index) => {
    return isPoint(marker) && index === marker.index ? /** @type {[number, number]} */ ([to.x, to.y]) : point;
  });
  const box = marker.kind === "corner" && prompt.box ? withCorner(prompt.box, marker.index, to) : prompt.box;
  return anew(prompt, points, prompt.labels, box, mask);
}

/**
 * What to say so that a marker is gone; null where nothing is left to say.
 * @param {PromptView} prompt
 * @param {Marker} marker
 * @param {string | undefined} mask
 * @returns {Saying | null}
 */
export function without(prompt, marker, mask) {
  const stays = (/** @type {unknown} */ _, /** @type {number} */ index) => !isPoint(marker) || index !== marker.index;
  const points = prompt.points.filter(stays);
  const box = marker.kind === "corner" ? null : prompt.box;
  if (!points.length && !box && mask === undefined) return null;
  return anew(prompt, points, prompt.labels.filter(stays), box, mask);
}

/**
 * @param {PromptView} prompt
 * @param {[number, number][]} points
 * @param {(0 | 1)[]} labels
 * @param {PromptView["box"]} box
 * @param {string | undefined} mask
 * @returns {Saying}
 */
function anew({ object, frame }, points, labels, box, mask) {
  return {
    object,
    frame,
    replace: true,
    ...(points.length ? { points, labels } : {}),
    ...(box ? { box } : {}),
    ...(mask !== undefined ? { mask } : {}),
  };
}

/** @param {Marker} marker */
function isPoint({ kind }) {
  return kind !== "corner";
}

/** @param {[number, number, number, number]} box @param {number} corner @param {Place} to */
function withCorner([x0, y0, x1, y1], corner, to) {
  const [oldX, oldY] = [corner === 0 || corner === 3 ? x1 : x0, corner < 2 ? y1 : y0];
  return boxOf({ x: oldX, y: oldY }, to);
}

/** @param {Place} one @param {Place} other @returns {[number, number, number, number]} */
export function boxOf(one, other) {
  return [Math.min(one.x, other.x), Math.min(one.y, other.y), Math.max(one.x, other.x), Math.max(one.y, other.y)];
}
