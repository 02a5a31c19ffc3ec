/** What of a video is shown and when: the frame, playing, the range, its pictures, masks and strips. */

import { getBytes } from "../lib/api.js";
import { Clock } from "./clock.js";
import { Demand } from "./demand.js";
import { getsDoubtful, getsLost, nextWhere } from "./jumps.js";
import { Masks } from "./masks.js";
import { Pictures, widthFor } from "./pictures.js";
import { Playback } from "./playback.js";
import { Strips } from "./strips.js";

/** @typedef {{start: number, stop: number}} Range both included */
/** @typedef {(message: {type: string, [name: string]: unknown}) => Promise<unknown>} Ask */

const PICTURE_BYTES = 160 * 2 ** 20;
const PICTURE_BYTES_SMALL = 64 * 2 ** 20;

export class Viewer extends EventTarget {
  frame = 0;
  /** @type {Range | null} */ range = null;
  /** The frame shown follows the tracking that this page began. */
  following = false;
  #masks = new Masks();
  #strips;
  #playback;
  #demand;

  /**
   * @param {string} address of the project
   * @param {import("../types").VideoView} video
   * @param {Float64Array | null} times
   * @param {Ask} ask
   */
  constructor(address, video, times, ask) {
    super();
    this.video = video;
    this.clock = new Clock(video, times);
    this.times = this.clock.times;
    this.pictures = this.#makePictures(address);
    this.#strips = new Strips(
      video.frames,
      (start, stop) => getBytes(`${address}/strips?start=${start}&stop=${stop}`),
      () => this.tell("strips"),
    );
    this.#playback = this.#makePlayback();
    this.#demand = new Demand({
      pictures: this.pictures,
      masks: this.#masks,
      clock: this.clock,
      look: (frame) => ask({ type: "look", frame }),
      masksOf: (start, stop) => ask({ type: "masks", start, stop }),
    });
  }

  get playing() {
    return this.#playback.playing;
  }
  /** 1 is the video's own. */
  get speed() {
    return this.#playback.speed;
  }
  get strips() {
    return this.#strips.byObject;
  }
  get answers() {
    return this.#masks.get(this.frame) ?? [];
  }

  /** @param {number} frame */
  goTo(frame) {
    this.following = false;
    this.pause();
    this.show(frame);
  }

  play() {
    this.following = false;
    this.#playback.start(this.frame);
    this.tell("play");
  }

  pause() {
    if (!this.playing) return;
    this.#playback.stop();
    this.#demand.settle(this.frame);
    this.tell("play");
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.#playback.speed = speed;
    this.tell("speed");
  }

  /** @param {number} frame */
  timeOf(frame) {
    return this.clock.timeOf(frame);
  }

  /** @param {Range | null} range */
  setRange(range) {
    const ends = range && [this.inside(range.start), this.inside(range.stop)];
    this.range = ends && { start: Math.min(...ends), stop: Math.max(...ends) };
    this.tell("range");
  }

  /**
   * Where an object is next lost or doubtful, or null.
   * @param {"lost" | "doubtful" | "either"} what
   * @param {1 | -1} direction
   */
  nextTrouble(what, direction) {
    return nextWhere(this.strips.values(), this.frame, direction, (strip, at) => {
      return (what !== "doubtful" && getsLost(strip, at)) || (what !== "lost" && getsDoubtful(strip, at));
    });
  }

  /** Answers of a frame where they are at hand, else null. @param {number} frame */
  known(frame) {
    return this.#masks.get(frame);
  }

  /** Pictures should be so many pixels wide. @param {number} width */
  setPictureWidth(width) {
    this.#demand.setWidth(widthFor(width, this.video.width));
  }

  close() {
    this.#playback.stop();
    this.#demand.close();
    this.#strips.close();
    this.pictures.close();
  }

  /** @param {string} what */
  tell(what) {
    this.dispatchEvent(new Event(what));
  }

  /** Tell the person something; the editor keeps the text. @param {string} _text */
  notify(_text) {}

  /** The nearest frame that there is. @param {number} frame */
  inside(frame) {
    return Math.max(0, Math.min(this.video.frames - 1, Math.round(frame)));
  }

  /** Show a frame, however it came to be shown. @param {number} frame */
  show(frame) {
    this.frame = this.inside(frame);
    if (this.following) this.#demand.followed(this.frame);
    else if (!this.playing) this.#demand.shown(this.frame);
    this.tell("frame");
    this.tell("masks");
  }

  /** Ask again for what is shown. */
  refresh() {
    if (!this.playing) this.#demand.settle(this.frame);
  }

  /** These objects are there, no others. @param {readonly number[]} objects */
  keepObjects(objects) {
    this.#strips.keep(objects);
  }

  /**
   * Masks of these frames, or of all, may have changed.
   * @param {Range | null} range
   * @param {number} revision since when
   */
  masksMoved(range, revision) {
    this.#masks.spoil(range, revision);
    this.#strips.reload(range);
    this.#demand.spoil();
    if (!this.#masks.isFresh(this.frame)) this.refresh();
  }

  /** Fetch the strips that are wanted, now. */
  loadStrips() {
    return this.#strips.load();
  }

  /** @param {import("../types").FrameAnswers} given */
  masksCame(given) {
    if (!this.#masks.put(given)) return;
    this.#strips.note(given);
    if (given.frame === this.frame) this.tell("masks");
  }

  /** @param {string} address */
  #makePictures(address) {
    const small = matchMedia("(max-width: 700px)").matches;
    return new Pictures({
      address,
      full: this.video.width,
      limit: small ? PICTURE_BYTES_SMALL : PICTURE_BYTES,
      arrived: () => this.tell("picture"),
      refused: (error) => this.notify(error.message),
    });
  }

  #makePlayback() {
    const whole = { start: 0, stop: this.video.frames - 1 };
    return new Playback({
      clock: this.clock,
      isReady: (frame) => this.pictures.has(frame, this.#demand.playedWidth),
      show: (frame) => this.show(frame),
      ahead: (due) => {
        const span = this.range ?? whole;
        this.#demand.ahead({ due, shown: this.frame, speed: this.speed, span, again: this.range !== null });
      },
      range: () => this.range,
      ended: () => {
        this.#demand.settle(this.frame);
        this.tell("play");
      },
    });
  }
}
