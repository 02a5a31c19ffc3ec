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
 * @property {(why: string) => void} onRefused the studio does not let this page in
 */
/** @typedef {{type: string, [name: string]: unknown}} Message without its id */
/** @typedef {{resolve: (answer: any) => void, reject: (error: Error) => void, bytes: boolean}} Waiting */
/** @typedef {{message: Message, waiting: Waiting}} Held */

/** How many frames of masks may be on their way, and after how many new ones are asked for. */
const CREDIT = 96;
const GRANT = 32;
/** The code with which the studio closes the wire when a project cannot be opened. */
const REFUSED = 4004;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
const NO_WIRE = "The studio does not answer, so this was not done. Is it still running?";
/** How long an edit waits for the wire to come back. */
const PATIENCE_MS = 60000;
const LOST_WIRE = "The connection broke before the studio answered. Look whether your last change is there.";

export class Socket {
  connected = false;
  #address;
  #listener;
  /** @type {WebSocket | null} */ #wire = null;
  /** @type {Map<number, Waiting>} */ #waiting = new Map();
  /** Asked while there was no wire, in order. @type {Held[]} */ #held = [];
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
   * @param {Message} message
   * @returns {Promise<Reply>}
   */
  request(message) {
    return new Promise((resolve, reject) => this.#ask(message, { resolve, reject, bytes: false }));
  }

  /**
   * Ask for something that is to be done even if the wire has to come back first.
   * @param {Message} message
   * @returns {Promise<Reply>}
   */
  requestPatiently(message) {
    if (this.connected || this.#closed) return this.request(message);
    return new Promise((resolve, reject) => {
      const held = { message, waiting: { resolve, reject, bytes: false } };
      this.#held.push(held);
      setTimeout(() => {
        if (!this.#held.includes(held)) return;
        this.#held = this.#held.filter((other) => other !== held);
        reject(new Error(NO_WIRE));
      }, PATIENCE_MS);
    });
  }

  /**
   * Ask for something whose answer is bytes.
   * @param {Message} message
   * @returns {Promise<FrameAnswers>}
   */
  requestBytes(message) {
    return new Promise((resolve, reject) => this.#ask(message, { resolve, reject, bytes: true }));
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.("online", this.#again);
    this.#wire?.close();
    this.#dropped(NO_WIRE);
  }

  /** @param {Message} message @param {Waiting} waiting */
  #ask(message, waiting) {
    if (!this.connected || !this.#wire) return waiting.reject(new Error(NO_WIRE));
    const id = ++this.#lastId;
    this.#waiting.set(id, waiting);
    this.#wire.send(JSON.stringify({ ...message, id }));
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
    wire.addEventListener("close", ({ code, reason }) => this.#ended(wire, code === REFUSED ? reason : ""));
  }

  /** @param {WebSocket} wire */
  #opened(wire) {
    this.#used = 0;
    wire.send(JSON.stringify({ type: "credit", id: ++this.#lastId, frames: CREDIT }));
  }

  /** @param {any} message */
  #told(message) {
    if (message.type === "state") {
      const first = !this.connected;
      if (first) this.#ready();
      this.#listener.onState(message.state);
      if (first) this.#sendHeld();
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

  #sendHeld() {
    const held = this.#held;
    this.#held = [];
    for (const { message, waiting } of held) this.#ask(message, waiting);
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

  /** @param {WebSocket} wire @param {string} refusal */
  #ended(wire, refusal) {
    if (wire !== this.#wire || this.#closed) return;
    this.#wire = null;
    this.#dropped(LOST_WIRE);
    if (refusal) {
      this.#listener.onRefused(refusal);
      this.#wait = LONGEST_WAIT_MS;
    }
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
