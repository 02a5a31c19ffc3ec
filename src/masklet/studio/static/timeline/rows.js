/** A row an object: how surely it is seen on each frame, where it is hidden, and where it was prompted. */

import { fitCanvas } from "./film.js";

/** @typedef {import("./scale.js").Scale} Scale */
/** @typedef {import("../types").ObjectView} ObjectView */
/** @typedef {{surface: string, line: string, text: string, soft: string}} Looks colours of the page */

export const ROW = 22;
const BAR = 10;
const DOT = 3.5;
const HIDDEN = 255;
const SURE = 100;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scale} scale
 * @param {import("../editor/editor.js").StudioEditor} editor
 * @param {Looks} looks
 */
export function drawRows(canvas, scale, editor, looks) {
  const context = canvas.getContext("2d");
  if (!context || !canvas.clientWidth) return;
  fitCanvas(canvas);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  editor.state.objects.forEach((object, row) => {
    const top = row * ROW + (ROW - BAR) / 2;
    context.fillStyle = looks.line;
    context.fillRect(0, top + BAR / 2 - 0.5, scale.width, 1);
    const strip = editor.strips.get(object.id);
    context.globalAlpha = object.hidden ? 0.35 : 1;
    if (strip) drawStrip(context, scale, strip, object.colour, top, looks);
    context.globalAlpha = 1;
  });
  drawDots(context, scale, editor, looks);
}

/**
 * Runs of equal bytes where frames are wide; a column at a time where many frames share a pixel.
 * @param {CanvasRenderingContext2D} context
 * @param {Scale} scale
 * @param {Uint8Array} strip
 * @param {string} colour
 * @param {number} top
 * @param {Looks} looks
 */
function drawStrip(context, scale, strip, colour, top, looks) {
  const { start, stop } = scale.span;
  const shown = context.globalAlpha;
  const pieces = scale.step >= 1 ? runsOf(strip, start, stop) : columnsOf(strip, scale);
  for (const { from, to, byte } of pieces) {
    const [left, right] = [snapped(scale.xOf(from)), snapped(scale.xOf(to))];
    context.globalAlpha = shown;
    if (byte === HIDDEN) {
      drawHidden(context, left, right, top, colour, looks);
    } else {
      context.fillStyle = looks.surface;
      context.fillRect(left, top, right - left, BAR);
      context.globalAlpha = shown * (0.22 + 0.78 * (Math.min(SURE, byte) / SURE) ** 2);
      context.fillStyle = colour;
      context.fillRect(left, top, Math.max(0.5, right - left), BAR);
    }
  }
}

/** To the screen's pixels, so that neighbours meet without a seam. @param {number} x */
function snapped(x) {
  return Math.round(x * devicePixelRatio) / devicePixelRatio;
}

/** @param {Uint8Array} strip @param {number} start @param {number} stop */
function* runsOf(strip, start, stop) {
  let from = start;
  for (let frame = start + 1; frame <= stop + 1; frame++) {
    if (frame <= stop && strip[frame] === strip[from]) continue;
    const byte = strip[from] ?? 0;
    if (byte) yield { from, to: frame, byte };
    from = frame;
  }
}

/** The worst of the frames in each pixel, where any is known; equal neighbours are one piece. */
/** @param {Uint8Array} strip @param {Scale} scale */
function* columnsOf(strip, scale) {
  const edge = (/** @type {number} */ x) => scale.first + x / scale.step;
  let [start, held] = [0, 0];
  for (let x = 0; x <= scale.width; x++) {
    const byte = x < scale.width ? worstOf(strip, Math.floor(edge(x)), Math.floor(edge(x + 1))) : 0;
    if (byte === held) continue;
    if (held) yield { from: edge(start), to: edge(x), byte: held };
    [start, held] = [x, byte];
  }
}

/** @param {Uint8Array} strip @param {number} from @param {number} to */
function worstOf(strip, from, to) {
  let worst = 0;
  for (let frame = from; frame < Math.max(from + 1, to); frame++) {
    const byte = strip[frame] ?? 0;
    if (byte === HIDDEN) return HIDDEN;
    if (byte && (!worst || byte < worst)) worst = byte;
  }
  return worst;
}

/**
 * Hollow, with slanting lines that meet across neighbours.
 * @param {CanvasRenderingContext2D} context
 * @param {number} left
 * @param {number} right
 * @param {number} top
 * @param {string} colour
 * @param {Looks} looks
 */
function drawHidden(context, left, right, top, colour, looks) {
  const [from, to] = [Math.max(left, -BAR), Math.min(right, context.canvas.width)];
  context.save();
  context.beginPath();
  context.rect(from, top, Math.max(0.5, to - from), BAR);
  context.clip();
  context.fillStyle = looks.surface;
  context.fillRect(from, top, to - from, BAR);
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = Math.floor(from / 5) * 5 - BAR; x < to; x += 5) {
    context.moveTo(x, top + BAR);
    context.lineTo(x + BAR, top);
  }
  context.moveTo(from, top + 0.5);
  context.lineTo(to, top + 0.5);
  context.moveTo(from, top + BAR - 0.5);
  context.lineTo(to, top + BAR - 0.5);
  context.stroke();
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Scale} scale
 * @param {import("../editor/editor.js").StudioEditor} editor
 * @param {Looks} looks
 */
function drawDots(context, scale, { state }, looks) {
  const rows = new Map(state.objects.map(({ id }, row) => [id, row]));
  for (const { object, frame } of state.prompts) {
    const row = rows.get(object);
    const x = scale.middleOf(frame);
    if (row === undefined || x < -DOT || x > scale.width + DOT) continue;
    context.beginPath();
    context.arc(x, row * ROW + ROW / 2, DOT, 0, 2 * Math.PI);
    context.fillStyle = looks.text;
    context.strokeStyle = looks.surface;
    context.lineWidth = 2;
    context.stroke();
    context.fill();
  }
}
