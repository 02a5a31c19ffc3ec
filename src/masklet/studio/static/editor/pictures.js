/** The video's frames as pictures: fetched when wanted, ahead of playing, and kept in bounded memory. */

/** @typedef {{bitmap: ImageBitmap, frame: number, width: number}} Picture */
/** @typedef {{frame: number, width: number}} Wish */

/** Widths that the server makes; a video narrower than one of them comes at its own width. */
export const WIDTHS = [160, 320, 640, 960, 1280, 1920];
const AT_ONCE = 4;
/** Colours as they are in the file: they are compared with what the server renders. */
const AS_IT_IS = /** @type {const} */ ({ colorSpaceConversion: "none", premultiplyAlpha: "none" });
const FIRST_WAIT_MS = 60;
/** How far away a picture may stand in for one that has not come, while a person scrubs. */
const NEAR = 24;

/**
 * The smallest width made by the server that is enough.
 * @param {number} pixels how wide the picture is shown, in pixels of the screen
 * @param {number} full the video's width
 */
export function widthFor(pixels, full) {
  return Math.min(WIDTHS.find((width) => width >= pixels) ?? full, full);
}

export class Pictures {
  /** From the least to the most recently used. @type {Map<string, Picture>} */ #kept = new Map();
  /** @type {Map<number, Set<number>>} */ #widths = new Map();
  /** @type {Map<string, AbortController>} */ #coming = new Map();
  /** What is wanted, most urgent first. @type {Wish[]} */ #wishes = [];
  /** Frames that could not be fetched, until something else is wanted. @type {Set<string>} */ #failed = new Set();
  #bytes = 0;
  #wait = FIRST_WAIT_MS;
  #address;
  #full;
  #limit;
  #arrived;
  #refused;
  #closed = false;

  /**
   * @param {object} options
   * @param {string} options.address of the project
   * @param {number} options.full the video's width
   * @param {number} options.limit bytes of unpacked pictures
   * @param {(picture: Picture) => void} options.arrived
   * @param {(error: Error) => void} options.refused a frame cannot be had
   */
  constructor({ address, full, limit, arrived, refused }) {
    this.#address = address;
    this.#full = full;
    this.#limit = limit;
    this.#arrived = arrived;
    this.#refused = refused;
  }

  get bytes() {
    return this.#bytes;
  }

  /** How many pictures a second come when they are fetched one after the other; a running mean. */
  get rate() {
    return (1000 * AT_ONCE) / this.#wait;
  }

  /**
   * What is wanted from now on, most urgent first. Requests on their way for anything else are
   * cancelled, unless they are of use still.
   * @param {Wish[]} wishes
   * @param {(frame: number) => boolean} [ofUse]
   */
  want(wishes, ofUse = () => false) {
    this.#wishes = wishes;
    this.#failed.clear();
    const wanted = new Set(wishes.map(keyOf));
    for (const [key, request] of this.#coming) {
      if (wanted.has(key) || ofUse(Number.parseInt(key, 10))) continue;
      request.abort();
      this.#coming.delete(key);
    }
    this.#fill();
  }

  /** @param {number} frame @param {number} width at least that wide */
  has(frame, width) {
    return [...(this.#widths.get(frame) ?? [])].some((held) => held >= width);
  }

  /** The widest picture of a frame, or null. @param {number} frame @returns {Picture | null} */
  get(frame) {
    const widths = this.#widths.get(frame);
    if (!widths?.size) return null;
    const key = keyOf({ frame, width: Math.max(...widths) });
    const picture = /** @type {Picture} */ (this.#kept.get(key));
    this.#kept.delete(key);
    this.#kept.set(key, picture);
    return picture;
  }

  /** A picture of the frame, else of one close by, else null. @param {number} frame */
  nearest(frame) {
    for (let away = 0; away <= NEAR; away++) {
      const found = this.get(frame - away) ?? this.get(frame + away);
      if (found) return found;
    }
    return null;
  }

  close() {
    this.#closed = true;
    this.want([]);
    for (const key of [...this.#kept.keys()]) this.#drop(key);
  }

  #fill() {
    for (const wish of this.#wishes) {
      if (this.#coming.size >= AT_ONCE || this.#closed) return;
      const key = keyOf(wish);
      if (!this.#coming.has(key) && !this.#failed.has(key) && !this.has(wish.frame, wish.width)) {
        void this.#fetch(wish, key);
      }
    }
  }

  /** @param {Wish} wish @param {string} key */
  async #fetch({ frame, width }, key) {
    const request = new AbortController();
    this.#coming.set(key, request);
    const began = performance.now();
    try {
      const query = width < this.#full ? `?width=${width}` : "";
      const response = await fetch(`${this.#address}/frames/${frame}.jpg${query}`, { signal: request.signal });
      if (!response.ok) this.#refused(await reasonOf(response, frame));
      if (!response.ok) throw new Error("refused");
      const bitmap = await createImageBitmap(await response.blob(), AS_IT_IS);
      this.#wait += 0.15 * (performance.now() - began - this.#wait);
      if (request.signal.aborted) bitmap.close();
      else this.#keep({ bitmap, frame, width }, key);
    } catch {
      if (!request.signal.aborted) this.#failed.add(key);
    } finally {
      if (this.#coming.get(key) === request) this.#coming.delete(key);
      this.#fill();
    }
  }

  /** @param {Picture} picture @param {string} key */
  #keep(picture, key) {
    this.#drop(key);
    this.#kept.set(key, picture);
    const widths = this.#widths.get(picture.frame) ?? new Set();
    this.#widths.set(picture.frame, widths.add(picture.width));
    this.#bytes += bytesOf(picture);
    const shown = this.#wishes[0]?.frame;
    for (const [oldest, { frame }] of this.#kept) {
      if (this.#bytes <= this.#limit) break;
      if (oldest !== key && frame !== shown) this.#drop(oldest);
    }
    this.#arrived(picture);
  }

  /** @param {string} key */
  #drop(key) {
    const picture = this.#kept.get(key);
    if (!picture) return;
    this.#kept.delete(key);
    const widths = this.#widths.get(picture.frame);
    widths?.delete(picture.width);
    if (!widths?.size) this.#widths.delete(picture.frame);
    this.#bytes -= bytesOf(picture);
    picture.bitmap.close();
  }
}

/** @param {Response} response @param {number} frame */
async function reasonOf(response, frame) {
  const told = await response.json().catch(() => null);
  return new Error(told?.error ?? `Frame ${frame} cannot be shown (error ${response.status}).`);
}

/** @param {Wish} wish */
function keyOf({ frame, width }) {
  return `${frame}/${width}`;
}

/** @param {Picture} picture */
function bytesOf({ bitmap }) {
  return bitmap.width * bitmap.height * 4;
}
