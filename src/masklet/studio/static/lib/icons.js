/** The studio's icons: strokes on a 24 by 24 grid, drawn for it. Append only. */

const SVG = "http://www.w3.org/2000/svg";

/** Path data; several parts are separate strokes. @type {Record<string, string>} */
const PATHS = {
  mark: "M4 13c0-6 4-9.5 8.6-9.5 5 0 7.9 3 7.9 7.5 0 5.7-3.7 9.5-8.9 9.5C7 20.5 4 17.5 4 13zM12 12.6a.6.6 0 10.001 0",
  click: "M9.5 9.5l4 10.5 2-4.5 4.5-2-10.5-4zM9.5 3.5v2M3.5 9.5h2M5.3 5.3l1.3 1.3M13.7 5.3l-1.3 1.3",
  track: "M3 17.5c3.5 0 3.5-10 8-10s4 6 9.5 6M17 10l3.5 3.5L17 17M3 17.5h.01",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  down: "M6 9l6 6 6-6",
  up: "M6 15l6-6 6 6",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  check: "M5 12.5l4.5 4.5L19 7.5",
  more: "M4.5 12a.5.5 0 101 0 .5.5 0 10-1 0M11.5 12a.5.5 0 101 0 .5.5 0 10-1 0M18.5 12a.5.5 0 101 0 .5.5 0 10-1 0",
  undo: "M8 5L4 9l4 4M4 9h10a5.5 5.5 0 010 11H9",
  redo: "M16 5l4 4-4 4M20 9H10a5.5 5.5 0 000 11h5",
  help: "M12 21a9 9 0 100-18 9 9 0 000 18zM9.4 9.3a2.7 2.7 0 115 1.4c-.6 1-2.4 1.4-2.4 3M12 16.8h.01",
  info: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 11v5.5M12 7.7h.01",
  warning: "M12 4L2.8 20h18.4L12 4zM12 10v4.5M12 17.2h.01",
  import: "M12 4v11M7.5 11L12 15.5 16.5 11M4 16v3.5h16V16",
  export: "M12 15.5V4M7.5 8.5L12 4l4.5 4.5M4 16v3.5h16V16",
  upload: "M12 15.5V4M7.5 8.5L12 4l4.5 4.5M4 16v3.5h16V16",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.8a2.8 2.8 0 100-5.6 2.8 2.8 0 000 5.6z",
  "eye-off": "M4 4l16 16M9.8 5.8A9.6 9.6 0 0112 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 01-3.2 3.8M6.2 7.5A16 16 0 002.5 12S6 18.5 12 18.5a9.4 9.4 0 004-.9",
  trash: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10.3 11v5M13.7 11v5",
  pencil: "M4.5 19.5l.8-4L16 4.8l3.2 3.2L8.5 18.7l-4 .8zM13.5 7.3l3.2 3.2",
  people: "M9 11.5a3.3 3.3 0 100-6.6 3.3 3.3 0 000 6.6zM3 19.5c0-3 2.7-5 6-5s6 2 6 5M16 5.3a3.3 3.3 0 010 5.9M17.5 14.8c2.1.6 3.5 2.3 3.5 4.7",
  keyboard: "M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8",
  film: "M4 4.5h16v15H4zM8 4.5v15M16 4.5v15M4 9.5h4M4 14.5h4M16 9.5h4M16 14.5h4",
  layers: "M12 4l8.5 4.5L12 13 3.5 8.5 12 4zM3.5 12.5L12 17l8.5-4.5M3.5 16.2l8.5 4.3 8.5-4.3",
  sliders: "M4 7h9M17 7h3M15 9.2a2.2 2.2 0 100-4.4 2.2 2.2 0 000 4.4zM4 17h3M11 17h9M9 19.2a2.2 2.2 0 100-4.4 2.2 2.2 0 000 4.4z",
  look: "M11 18a7 7 0 100-14 7 7 0 000 14zM16.2 16.2L21 21",
  folder: "M3.5 6h6l2 2.5h9v10.5h-17z",
  refresh: "M19.5 12a7.5 7.5 0 11-2.3-5.4M19.5 3.5v4h-4",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  play: "M7.5 5v14l11-7-11-7z",
  offline: "M4 4l16 16M8.5 12.5a6 6 0 012-1.2M5 9a11 11 0 012.5-1.7M19 9a11 11 0 00-7-2.7M15.5 12.5a6 6 0 00-1-.7M12 17.5h.01",
  chip: "M6.5 6.5h11v11h-11zM10 10h4v4h-4zM9 3.5v3M15 3.5v3M9 17.5v3M15 17.5v3M3.5 9h3M3.5 15h3M17.5 9h3M17.5 15h3",
  "tool-point": "M12 3v4.5M12 16.5V21M3 12h4.5M16.5 12H21M12 12h.01",
  "tool-box": "M4.5 6.5h15v11h-15zM4.5 6.5h.01M19.5 6.5h.01M19.5 17.5h.01M4.5 17.5h.01",
  "tool-brush": "M20 4c-4.5 1.2-8.2 4.4-10.2 8.6l1.9 1.9C15.8 12.4 18.9 8.6 20 4zM8.6 14.2c-2 .1-3 1.3-3 3 0 1.3-.6 2-1.6 2.4 3.3 1.2 6.6.1 6.6-2.9",
  "tool-eraser": "M13.5 5.2l5.8 5.8-7.8 7.8H8.3l-4-4zM9 9.7l5.8 5.8M11.5 18.8H20",
  "tool-pan": "M12 3.5v17M3.5 12h17M9.5 6L12 3.5 14.5 6M9.5 18l2.5 2.5 2.5-2.5M6 9.5L3.5 12 6 14.5M18 9.5l2.5 2.5-2.5 2.5",
  "zoom-fit": "M4 9V4.5h5M15 4.5h5V9M20 15v4.5h-5M9 19.5H4V15",
  preview: "M5 3.5l12.5 7-5.5 1.7-2.5 5.3zM15 15.5l4 4",
  masks: "M12 4.5c4.5 0 7.5 3 7.5 7s-3 8-7.5 8-7.5-3-7.5-7 3-8 7.5-8zM8 18.5L18.5 8M5.5 15.5L15 6M12.5 19L19.3 12.2",
  "to-start": "M6 5.5v13M18.5 6v12L9.5 12z",
  "to-end": "M18 5.5v13M5.5 6v12l9-6z",
  "step-back": "M15 6.5L9.5 12l5.5 5.5",
  "step-on": "M9 6.5l5.5 5.5L9 17.5",
  "track-both": "M8 7l-4.5 5L8 17M16 7l4.5 5-4.5 5M4 12h16",
  "track-on": "M14.5 6.5L20 12l-5.5 5.5M4 12h15.5M4 8v8",
  "track-back": "M9.5 6.5L4 12l5.5 5.5M20 12H4.5M20 8v8",
  stop: "M6.5 6.5h11v11h-11z",
  "mark-in": "M8 5v14M8 5h4M8 19h4M13 12h6M16.5 9.5L19 12l-2.5 2.5",
  "mark-out": "M16 5v14M16 5h-4M16 19h-4M11 12H5M7.5 9.5L5 12l2.5 2.5",
  "jump-prompt-back": "M9 7l-5 5 5 5M16.5 12m-3 0a3 3 0 106 0 3 3 0 10-6 0",
  "jump-prompt-on": "M15 7l5 5-5 5M7.5 12m-3 0a3 3 0 106 0 3 3 0 10-6 0",
  "jump-trouble-back": "M9 7l-5 5 5 5M16 6.5v7M16 17h.01",
  "jump-trouble-on": "M15 7l5 5-5 5M8 6.5v7M8 17h.01",
};

/**
 * An icon as wide as the text size says (1.25 em, at least 18 px); it has no name of its own.
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const data = PATHS[name];
  if (!data) throw new Error(`There is no icon ${JSON.stringify(name)}; icons.js has ${Object.keys(PATHS).join(", ")}.`);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", data);
  svg.append(path);
  return svg;
}
