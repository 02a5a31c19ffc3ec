/** Plays frames at their own times: a frame whose picture is late is skipped, the clock goes on. */

/** @typedef {{start: number, stop: number}} Range both included */
/**
 * @typedef {object} Player what playback needs of the editor
 * @property {import("./clock.js").Clock} clock
 * @property {(frame: number) => boolean} isReady its picture is here
 * @property {(frame: number) => void} show
 * @property {(frame: number) => void} ahead pictures from this frame on are wanted
 * @property {() => Range | null} range played again and again
 * @property {() => void} ended
 */

/** A longer pause between two drawings stops the clock: the page was hidden or busy. */
const LONGEST_STEP_S = 0.25;

export class Playback {
  speed = 1;
  #player;
  #shown = 0;
  #seconds = 0;
  #last = 0;
  #request = 0;
  #playing = false;

  /** @param {Player} player */
  constructor(player) {
    this.#player = player;
  }

  get playing() {
    return this.#playing;
  }

  /** @param {number} frame */
  start(frame) {
    const { start, stop } = this.#span();
    const from = frame < start || frame >= stop ? start : frame;
    this.#playing = true;
    this.#jump(from);
    if (from !== frame) this.#player.show(from);
    this.#last = performance.now();
    cancelAnimationFrame(this.#request);
    this.#request = requestAnimationFrame((now) => this.#tick(now));
  }

  stop() {
    this.#playing = false;
    cancelAnimationFrame(this.#request);
  }

  /** @param {number} now */
  #tick(now) {
    if (!this.#playing) return;
    const step = Math.min(LONGEST_STEP_S, Math.max(0, (now - this.#last) / 1000));
    this.#last = now;
    this.#seconds += step * this.speed;
    this.advance();
    if (this.#playing) this.#request = requestAnimationFrame((next) => this.#tick(next));
  }

  /** Show the frame that is due, or the latest before it whose picture is here. */
  advance() {
    const { clock, isReady, show, ahead } = this.#player;
    const { start, stop } = this.#span();
    if (this.#seconds >= clock.timeOf(stop + 1)) return this.#atEnd(start, stop);
    const due = Math.min(stop, clock.frameAt(this.#seconds));
    for (let frame = due; frame > this.#shown; frame--) {
      if (!isReady(frame)) continue;
      this.#shown = frame;
      show(frame);
      break;
    }
    ahead(Math.max(due, this.#shown));
  }

  /** @param {number} start @param {number} stop */
  #atEnd(start, stop) {
    if (this.#player.range()) {
      this.#jump(start);
      this.#player.show(start);
      return;
    }
    this.stop();
    if (this.#shown !== stop) this.#player.show(stop);
    this.#player.ended();
  }

  /** @param {number} frame */
  #jump(frame) {
    this.#shown = frame;
    this.#seconds = this.#player.clock.timeOf(frame);
  }

  #span() {
    return this.#player.range() ?? { start: 0, stop: this.#player.clock.frames - 1 };
  }
}
