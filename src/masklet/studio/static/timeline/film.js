/** The filmstrip: small pictures of the frames in sight, fetched anew once zooming rests. */

/** @typedef {import("./scale.js").Scale} Scale */
/** @typedef {{image: ImageBitmap, first: number, count: number, tiles: number}} Strip frames it spans, and pictures in it */

const REST_MS = 180;
const MOST_TILES = 64;
const MOST_HEIGHT = 160;

export class Film {
  #canvas;
  #address;
  #video;
  #scale;
  /** What was fetched last, beneath it the whole video. @type {Strip[]} */ #strips = [];
  #asked = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #request = new AbortController();

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {string} address of the project
   * @param {import("../types").VideoView} video
   * @param {Scale} scale
   */
  constructor(canvas, address, video, scale) {
    this.#canvas = canvas;
    this.#address = address;
    this.#video = video;
    this.#scale = scale;
  }

  draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    if (!context || !width) return;
    const ratio = devicePixelRatio;
    fitCanvas(this.#canvas);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    for (const strip of this.#strips) this.#drawStrip(context, strip, height);
    this.#wantSoon();
  }

  close() {
    clearTimeout(this.#timer);
    this.#request.abort();
    for (const { image } of this.#strips) image.close();
    this.#strips = [];
  }

  /** @param {CanvasRenderingContext2D} context @param {Strip} strip @param {number} height */
  #drawStrip(context, { image, first, count, tiles }, height) {
    const tile = image.width / tiles;
    const shown = (tile * height) / image.height;
    for (let i = 0; i < tiles; i++) {
      const left = this.#scale.xOf(first + (i * count) / tiles);
      const right = this.#scale.xOf(first + ((i + 1) * count) / tiles);
      if (right < 0 || left > this.#scale.width) continue;
      for (let x = left; x < right - 0.01; x += shown) {
        const part = Math.min(1, (right - x) / shown);
        const cut = right - left < shown ? (tile * (1 - part)) / 2 : 0;
        context.drawImage(image, i * tile + cut, 0, tile * part, image.height, x, 0, shown * part, height);
      }
    }
  }

  /** What should be fetched for what is in sight. */
  #wish() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const { start, stop } = this.#scale.span;
    const count = stop - start + 1;
    const across = (height * this.#video.width) / this.#video.height;
    const tiles = Math.max(1, Math.min(MOST_TILES, count, Math.ceil((width * count) / this.#scale.count / across)));
    return { first: start, count, tiles, height: Math.max(16, Math.min(MOST_HEIGHT, Math.round(height * devicePixelRatio))) };
  }

  #wantSoon() {
    const wish = JSON.stringify(this.#wish());
    if (wish === this.#asked) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetch(), this.#strips.length ? REST_MS : 0);
  }

  async #fetch() {
    const wish = this.#wish();
    this.#asked = JSON.stringify(wish);
    this.#request.abort();
    this.#request = new AbortController();
    const { signal } = this.#request;
    const half = wish.count / wish.tiles / 2;
    const [start, stop] = [Math.floor(wish.first + half), Math.floor(wish.first + wish.count - half)];
    const query = `start=${start}&stop=${Math.max(start, stop)}&count=${wish.tiles}&height=${wish.height}`;
    try {
      const response = await fetch(`${this.#address}/strip.jpg?${query}`, { signal });
      if (!response.ok) return;
      const image = await createImageBitmap(await response.blob());
      if (signal.aborted) return image.close();
      this.#keep({ image, ...wish });
    } catch {
      // Another part of the video is wanted, or the studio is away: what is there stays.
    }
  }

  /** Only the first one, of the whole video, stays beneath the newest. @param {Strip} strip */
  #keep(strip) {
    for (const { image } of this.#strips.splice(1)) image.close();
    this.#strips.push(strip);
    this.draw();
  }
}

/** Make a canvas as sharp as the screen. @param {HTMLCanvasElement} canvas */
export function fitCanvas(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * devicePixelRatio));
  if (canvas.width !== width) canvas.width = width ?? 1;
  if (canvas.height !== height) canvas.height = height ?? 1;
}
