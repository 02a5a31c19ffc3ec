/** What a person has said and the server has not yet confirmed, shown at once. */

/** @typedef {import("../types").PromptView} PromptView */
/** @typedef {import("../types").Saying} Saying */

/**
 * The prompts of a frame as they will be once everything said is confirmed.
 * @param {readonly PromptView[]} prompts
 * @param {readonly Saying[]} pending in the order in which it was said
 * @param {number} frame
 * @returns {PromptView[]}
 */
export function promptsOn(prompts, pending, frame) {
  const byObject = new Map(prompts.filter((prompt) => prompt.frame === frame).map((p) => [p.object, p]));
  for (const saying of pending) {
    if (saying.frame !== frame) continue;
    const before = saying.replace || saying.mask !== undefined ? undefined : byObject.get(saying.object);
    byObject.set(saying.object, {
      object: saying.object,
      frame,
      points: [...(before?.points ?? []), ...(saying.points ?? [])],
      labels: [...(before?.labels ?? []), ...(saying.labels ?? saying.points?.map(() => /** @type {1} */ (1)) ?? [])],
      box: saying.box ?? before?.box ?? null,
      mask: saying.mask !== undefined || (before?.mask ?? false),
    });
  }
  return [...byObject.values()];
}
