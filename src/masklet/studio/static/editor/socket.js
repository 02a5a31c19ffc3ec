/** The wire of an open project: requests become promises, masks are let in by credit, lost wires come back. */

import { HOVER, unpack } from "./answers.js";

/** @typedef {import("../types").FrameAnswers} FrameAnswers */
/** @typedef {import("../types").StateView} StateView */
/** @typedef {{type: "progress", frame: number, start: number, stop: number, reverse: boolean, rate: number | null}} Progress */
/** @typedef {{type: "reply", id: number, object: number | null}} Reply */
/**
 * @typedef {object} Listener
 * @property {(state: StateView) => void} onState
 * @property {(progress: Progress) => void} onProgress
 * @property {(text: string) => void} onNotice
 * @property {(answers: FrameAnswers) => void} onMasks
 * @property {(connected: boolean) => void} onConnection
 */
/** @typedef {{resolve: (answer: any) => void, reject: (error: Error) => void, bytes: boolean}} Waiting */

/** How many frames of masks may be on their way, and after how many new ones are asked for. */
const CREDIT = 96;
const GRANT = 32;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const NO_WIRE = "The studio is not connected. Nothing was changed; it comes back by itself.";
const LOST_WIRE = "The connection broke before the studio answered. Look whether your last change is there.";

export class Socket {
  connected = false;
  #address;
  #listener;
  /** @type {WebSocket | null} */ #wire = null;
  /** @type {Map<number, Waiting>} */ #waiting = new Map();
  #lastId = 0;
  #used = 0;
  #wait = FIRST_WAIT_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #closed = false;
  #again = () => this.#soon();

  /** @param {string} address @param {Listener} listener */
  constructor(address, listener) {
    this.#address = address;
    this.#listener = listener;
    globalThis.addEventListener?.("online", this.#again);
    this.#connect();
  }

  /**
   * Ask for something; resolves with the reply when it is done, rejects with why it was refused.
   * @param {{type: string, [name: string]: unknown}} message without its id
   * @returns {Promise<Reply>}
   */
  request(message) {
    return this.#ask(message, false);
  }

  /**
   * Ask for something whose answer is bytes.
   * @param {{type: string, [name: string]: unknown}} message
   * @returns {Promise<FrameAnswers>}
   */
  requestBytes(message) {
    return this.#ask(message, true);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.("online", this.#again);
    this.#wire?.close();
    this.#dropped(NO_WIRE);
  }

  /**
   * @param {{type: string, [name: string]: unknown}} message
   * @param {boolean} bytes
   * @returns {Promise<any>}
   */
  #ask(message, bytes) {
    const wire = this.#wire;
    if (!this.connected || !wire) return Promise.reject(new Error(NO_WIRE));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, bytes });
      wire.send(JSON.stringify({ ...message, id }));
    });
  }

  #connect() {
    const wire = new WebSocket(this.#address);
    wire.binaryType = "arraybuffer";
    this.#wire = wire;
    wire.addEventListener("open", () => this.#opened(wire));
    wire.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.#told(JSON.parse(data));
      else this.#came(data);
    });
    wire.addEventListener("close", () => this.#ended(wire));
  }

  /** @param {WebSocket} wire */
  #opened(wire) {
    this.#used = 0;
    wire.send(JSON.stringify({ type: "credit", id: ++this.#lastId, frames: CREDIT }));
  }

  /** @param {any} message */
  #told(message) {
    if (message.type === "state") {
      if (!this.connected) this.#ready();
      this.#listener.onState(message.state);
    } else if (message.type === "progress") this.#listener.onProgress(message);
    else if (message.type === "notice") this.#listener.onNotice(message.text);
    else if (message.type === "reply") this.#settle(message.id, ({ resolve, bytes }) => bytes || resolve(message));
    else if (message.type === "refusal") {
      if (message.id === null) this.#listener.onNotice(message.error);
      else this.#settle(message.id, ({ reject }) => (reject(new Error(message.error)), false));
    }
  }

  /** The first message after connecting is the state. */
  #ready() {
    this.connected = true;
    this.#wait = FIRST_WAIT_MS;
    this.#listener.onConnection(true);
  }

  /** @param {ArrayBuffer} bytes */
  #came(bytes) {
    const answers = unpack(bytes);
    if (answers.kind === HOVER) {
      this.#settle(answers.tag, ({ resolve }) => resolve(answers));
      return;
    }
    this.#used += 1;
    if (this.#used >= GRANT) {
      this.#wire?.send(JSON.stringify({ type: "credit", id: ++this.#lastId, frames: this.#used }));
      this.#used = 0;
    }
    this.#listener.onMasks(answers);
  }

  /**
   * @param {number} id
   * @param {(waiting: Waiting) => unknown} finish true: it goes on waiting
   */
  #settle(id, finish) {
    const waiting = this.#waiting.get(id);
    if (waiting && finish(waiting) !== true) this.#waiting.delete(id);
  }

  /** @param {WebSocket} wire */
  #ended(wire) {
    if (wire !== this.#wire || this.#closed) return;
    this.#wire = null;
    this.#dropped(LOST_WIRE);
    this.#timer = setTimeout(() => this.#connect(), this.#wait * (0.75 + Math.random() / 2));
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
  }

  /** @param {string} why */
  #dropped(why) {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    if (this.connected) {
      this.connected = false;
      this.#listener.onConnection(false);
    }
    for (const { reject } of waiting) reject(new Error(why));
  }

  #soon() {
    if (this.#closed || this.#wire) return;
    clearTimeout(this.#timer);
    this.#connect();
  }
}
