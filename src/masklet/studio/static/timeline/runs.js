/** Which tracking runs a button or key means: both ways, on, back, within the range, for which objects. */

/** @typedef {import("../types").Tracking} Tracking */
/** @typedef {import("../editor/editor.js").StudioEditor} StudioEditor */
/** @typedef {"both" | "on" | "back"} Way */

/**
 * What to ask for, one run after the other.
 * @param {object} situation
 * @param {number} situation.frame the one shown
 * @param {{start: number, stop: number} | null} situation.range
 * @param {readonly import("../types").PromptView[]} situation.prompts
 * @param {number | null} situation.only the object to track alone
 * @param {Way} way
 * @returns {Tracking[]}
 */
export function runsFor({ frame, range, prompts, only }, way) {
  const objects = only === null ? {} : { objects: [only] };
  const inside = range !== null && range.start <= frame && frame <= range.stop;
  if (way === "on") return [{ start: frame, ...(inside ? { stop: range.stop } : {}), ...objects }];
  if (way === "back") return [{ start: frame, reverse: true, ...(inside ? { stop: range.start } : {}), ...objects }];
  if (!range) return [{ both: true, ...objects }];
  const said = prompts.filter((prompt) => only === null || prompt.object === only).map((prompt) => prompt.frame);
  const within = said.filter((at) => range.start <= at && at <= range.stop);
  const from = within.length ? Math.min(...within) : range.start;
  const on = { start: from, stop: range.stop, ...objects };
  return from === range.start ? [on] : [on, { start: from, stop: range.start, reverse: true, ...objects }];
}

/**
 * Do runs one after the other; a run that was stopped is the last.
 * @param {StudioEditor} editor
 * @param {Tracking[]} runs
 */
export async function track(editor, runs) {
  for (const run of runs) {
    try {
      await editor.propagate(run);
    } catch {
      return; // The editor has told the person.
    }
    await end(editor);
    const whole = editor.state.passes.some(({ start, last }) => start === run.start && last === run.stop);
    if (run.stop !== undefined && !whole) return;
  }
}

/** Wait until tracking is over. @param {StudioEditor} editor @returns {Promise<void>} */
function end(editor) {
  return new Promise((resolve) => {
    const look = () => {
      if (editor.state.running) return;
      editor.removeEventListener("state", look);
      resolve();
    };
    editor.addEventListener("state", look);
    look();
  });
}
