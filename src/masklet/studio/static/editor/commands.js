/** What keys and the header do with a project as a whole and with its objects. */

import { chooseModel } from "../dialogs/models.js";
import { keyName, keysOf, registerCommands } from "../lib/keys.js";
import { toast, toastError } from "../lib/toast.js";

/** @typedef {import("../types").Editor} Editor */
/** @typedef {import("../types").Command} Command */

/**
 * What the page can do for a command.
 * @typedef {object} Page
 * @property {() => void} look shows the frame that most needs a person
 * @property {(object: number) => void} rename
 * @property {(object: number) => void} remove
 * @property {() => void} openExport
 * @property {() => void} openImport
 * @property {() => boolean} onStage whether the stage has the focus
 */

/** @param {Editor} editor @param {Page} page @returns {() => void} takes them away again */
export function registerEditorCommands(editor, page) {
  return registerCommands([...ofObjects(editor, page), ...ofProject(editor, page)]);
}

/** @param {Editor} editor @param {Page} page @returns {Command[]} */
function ofObjects(editor, page) {
  const chosen = () => editor.selected !== null;
  const neighbour = (/** @type {number} */ step) => {
    const { objects } = editor.state;
    const place = objects.findIndex(({ id }) => id === editor.selected);
    return place < 0 ? undefined : objects[place + step];
  };
  const beside = (/** @type {number} */ step) => ({
    can: () => page.onStage() && neighbour(step) !== undefined,
    run: () => editor.select(neighbour(step)?.id ?? null),
  });
  /** @type {Command} */
  const byNumber = {
    name: "choose-object",
    title: "Choose an object by its number",
    group: "Objects",
    keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
    run: (event) => {
      const place = event ? keysOf(byNumber).indexOf(keyName(event)) : -1;
      const object = editor.state.objects[place];
      if (object) editor.select(object.id);
    },
  };
  return [
    byNumber,
    { name: "next-object", title: "Next object (in the picture)", group: "Objects", keys: ["Tab"], ...beside(1) },
    { name: "previous-object", title: "Previous object (in the picture)", group: "Objects", keys: ["Shift+Tab"], ...beside(-1) },
    { name: "add-object", title: "Add an object", group: "Objects", keys: ["N"], run: () => quiet(editor.addObject()) },
    { name: "rename-object", title: "Rename the object", group: "Objects", keys: ["F2"], can: chosen, run: () => page.rename(Number(editor.selected)) },
    { name: "hide-object", title: "Hide or show the object", group: "Objects", keys: ["H"], can: chosen, run: () => hide(editor) },
    { name: "remove-object", title: "Remove the object", group: "Objects", keys: ["Delete", "Ctrl+Backspace"], can: chosen, run: () => page.remove(Number(editor.selected)) },
  ];
}

/** @param {Editor} editor @param {Page} page @returns {Command[]} */
function ofProject(editor, page) {
  return [
    { name: "undo", title: "Undo", group: "Edit", keys: ["Ctrl+Z"], can: () => editor.state.undo !== null || editor.isSaying, run: () => quiet(editor.undo()) },
    { name: "redo", title: "Redo", group: "Edit", keys: ["Ctrl+Shift+Z", "Ctrl+Y"], can: () => editor.state.redo !== null, run: () => quiet(editor.redo()) },
    { name: "look", title: "Look at what needs it most", group: "Go to", keys: ["L"], run: page.look },
    {
      name: "hold-masks",
      title: "Hide all masks while held",
      group: "View",
      keys: ["Z"],
      run: () => editor.showMasks(false),
      release: () => editor.showMasks(true),
    },
    { name: "export", title: "Export", group: "Studio", keys: ["Ctrl+S"], run: page.openExport },
    { name: "import", title: "Import masks", group: "Studio", keys: ["Ctrl+I"], run: page.openImport },
    { name: "model", title: "Choose the model", group: "Studio", keys: [], run: () => changeModel(editor) },
    { name: "back", title: "All projects", group: "Studio", keys: [], run: () => void (location.hash = "#/") },
  ];
}

/** @param {Editor} editor */
function hide(editor) {
  const object = editor.state.objects.find(({ id }) => id === editor.selected);
  if (object) quiet(editor.changeObject(object.id, { hidden: !object.hidden }));
}

/** @param {Editor} editor */
async function changeModel(editor) {
  try {
    const project = await chooseModel(editor.project);
    if (!project) return;
    editor.project.model = project.model;
    editor.dispatchEvent(new Event("project"));
    toast(`Clicks and tracking now use ${project.model}.`, "good");
  } catch (error) {
    toastError(error);
  }
}

/** The editor tells people of a refusal by its notice. @param {Promise<unknown>} edit */
function quiet(edit) {
  edit.catch(() => null);
}
