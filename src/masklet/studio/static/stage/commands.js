/** What keys and buttons do on the stage. */

/** @typedef {import("../types").Command} Command */
/** @typedef {import("./desk.js").Desk} Desk */

const ZOOM_STEP = 1.25;

/**
 * @param {Desk} desk
 * @param {() => void} focus on the stage
 * @returns {Command[]}
 */
export function stageCommands(desk, focus) {
  const { manner } = desk.editor;
  const tool = (/** @type {import("../types").Tool} */ name) => () => desk.editor.setTool(name);
  const zoom = (/** @type {number} */ factor) => () => {
    desk.view.zoom(factor, desk.cross ? desk.view.toStage(desk.cross) : undefined);
    desk.viewMoved();
  };
  return [
    { name: "tool-point", title: "Points", group: "Prompt", keys: ["P"], run: tool("point") },
    { name: "tool-box", title: "Box", group: "Prompt", keys: ["R"], run: tool("box") },
    { name: "tool-brush", title: "Brush", group: "Prompt", keys: ["B"], run: tool("brush") },
    { name: "tool-eraser", title: "Eraser", group: "Prompt", keys: ["Shift+B"], run: tool("eraser") },
    { name: "tool-pan", title: "Move the picture", group: "View", keys: ["G"], run: tool("pan") },
    {
      name: "point-sign",
      title: "Clicks say inside or outside",
      group: "Prompt",
      keys: ["M"],
      run: () => manner.set({ tool: "point", negative: !manner.negative }),
    },
    {
      name: "crosshair",
      title: "Crosshair: arrows move it, Enter says inside, - says outside",
      group: "Prompt",
      keys: ["X"],
      run: () => {
        manner.set({ crosshair: !manner.crosshair });
        focus();
      },
    },
    { name: "hover-preview", title: "Preview of a click", group: "View", keys: [], run: () => manner.set({ hover: !manner.hover }) },
    { name: "zoom-in", title: "Zoom in", group: "View", keys: ["+", "="], run: zoom(ZOOM_STEP) },
    { name: "zoom-out", title: "Zoom out", group: "View", keys: ["-"], run: zoom(1 / ZOOM_STEP) },
    {
      name: "zoom-fit",
      title: "Whole picture",
      group: "View",
      keys: ["0"],
      run: () => {
        desk.view.fit();
        desk.viewMoved();
      },
    },
  ];
}
