/** Where the jump keys go: the next frame that was prompted, where an object gets lost, or that is doubtful. */

/** @typedef {import("../types").PromptView} PromptView */

const HIDDEN = 255;
/** Confidence below which a seen object is doubtful, and a fall from one frame to the next that is. */
const LOW = 60;
const FALL = 12;

/**
 * @param {readonly PromptView[]} prompts
 * @param {number} from
 * @param {1 | -1} direction
 * @returns {number | null}
 */
export function nextPrompted(prompts, from, direction) {
  /** @type {number | null} */
  let best = null;
  for (const { frame } of prompts) {
    if ((frame - from) * direction <= 0) continue;
    if (best === null || (best - frame) * direction > 0) best = frame;
  }
  return best;
}

/**
 * The next frame at which something begins for one of the strips.
 * @param {Iterable<Uint8Array>} strips
 * @param {number} from
 * @param {1 | -1} direction
 * @param {(strip: Uint8Array, frame: number) => boolean} begins
 * @returns {number | null}
 */
export function nextWhere(strips, from, direction, begins) {
  const all = [...strips];
  const length = all[0]?.length ?? 0;
  for (let frame = from + direction; 0 <= frame && frame < length; frame += direction) {
    if (all.some((strip) => begins(strip, frame))) return frame;
  }
  return null;
}

/** An object that was seen on the frame before is hidden here. @param {Uint8Array} strip @param {number} frame */
export function getsLost(strip, frame) {
  return frame > 0 && strip[frame] === HIDDEN && isSeen(strip[frame - 1]);
}

/** An object becomes doubtful here, or its confidence falls. @param {Uint8Array} strip @param {number} frame */
export function getsDoubtful(strip, frame) {
  if (!isSeen(strip[frame])) return false;
  const before = frame > 0 && isSeen(strip[frame - 1]) ? strip[frame - 1] : null;
  if (before === null) return strip[frame] < LOW;
  return (strip[frame] < LOW && before >= LOW) || before - strip[frame] >= FALL;
}

/** @param {number} byte */
function isSeen(byte) {
  return byte > 0 && byte <= 100;
}
