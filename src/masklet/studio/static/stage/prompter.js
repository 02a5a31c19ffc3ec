/** Turns what was done on the stage into what is said about the chosen object on the frame shown. */

import { MaskBitmap } from "./bitmap.js";
import { boxOf, movedTo, without } from "./markers.js";

/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */
/** @typedef {import("../types").Saying} Saying */
/** @typedef {import("./markers.js").Marker} Marker */
/** @typedef {import("./view.js").Place} Place */

export class Prompter {
  /** @param {StudioEditor} editor */
  constructor(editor) {
    this.editor = editor;
  }

  /** @param {Place} place @param {boolean} inside */
  point({ x, y }, inside) {
    return this.#sayAboutChosen({ points: [[rounded(x), rounded(y)]], labels: [inside ? 1 : 0] });
  }

  /** @param {Place} from @param {Place} to */
  box(from, to) {
    const [x0, y0, x1, y1] = boxOf(from, to);
    return this.#sayAboutChosen({ box: [rounded(x0), rounded(y0), rounded(x1), rounded(y1)] });
  }

  /** @param {MaskBitmap} bitmap */
  mask(bitmap) {
    return this.#sayAboutChosen({ mask: bitmap.counts() });
  }

  /** The chosen object's mask on the frame shown, to paint on. */
  bitmap() {
    const { video, selected } = this.editor;
    const answer = this.editor.answers.find(({ object }) => object === selected);
    return new MaskBitmap(video, answer?.visible ? answer.counts : undefined);
  }

  /** @param {Marker} marker @param {Place} to */
  async move(marker, to) {
    const prompt = this.#promptOf(marker);
    const place = { x: rounded(to.x), y: rounded(to.y) };
    if (prompt) await this.#say(movedTo(prompt, marker, place, this.#maskOf(prompt)));
  }

  /** @param {Marker} marker */
  async remove(marker) {
    const prompt = this.#promptOf(marker);
    if (!prompt) return;
    const rest = without(prompt, marker, this.#maskOf(prompt));
    if (rest) await this.#say(rest);
    else await this.editor.clear(prompt.object, prompt.frame).catch(() => {});
  }

  /** @param {Marker} marker */
  #promptOf({ object }) {
    return this.editor.promptsHere().find((prompt) => prompt.object === object);
  }

  /** Where a mask was drawn, the present one is said again with the points. */
  /** @param {import("../types").PromptView} prompt */
  #maskOf({ mask, object }) {
    return mask ? this.editor.answers.find((answer) => answer.object === object)?.counts : undefined;
  }

  /** @param {Omit<Saying, "object" | "frame">} what */
  async #sayAboutChosen(what) {
    this.editor.pause();
    const { frame } = this.editor;
    try {
      await this.editor.sayAboutChosen({ frame, ...what });
    } catch {
      // The editor has told the person.
    }
  }

  /** @param {Saying} saying */
  async #say(saying) {
    this.editor.pause();
    await this.editor.say(saying).catch(() => {});
  }
}

/** To hundredths of a pixel. @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}
