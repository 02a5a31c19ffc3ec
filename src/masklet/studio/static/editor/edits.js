/** Everything that changes the project: one request each, told to the person when it is refused. */

/** @typedef {import("../types").Saying} Saying */
/**
 * @typedef {object} Desk what edits need of the editor
 * @property {import("./socket.js").Socket} socket
 * @property {() => number} revision of the state that is known
 * @property {() => void} pendingChanged
 * @property {(error: Error) => void} refused
 */

/** How long what was said stays beside its confirmation, should the new state come later. */
const PENDING_MS = 600;

export class Edits {
  /** Said and not yet confirmed. @type {readonly Saying[]} */ pending = [];
  #desk;

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
  }

  /** @param {string} [name] @returns {Promise<number>} */
  async addObject(name) {
    return objectOf(await this.#ask({ type: "add_object", ...(name ? { name } : {}) }));
  }

  /** @param {number} object @param {{name?: string, colour?: string, hidden?: boolean}} change */
  async changeObject(object, change) {
    await this.#ask({ type: "change_object", object, ...change });
  }

  /** @param {number} object */
  async removeObject(object) {
    await this.#ask({ type: "remove_object", object });
  }

  /** @param {Saying} saying */
  async say(saying) {
    this.#hold([...this.pending, saying]);
    const before = this.#desk.revision();
    let wait = 0;
    try {
      await this.#ask({ type: "say", ...saying });
      if (this.#desk.revision() === before) wait = PENDING_MS;
    } finally {
      setTimeout(() => this.#hold(this.pending.filter((other) => other !== saying)), wait);
    }
  }

  /**
   * A first prompt, about an object that it adds.
   * @param {Omit<Saying, "object">} saying
   * @returns {Promise<number>} the object
   */
  async introduce(saying) {
    return objectOf(await this.#ask({ type: "say", object: null, ...saying }));
  }

  /** @param {number} object @param {number} frame */
  async clear(object, frame) {
    await this.#ask({ type: "clear", object, frame });
  }

  async undo() {
    await this.#ask({ type: "undo" });
  }

  async redo() {
    await this.#ask({ type: "redo" });
  }

  /** @param {import("../types").Tracking} tracking */
  async propagate(tracking) {
    await this.#ask({ type: "propagate", ...tracking });
  }

  async cancel() {
    await this.#ask({ type: "cancel" });
  }

  /** @param {{type: string, [name: string]: unknown}} message */
  async #ask(message) {
    try {
      return await this.#desk.socket.requestPatiently(message);
    } catch (error) {
      this.#desk.refused(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  /** @param {readonly Saying[]} pending */
  #hold(pending) {
    this.pending = pending;
    this.#desk.pendingChanged();
  }
}

/** @param {import("./socket.js").Reply} reply @returns {number} */
function objectOf({ object }) {
  if (object === null) throw new Error("The studio did not say which object it added.");
  return object;
}
