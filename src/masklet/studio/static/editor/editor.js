/**
 * The open project as the page's elements see it: `Editor` of types.d.ts, and what the stage and the
 * timeline need besides.
 *
 * Edits reject with an error for people and also set `notice`, so that a caller who does not care
 * can leave the rejection to the editor. More events than types.d.ts has: "picture" (a picture has
 * come), "pending" (something was said, or confirmed), "speed", "zoom" (the stage's).
 */

import { getBytes } from "../lib/api.js";
import { readPlace, withPlace } from "./address.js";
import { Edits } from "./edits.js";
import { nextPrompted } from "./jumps.js";
import { Manner } from "./manner.js";
import { promptsOn } from "./pending.js";
import { Socket } from "./socket.js";
import { Viewer } from "./viewer.js";

/** @typedef {import("../types").Editor} Editor */
/** @typedef {import("../types").StateView} StateView */

const FIRST_STATE_MS = 20000;
const ADDRESS_MS = 400;
/** @type {StateView} */
const NOTHING = {
  revision: 0, objects: [], prompts: [], passes: [], undo: null, redo: null, running: null, changed: null, people: 1,
};

/**
 * Open a project: resolves when its state, times and strips are here.
 * @param {import("../types").ProjectView} project
 * @returns {Promise<StudioEditor>}
 */
export async function openEditor(project) {
  const { video } = project;
  if (!video) throw new Error(project.broken ?? "This project has no video.");
  const bytes = video.steady ? null : await getBytes(`/api/projects/${project.id}/times`);
  const editor = new StudioEditor(project, video, bytes && new Float64Array(bytes));
  try {
    await editor.opened();
  } catch (error) {
    editor.close();
    throw error;
  }
  return editor;
}

/** @implements {Editor} */
export class StudioEditor extends Viewer {
  /** @type {StateView} */ state = NOTHING;
  notice = "";
  /** @type {number | null} */ selected = null;
  #socket;
  #edits;
  /** @type {Set<Promise<void>>} */ #saying = new Set();
  /** An object that was asked for and is not there yet. @type {Promise<number> | null} */ #coming = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #addressTimer;
  /** The next state is the first since the wire is there. */
  #fresh = true;
  #onState = () => {};
  #onRefused = (/** @type {string} */ why) => this.notify(why);

  /**
   * @param {import("../types").ProjectView} project
   * @param {import("../types").VideoView} video
   * @param {Float64Array | null} times
   */
  constructor(project, video, times) {
    super(`/api/projects/${project.id}`, video, times, (message) => this.#socket.request(message));
    this.project = project;
    this.manner = new Manner((what) => this.tell(what));
    this.frame = this.inside(readPlace(location.hash).frame ?? 0);
    this.#socket = this.#connect();
    this.#edits = new Edits({
      socket: this.#socket,
      revision: () => this.state.revision,
      pendingChanged: () => this.tell("pending"),
      refused: (error) => {
        this.notify(error.message);
        this.refresh();
      },
    });
  }

  get connected() {
    return this.#socket.connected;
  }
  get tool() {
    return this.manner.tool;
  }
  get brushSize() {
    return this.manner.brushSize;
  }
  get masksShown() {
    return this.manner.masksShown;
  }
  get effects() {
    return this.manner.effects;
  }

  /** Resolves at the first state; rejects when none comes. @returns {Promise<void>} */
  opened() {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("The studio does not answer. Is it still running?")), FIRST_STATE_MS);
      this.#onState = () => {
        clearTimeout(late);
        this.#onState = () => {};
        this.#onRefused = (why) => this.notify(why);
        this.#selectFirst();
        this.loadStrips().then(resolve, reject);
      };
      this.#onRefused = (why) => {
        clearTimeout(late);
        reject(new Error(why));
      };
    });
  }

  /** @param {"prompted" | "lost" | "doubtful" | "either"} to @param {1 | -1} direction @returns {boolean} */
  jump(to, direction) {
    const prompted = to === "prompted" ? nextPrompted(this.state.prompts, this.frame, direction) : null;
    const frame = to === "prompted" ? prompted : this.nextTrouble(to, direction);
    if (frame !== null) this.goTo(frame);
    return frame !== null;
  }

  /** @param {number | null} object */
  select(object) {
    if (object === this.selected) return;
    this.selected = object;
    this.#keepPlace();
    this.tell("selection");
  }

  /** @param {import("../types").Tool} tool */
  setTool(tool) {
    this.manner.set({ tool });
  }

  /** @param {number} pixels */
  setBrushSize(pixels) {
    this.manner.setBrushSize(pixels);
  }

  /** @param {import("../types").Effect[]} effects */
  setEffects(effects) {
    this.manner.setEffects(effects);
  }

  /** @param {boolean} shown */
  showMasks(shown) {
    this.manner.showMasks(shown);
  }

  /** Everything said on the frame shown, confirmed or not. */
  promptsHere() {
    return promptsOn(this.state.prompts, this.#edits.pending, this.frame);
  }

  /** @param {string} [name] @returns {Promise<number>} */
  async addObject(name) {
    return this.#bringing(this.#edits.addObject(name));
  }

  /** Whether something was said that the studio has not answered yet. */
  get isSaying() {
    return this.#saying.size > 0;
  }

  /** Wait until everything said is answered; `state` then has it. */
  async settled() {
    while (this.isSaying) await Promise.allSettled(this.#saying);
  }

  /**
   * Say something about the chosen object; where there is none, it is added by what is said.
   * @param {Omit<import("../types").Saying, "object">} what
   */
  sayAboutChosen(what) {
    return this.#counted(this.#inTurn(what));
  }

  /** @param {number} object @param {{name?: string, colour?: string, hidden?: boolean}} change */
  changeObject(object, change) {
    return this.#edits.changeObject(object, change);
  }

  /** @param {number} object */
  removeObject(object) {
    return this.#edits.removeObject(object);
  }

  /** @param {import("../types").Saying} saying */
  say(saying) {
    return this.#counted(this.#edits.say(saying));
  }

  /** @param {number} object @param {number} frame */
  clear(object, frame) {
    return this.#edits.clear(object, frame);
  }

  async undo() {
    await this.settled();
    await this.#edits.undo();
  }

  redo() {
    return this.#edits.redo();
  }

  /** The frame shown then follows what is tracked, until the person goes elsewhere. */
  /** @param {import("../types").Tracking} tracking */
  async propagate(tracking) {
    this.pause();
    await this.#edits.propagate(tracking);
    this.following = this.state.running !== null;
  }

  cancel() {
    return this.#edits.cancel();
  }

  /**
   * What a click would make of the chosen object; rejects when another place was asked about since.
   * @param {number} x
   * @param {number} y
   */
  hover(x, y) {
    const inside = !this.manner.negative;
    return this.#socket.requestBytes({ type: "hover", object: this.selected, frame: this.frame, x, y, inside });
  }

  /** Tell the person something. @override @param {string} text */
  notify(text) {
    this.notice = text;
    this.tell("notice");
  }

  /** @override @param {number} frame */
  show(frame) {
    super.show(frame);
    this.#keepPlace();
  }

  /** @override */
  close() {
    clearTimeout(this.#addressTimer);
    this.#socket.close();
    super.close();
  }

  /** What is said while an object is asked for is about that one. */
  /** @param {Omit<import("../types").Saying, "object">} what */
  async #inTurn(what) {
    while (this.#coming) await this.#coming.catch(() => {});
    if (this.selected !== null) return this.#edits.say({ object: this.selected, ...what });
    await this.#bringing(this.#edits.introduce(what));
  }

  /** Choose an object once it is there. @param {Promise<number>} asked @returns {Promise<number>} */
  async #bringing(asked) {
    this.#coming = asked;
    try {
      const object = await asked;
      this.select(object);
      return object;
    } finally {
      if (this.#coming === asked) this.#coming = null;
    }
  }

  /** @param {Promise<void>} said */
  #counted(said) {
    this.#saying.add(said);
    const done = () => this.#saying.delete(said);
    said.then(done, done);
    return said;
  }

  #keepPlace() {
    clearTimeout(this.#addressTimer);
    this.#addressTimer = setTimeout(() => {
      const hash = withPlace(location.hash, { frame: this.frame, object: this.selected });
      history.replaceState(history.state, "", hash);
    }, ADDRESS_MS);
  }

  #selectFirst() {
    const { object } = readPlace(location.hash);
    const known = this.state.objects.find(({ id }) => id === object) ?? this.state.objects[0];
    this.select(known?.id ?? null);
  }

  /** @param {StateView} state */
  #stateCame(state) {
    const changed = this.#fresh ? null : state.changed;
    const revision = this.#fresh ? Infinity : state.revision;
    this.#fresh = false;
    this.state = state;
    if (!state.running) this.following = false;
    this.keepObjects(state.objects.map(({ id }) => id));
    if (!state.objects.some(({ id }) => id === this.selected)) this.select(state.objects.at(-1)?.id ?? null);
    if (!changed || changed.start <= changed.stop) this.masksMoved(changed, revision);
    this.#onState();
    this.tell("state");
    this.tell("masks");
  }

  /** @param {import("./socket.js").Progress} progress */
  #progressed({ frame, start, stop, reverse, rate }) {
    const { running } = this.state;
    if (running) this.state = { ...this.state, running: { ...running, frame, start, stop, reverse, rate } };
    if (this.following) this.show(frame);
    this.tell("progress");
  }

  #connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    return new Socket(`${scheme}://${location.host}/api/projects/${this.project.id}/socket`, {
      onState: (state) => this.#stateCame(state),
      onProgress: (progress) => this.#progressed(progress),
      onNotice: (text) => this.notify(text),
      onMasks: (answers) => this.masksCame(answers),
      onRefused: (why) => this.#onRefused(why),
      onConnection: (connected) => {
        this.#fresh ||= connected;
        this.tell("connection");
      },
    });
  }
}
