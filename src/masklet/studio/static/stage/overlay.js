/** What lies above the picture as crisp lines: markers, a box being drawn, the brush's ring, the crosshair. */

/** @typedef {import("./markers.js").Marker} Marker */
/** @typedef {import("./view.js").Place} Place */
/** @typedef {import("./view.js").StageView} StageView */
/**
 * Everything to draw, in the video's pixels.
 * @typedef {object} Sketch
 * @property {readonly Marker[]} markers
 * @property {readonly {object: number, box: [number, number, number, number]}[]} boxes
 * @property {number | null} selected object whose markers are its own
 * @property {Marker | null} hot the marker under the pointer
 * @property {[number, number, number, number] | null} drawn a box that is being drawn
 * @property {{place: Place, radius: number} | null} ring
 * @property {Place | null} cross
 */

const SVG = "http://www.w3.org/2000/svg";
const SIGNS = { plus: "M-4 0H4M0 -4V4", minus: "M-4 0H4" };

export class Overlay {
  element = make("svg", { class: "stage-overlay", "aria-hidden": "true" });

  /** @param {Sketch} sketch @param {StageView} view */
  draw(sketch, view) {
    const isOwn = (/** @type {number} */ object) => object === sketch.selected;
    this.element.replaceChildren(
      ...sketch.boxes.flatMap(({ object, box }) => rectangle(box, view, isOwn(object) ? "box" : "box others")),
      ...(sketch.drawn ? rectangle(sketch.drawn, view, "box drawn") : []),
      ...sketch.markers.filter(({ object }) => !isOwn(object)).map((one) => mark(one, view, "others")),
      ...sketch.markers.filter(({ object }) => isOwn(object)).map((one) => mark(one, view, one === sketch.hot ? "own hot" : "own")),
      ...(sketch.ring ? ring(sketch.ring, view) : []),
      ...(sketch.cross ? cross(sketch.cross, view) : []),
    );
  }
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...Node} children */
function make(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** @param {Marker} marker @param {StageView} view @param {string} look */
function mark(marker, view, look) {
  const { x, y } = view.toStage(marker);
  const place = { class: `marker ${marker.kind} ${look}`, transform: `translate(${round(x)} ${round(y)})` };
  if (marker.kind === "corner") return make("g", place, make("rect", { x: -4.5, y: -4.5, width: 9, height: 9, rx: 1.5 }));
  return make("g", place, make("circle", { r: 8.5 }), make("path", { d: SIGNS[marker.kind] }));
}

/** A light line on a dark one is seen on every picture. */
/** @param {[number, number, number, number]} box @param {StageView} view @param {string} look */
function rectangle([x0, y0, x1, y1], view, look) {
  const [from, to] = [view.toStage({ x: x0, y: y0 }), view.toStage({ x: x1, y: y1 })];
  const shape = { x: round(from.x), y: round(from.y), width: round(to.x - from.x), height: round(to.y - from.y) };
  return [make("rect", { ...shape, class: `${look} under` }), make("rect", { ...shape, class: look })];
}

/** @param {{place: Place, radius: number}} ring @param {StageView} view */
function ring({ place, radius }, view) {
  const { x, y } = view.toStage(place);
  const shape = { cx: round(x), cy: round(y), r: Math.max(1, radius * view.scale) };
  return [make("circle", { ...shape, class: "ring under" }), make("circle", { ...shape, class: "ring" })];
}

/** @param {Place} place @param {StageView} view */
function cross(place, view) {
  const { x, y } = view.toStage(place);
  const d = `M${round(x)} 0V${round(y) - 9}M${round(x)} ${round(y) + 9}V${view.height}M0 ${round(y)}H${round(x) - 9}M${round(x) + 9} ${round(y)}H${view.width}`;
  return [
    make("path", { d, class: "cross under" }),
    make("path", { d, class: "cross" }),
    make("circle", { cx: round(x), cy: round(y), r: 1.5, class: "cross-dot" }),
  ];
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}
