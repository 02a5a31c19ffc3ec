/** The kinds of exports: what each is for, and what it cannot hold, in one line. */

/**
 * @typedef {object} Kind
 * @property {string} kind as the server calls it
 * @property {string} title
 * @property {string} ending of the file
 * @property {string} line what it is for, and its limits
 * @property {boolean} [drawn] made of the video's pictures: it can say that it was edited
 * @property {boolean} [timed] a video: it has frames a second
 * @property {boolean} [split] it can be a file for each object
 * @property {boolean} [trained] the pictures can come along
 */

/** @type {{title: string, kinds: Kind[]}[]} */
export const GROUPS = [
  {
    title: "Masks for training",
    kinds: [
      { kind: "coco", title: "COCO", ending: ".coco.json", trained: true, line: "Run lengths in one file that most tools read. Keeps overlaps and scores." },
      { kind: "youtube-vis", title: "YouTube-VIS", ending: ".vis.json", trained: true, line: "Each object with its masks through time, in one file. Keeps overlaps." },
      { kind: "sav", title: "SA-V", ending: ".sav.json", trained: true, line: "As the training set of SAM 2: frame by frame, all objects. Keeps overlaps." },
      { kind: "davis", title: "DAVIS", ending: ".zip", trained: true, line: "One palette PNG a frame. Where objects overlap, only the first one is kept." },
      { kind: "davis-objects", title: "Folder for each object", ending: ".zip", trained: true, line: "One PNG a frame and object, as SA-V is tested with. Keeps overlaps." },
      { kind: "yolo", title: "YOLO", ending: ".zip", trained: true, line: "Polygons, each object a class. Holes are joined to the edge by a thin line." },
      { kind: "lines", title: "JSON lines", ending: ".jsonl", trained: true, line: "One line a frame, for scripts of your own. Keeps overlaps and scores." },
    ],
  },
  {
    title: "Video to look at",
    kinds: [
      { kind: "overlay", title: "Video with masks", ending: ".mp4", drawn: true, timed: true, line: "Masks and names over the picture, in their colours. Plays everywhere." },
      { kind: "effects", title: "Video with effects", ending: ".mp4", drawn: true, timed: true, line: "What you chose under Effects, drawn in full quality." },
      { kind: "mask-video", title: "Mask video", ending: ".mkv", timed: true, split: true, line: "Masks alone, a grey for each object, without loss (FFV1). Browsers do not play it." },
    ],
  },
  {
    title: "Cut-out with transparency",
    kinds: [
      { kind: "cutout-mov", title: "ProRes 4444", ending: ".mov", drawn: true, timed: true, split: true, line: "For editing programs. Large files." },
      { kind: "cutout-webm", title: "WebM", ending: ".webm", drawn: true, timed: true, split: true, line: "For web pages: VP9 with alpha. Small files; Safari shows it without transparency." },
      { kind: "cutout-png", title: "PNG pictures", ending: ".zip", drawn: true, split: true, line: "One transparent picture a frame, without loss." },
    ],
  },
];

const TITLES = new Map(GROUPS.flatMap(({ kinds }) => kinds).map(({ kind, title }) => [kind, title]));

/** What a kind is called. @param {string} kind */
export function titleOf(kind) {
  return TITLES.get(kind) ?? "File";
}
