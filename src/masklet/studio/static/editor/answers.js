/** What the server says of a frame, out of the bytes of one message (`studio/wire/frames.py`). */

/** @typedef {import("../types").Answer} Answer */
/** @typedef {import("../types").FrameAnswers} FrameAnswers */

export const MASKS = 1;
export const HOVER = 2;
const PROMPTED = 1;
const VISIBLE = 2;
const HEAD_BYTES = 16;
const OBJECT_BYTES = 20;
const HIDDEN = 255;

const ascii = new TextDecoder("latin1");

/**
 * @param {ArrayBuffer} message
 * @returns {FrameAnswers & {kind: number}}
 */
export function unpack(message) {
  const view = new DataView(message);
  const count = view.getUint16(2, true);
  /** @type {Answer[]} */
  const answers = [];
  let at = HEAD_BYTES;
  for (let i = 0; i < count; i++) {
    const flags = view.getUint32(at + 12, true);
    const length = view.getUint32(at + 16, true);
    answers.push({
      object: view.getUint32(at, true),
      score: view.getFloat32(at + 4, true),
      presence: view.getFloat32(at + 8, true),
      prompted: (flags & PROMPTED) !== 0,
      visible: (flags & VISIBLE) !== 0,
      counts: ascii.decode(new Uint8Array(message, at + OBJECT_BYTES, length)),
    });
    at += OBJECT_BYTES + Math.ceil(length / 4) * 4;
  }
  return { kind: view.getUint8(0), frame: view.getUint32(4, true), tag: view.getUint32(8, true), answers };
}

/**
 * An answer as one byte of a strip: 1 to 100 seen, with that confidence; 255 hidden; 0 is unknown.
 * @param {Answer} answer
 */
export function stripByte({ visible, score }) {
  return visible ? Math.max(1, Math.min(100, Math.round(100 * score))) : HIDDEN;
}
