/** Types that the page's modules share. The JSON is that of `studio/wire/views.py` and `messages.py`. */

export interface VideoView {
  frames: number; width: number; height: number;
  fps: number | null; steady: boolean; name: string;
}
export interface ProjectView {
  id: string; name: string; created: string; changed: string;
  video: VideoView | null; objects: number; model: string; broken: string | null;
}
export interface ObjectView { id: number; name: string; colour: string; hidden: boolean }
export interface PromptView {
  object: number; frame: number;
  points: [number, number][]; labels: (0 | 1)[];
  box: [number, number, number, number] | null; mask: boolean;
}
export interface PassView {
  id: number; start: number; stop: number; last: number | null; reverse: boolean; objects: number[];
}
export interface RunView {
  start: number; stop: number; frame: number | null; reverse: boolean;
  objects: number[]; rate: number | null;
}
export interface StateView {
  revision: number; objects: ObjectView[]; prompts: PromptView[]; passes: PassView[];
  undo: string | null; redo: string | null; running: RunView | null;
  changed: { start: number; stop: number } | null; people: number;
}
export interface ModelView { name: string; present: boolean; bytes: number; note: string }
export interface DoubtView { frame: number; object: number; doubt: number; reason: string }
export interface AboutView {
  version: string; device: string; default_model: string;
  upload_bytes: number; memory_bytes: number;
}
export interface UploadView { id: string; name: string; size: number; received: number }
export interface JobView {
  id: string; kind: string; name: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  done: number; total: number; note: string | null; url: string | null;
  bytes: number | null; record: string | null;
}
export interface ImportedView { objects: number[]; frames: number; note: string | null }

/** One object on one frame. `counts` are compressed COCO run lengths at the video's size. */
export interface Answer {
  object: number; counts: string; score: number; presence: number;
  prompted: boolean; visible: boolean;
}
export interface FrameAnswers { frame: number; tag: number; answers: Answer[] }

export type Tool = "point" | "box" | "brush" | "eraser" | "pan";

export interface Saying {
  object: number; frame: number;
  points?: [number, number][]; labels?: (0 | 1)[];
  box?: [number, number, number, number]; mask?: string; replace?: boolean;
}
export interface Tracking {
  start?: number; stop?: number; reverse?: boolean; both?: boolean; objects?: number[];
}

/** One effect; `objects` null is all that are shown. The same JSON goes to the server's renderer. */
export interface Effect {
  kind: string;
  strength: number;
  colour: string;
  picture: string | null;
  objects: number[] | null;
}

/**
 * The open project: what is known, what is shown, and everything that can be done to it.
 * Made by `openEditor(project)` in `editor/editor.js`. Elements read its fields, call its methods
 * and redraw on its events; none of them talks to the server about the project on its own, but
 * for exports, imports and the review list.
 *
 * Events (plain `Event`s, read the field that changed):
 *   "state" objects, prompts, passes, undo, redo, running, people   "strips" an object's strip
 *   "frame" the frame shown     "play" playing or paused            "selection" the chosen object
 *   "tool" tool or brush size   "masks" masks of the frame shown    "connection" connected or not
 *   "effects" effects or whether masks are shown                    "progress" a frame was tracked
 *   "range" the in and out marks                                    "notice" `notice` has a new text
 */
export interface Editor extends EventTarget {
  readonly project: ProjectView;
  readonly video: VideoView;
  readonly state: StateView;
  /** Seconds at which each frame is shown; null where frames are evenly spaced. */
  readonly times: Float64Array | null;
  readonly connected: boolean;
  readonly notice: string;

  readonly frame: number;
  readonly playing: boolean;
  goTo(frame: number): void;
  play(): void;
  pause(): void;
  /** Seconds at which a frame is shown. */
  timeOf(frame: number): number;
  /** To the next (+1) or previous (-1) prompted frame, frame where an object is lost, or doubtful one. */
  jump(to: "prompted" | "lost" | "doubtful", direction: 1 | -1): void;

  /** In and out marks, both included; null is the whole video. */
  readonly range: { start: number; stop: number } | null;
  setRange(range: { start: number; stop: number } | null): void;

  /** The object that prompts are about; null before there is one: the first prompt then adds it. */
  readonly selected: number | null;
  select(object: number | null): void;
  readonly tool: Tool;
  setTool(tool: Tool): void;
  readonly brushSize: number;
  setBrushSize(pixels: number): void;

  /** By object number: 0 unknown, 1 to 100 seen with that confidence, 255 hidden; one a frame. */
  readonly strips: ReadonlyMap<number, Uint8Array>;
  /** Answers of the frame shown. */
  readonly answers: readonly Answer[];

  readonly effects: readonly Effect[];
  setEffects(effects: Effect[]): void;
  readonly masksShown: boolean;
  showMasks(shown: boolean): void;

  /** These resolve when the server has it on disk, and reject with an Error whose message is for people. */
  addObject(name?: string): Promise<number>;
  changeObject(object: number, change: { name?: string; colour?: string; hidden?: boolean }): Promise<void>;
  removeObject(object: number): Promise<void>;
  say(saying: Saying): Promise<void>;
  /** Whether something was said that is not answered yet. */
  readonly isSaying: boolean;
  clear(object: number, frame: number): Promise<void>;
  undo(): Promise<void>;
  redo(): Promise<void>;
  propagate(tracking: Tracking): Promise<void>;
  cancel(): Promise<void>;
  close(): void;
}

/** A thing that can be done by key, by button or from the help sheet. */
export interface Command {
  name: string;
  title: string;
  group: "Play" | "Go to" | "Objects" | "Prompt" | "Track" | "Edit" | "View" | "Studio";
  /** Such as "Space", "Shift+ArrowLeft", "Ctrl+Z" (Ctrl stands for Cmd on a Mac), "?". */
  keys: string[];
  /** Whether it can be done now; always when left out. */
  can?: () => boolean;
  run: (event?: KeyboardEvent) => void | Promise<void>;
  /** Done when the key is let go: for keys that are held. */
  release?: () => void;
}
