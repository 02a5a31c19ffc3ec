/** Times above the filmstrip, as many as there is room for. */

import { clock as clockText } from "../lib/format.js";
import { fitCanvas } from "./film.js";

const ROOM = 84;
const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("./scale.js").Scale} scale
 * @param {import("../editor/clock.js").Clock} clock
 * @param {import("./rows.js").Looks} looks
 */
export function drawRuler(canvas, scale, clock, looks) {
  const context = canvas.getContext("2d");
  const height = canvas.clientHeight;
  if (!context || !canvas.clientWidth) return;
  fitCanvas(canvas);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, height);
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = "middle";
  const { start, stop } = scale.span;
  const [from, to] = [clock.timeOf(start), clock.timeOf(stop + 1)];
  const step = STEPS_S.find((seconds) => (seconds / Math.max(1e-6, to - from)) * scale.width >= ROOM) ?? 14400;
  for (let tick = Math.ceil(from / step - 1e-9); tick * step < to; tick++) {
    const seconds = tick * step;
    const frame = frameFrom(clock, seconds);
    const x = Math.round(scale.xOf(frame)) + 0.5;
    context.fillStyle = looks.line;
    context.fillRect(x - 0.5, 0, 1, height);
    context.fillStyle = looks.soft;
    context.fillText(step < 1 ? `${clockText(seconds)}.${Math.round((seconds % 1) * 10)}` : clockText(seconds), x + 4, height / 2 + 0.5);
  }
}

/** The first frame that is shown at a time or after it. @param {import("../editor/clock.js").Clock} clock @param {number} seconds */
function frameFrom(clock, seconds) {
  const frame = clock.frameAt(seconds);
  return clock.timeOf(frame) >= seconds - 1e-6 ? frame : frame + 1;
}
