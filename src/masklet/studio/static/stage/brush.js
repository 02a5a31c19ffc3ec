/** Painting on the chosen object's mask: seen while it is done, said when it is let go. */

/** @typedef {import("./view.js").Place} Place */
/** @typedef {import("./bitmap.js").MaskBitmap} MaskBitmap */
/** @typedef {{object: number, frame: number, bitmap: MaskBitmap, value: 0 | 255}} Draft */

/** Stands for an object that is added once the stroke is done. */
export const NEW_OBJECT = -1;

export class Brush {
  /** What is painted, until the server's answer shows it. @type {Draft | null} */ draft = null;
  #editor;
  #prompter;
  #painted;
  #stroke = 0;

  /**
   * @param {import("../editor/editor.js").StudioEditor} editor
   * @param {import("./prompter.js").Prompter} prompter
   * @param {(draft: Draft | null, columns: import("./bitmap.js").Columns | null) => void} painted
   */
  constructor(editor, prompter, painted) {
    this.#editor = editor;
    this.#prompter = prompter;
    this.#painted = painted;
  }

  /** @param {Place} place @param {boolean} erase */
  begin(place, erase) {
    this.#editor.pause();
    this.#stroke += 1;
    const { frame, selected } = this.#editor;
    const object = selected ?? NEW_OBJECT;
    const goesOn = this.draft?.object === object && this.draft.frame === frame;
    const bitmap = goesOn && this.draft ? this.draft.bitmap : this.#prompter.bitmap();
    this.draft = { object, frame, bitmap, value: erase ? 0 : 255 };
    this.#painted(this.draft, null);
    this.line(place, place);
  }

  /** @param {Place} from @param {Place} to */
  line(from, to) {
    if (!this.draft) return;
    const { bitmap, value } = this.draft;
    this.#painted(this.draft, bitmap.line(from, to, this.#editor.brushSize / 2, value));
  }

  /** Say it; the draft stays in sight until that is done. */
  async end() {
    if (!this.draft) return;
    const stroke = this.#stroke;
    await this.#prompter.mask(this.draft.bitmap);
    if (stroke === this.#stroke) this.cancel();
  }

  cancel() {
    this.draft = null;
    this.#painted(null, null);
  }
}
