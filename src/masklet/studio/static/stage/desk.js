/** The stage's work surface: what lies on it, what the hands may do to it, and what that says. */

import { Brush } from "./brush.js";
import { Hover } from "./hover.js";
import { markersOf } from "./markers.js";
import { Prompter } from "./prompter.js";
import { StageView } from "./view.js";

/** @typedef {import("./markers.js").Marker} Marker */
/** @typedef {import("./view.js").Place} Place */
/** @typedef {import("./brush.js").Draft} Draft */

const TWICE_MS = 350;
const TAP_ZOOM = 2.5;

export class Desk {
  /** The picture shown is that of the editor's frame. */
  exact = false;
  spaceHeld = false;
  /** @type {readonly Marker[]} */ markers = [];
  /** @type {readonly import("../types").PromptView[]} */ prompts = [];
  /** @type {Marker | null} */ hot = null;
  /** Where the crosshair is; null when it is off. @type {Place | null} */ cross = null;
  /** @type {[number, number, number, number] | null} */ #drawn = null;
  /** @type {{marker: Marker, place: Place} | null} */ #dragged = null;
  /** @type {Place | null} */ #ring = null;
  /** @type {Place | null} */ #corner = null;
  #tap = -Infinity;
  #redraw;

  /**
   * @param {import("../editor/editor.js").StudioEditor} editor
   * @param {() => void} redraw
   * @param {(draft: Draft | null, columns: import("./bitmap.js").Columns | null) => void} painted
   */
  constructor(editor, redraw, painted) {
    this.editor = editor;
    this.#redraw = redraw;
    this.view = new StageView(editor.video);
    this.prompter = new Prompter(editor);
    this.hover = new Hover(editor, redraw);
    this.brush = new Brush(editor, this.prompter, painted);
  }

  /** Whether the person sees the frame that a prompt would be about; tells them where not. */
  mayPrompt() {
    if (!this.exact) this.editor.notify("The picture of this frame is still coming. Try again when it is there.");
    return this.exact;
  }

  /** Read the prompts again. */
  readPrompts() {
    const shown = new Set(this.editor.state.objects.filter(({ hidden }) => !hidden).map(({ id }) => id));
    this.prompts = this.editor.promptsHere().filter(({ object }) => shown.has(object) || object === this.editor.selected);
    this.markers = markersOf(this.prompts);
    const { hot } = this;
    this.hot = hot && (this.markers.find((one) => one.object === hot.object && one.kind === hot.kind && one.index === hot.index) ?? null);
  }

  /** @returns {import("./overlay.js").Sketch} */
  sketch() {
    const dragged = this.#dragged;
    const { tool, brushSize, selected } = this.editor;
    const painting = tool === "brush" || tool === "eraser";
    return {
      markers: this.markers.map((one) => (dragged && sameMarker(one, dragged.marker) ? { ...one, ...dragged.place } : one)),
      boxes: this.prompts.flatMap(({ object, box }) => (box ? [{ object, box }] : [])),
      selected,
      hot: this.hot,
      drawn: this.#drawn,
      ring: painting && this.#ring ? { place: this.view.toVideo(this.#ring), radius: brushSize / 2 } : null,
      cross: this.cross,
    };
  }

  /** A place of the stage was clicked. @param {Place} at @param {boolean} inside */
  point(at, inside) {
    if (this.view.isOnVideo(at)) this.pointAt(this.view.toVideo(at), inside);
  }

  /** @param {Place} place of the video @param {boolean} inside */
  pointAt(place, inside) {
    this.hover.moved(null);
    if (this.mayPrompt()) void this.prompter.point(place, inside);
  }

  /** @param {Place} from @param {Place} to */
  box(from, to) {
    if (Math.abs(from.x - to.x) < 1 || Math.abs(from.y - to.y) < 1) return;
    if (this.mayPrompt()) void this.prompter.box(from, to);
  }

  /** Show a box that is being drawn. @param {Place | null} from @param {Place | null} to */
  drawBox(from, to) {
    this.#drawn = from && to && [Math.min(from.x, to.x), Math.min(from.y, to.y), Math.max(from.x, to.x), Math.max(from.y, to.y)];
    this.#redraw();
  }

  /** One corner of a box, then the other. @param {Place} place */
  corner(place) {
    const first = this.#corner;
    this.#corner = first ? null : place;
    this.drawBox(this.#corner, this.#corner);
    if (first) this.box(first, place);
  }

  /** The crosshair moved. @param {Place} place */
  crossAt(place) {
    this.cross = place;
    this.view.reveal(place);
    if (this.#corner) this.drawBox(this.#corner, place);
    this.hover.moved(place);
    this.#redraw();
  }

  crossOff() {
    this.cross = null;
    this.#corner = null;
    this.hover.moved(null);
    this.drawBox(null, null);
  }

  /** Paint one dab. @param {Place} place @param {boolean} erase */
  dab(place, erase) {
    if (!this.mayPrompt()) return;
    this.brush.begin(place, erase);
    void this.brush.end();
  }

  /** @param {Marker | null} marker @param {Place | null} place */
  dragMarker(marker, place) {
    this.#dragged = marker && place && { marker, place };
    this.#redraw();
  }

  /** @param {Marker} marker @param {Place} place */
  moveMarker(marker, place) {
    void this.prompter.move(marker, place);
    this.dragMarker(null, null);
  }

  /** @param {Marker} marker */
  removeMarker(marker) {
    this.hot = null;
    void this.prompter.remove(marker);
  }

  /** Show the brush's ring here. @param {Place | null} at of the stage */
  ring(at) {
    this.#ring = at;
    this.#redraw();
  }

  /** The picture is being moved. */
  panned() {
    if (this.spaceHeld) this.editor.manner.grabbed = true;
  }

  /** Two taps zoom in, or out again. @param {Place} at of the stage @param {number} now milliseconds */
  tapped(at, now) {
    const twice = now - this.#tap < TWICE_MS;
    this.#tap = twice ? -Infinity : now;
    if (!twice) return;
    if (this.view.fitted) this.view.zoom(TAP_ZOOM, at);
    else this.view.fit();
    this.viewMoved();
  }

  viewMoved() {
    this.editor.manner.zoomed(this.view.scale);
    this.#redraw();
  }
}

/** @param {Marker} one @param {Marker} other */
function sameMarker(one, other) {
  return one.object === other.object && one.kind === other.kind && one.index === other.index;
}
