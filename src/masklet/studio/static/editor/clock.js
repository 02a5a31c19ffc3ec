/** When each frame is shown: evenly spaced, or as the video's own times say. */

/** How fast a folder of pictures plays, whose time nobody knows. */
const FPS_OF_PICTURES = 12;

export class Clock {
  /**
   * @param {{frames: number, fps: number | null}} video
   * @param {Float64Array | null} times seconds, one a frame, growing
   */
  constructor({ frames, fps }, times) {
    this.frames = frames;
    this.fps = fps ?? FPS_OF_PICTURES;
    this.times = times && times.length === frames ? times : null;
  }

  /** Seconds at which a frame is shown. @param {number} frame */
  timeOf(frame) {
    if (!this.times) return frame / this.fps;
    const last = this.frames - 1;
    if (frame <= last) return this.times[Math.max(0, frame)];
    return this.times[last] + (frame - last) / this.fps;
  }

  /** The frame that is shown at a time. @param {number} seconds */
  frameAt(seconds) {
    if (!this.times) return this.#inside(Math.floor(seconds * this.fps + 1e-6));
    let low = 0;
    let high = this.frames;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.times[middle] <= seconds + 1e-9) low = middle;
      else high = middle;
    }
    return low;
  }

  /** @param {number} frame */
  #inside(frame) {
    return Math.max(0, Math.min(this.frames - 1, frame));
  }
}
