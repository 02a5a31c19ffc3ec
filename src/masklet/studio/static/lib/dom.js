/** Making elements and listening to them, with as little ceremony as possible. */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * @typedef {{
 *   <K extends keyof HTMLElementTagNameMap>(
 *     tag: K, props?: Record<string, any> | null, ...children: (Child | Child[])[]
 *   ): HTMLElementTagNameMap[K];
 *   (tag: string, props?: Record<string, any> | null, ...children: (Child | Child[])[]): HTMLElement;
 * }} Make
 */

/**
 * An element with properties and children.
 *
 * `class` and names with a dash, `role` and `for` are attributes; `on...` functions are listeners;
 * everything else is a property when the element has it, and an attribute when not.
 * A value of null, undefined or false is left out.
 */
export const h = /** @type {Make} */ (
  (
    /** @type {string} */ tag,
    /** @type {Record<string, any> | null} */ props,
    /** @type {(Child | Child[])[]} */ ...children
  ) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props ?? {})) set(element, name, value);
    element.append(...children.flat().filter(isThere).map(asNode));
    return element;
  }
);

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {any} value
 */
function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on") && typeof value === "function") {
    element.addEventListener(name.slice(2), value);
  } else if (name === "class" || name === "role" || name === "for" || name.includes("-")) {
    element.setAttribute(name, value === true ? "" : String(value));
  } else if (name in element) {
    Reflect.set(element, name, value);
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @param {Child} child @returns {child is Node | string | number} */
function isThere(child) {
  return child !== null && child !== undefined && child !== false;
}

/** @param {Node | string | number} child */
function asNode(child) {
  return child instanceof Node ? child : String(child);
}

/**
 * Listen until the signal aborts (or for ever).
 * @template {keyof HTMLElementEventMap} K
 * @overload
 * @param {EventTarget} target
 * @param {K} type
 * @param {(event: HTMLElementEventMap[K]) => void} listener
 * @param {AbortSignal} [signal]
 * @returns {void}
 */
/**
 * @overload
 * @param {EventTarget} target
 * @param {string} type
 * @param {(event: any) => void} listener
 * @param {AbortSignal} [signal]
 * @returns {void}
 */
/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {(event: any) => void} listener
 * @param {AbortSignal} [signal]
 */
export function on(target, type, listener, signal) {
  target.addEventListener(type, listener, { signal });
}
