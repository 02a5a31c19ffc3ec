/** The frame and the chosen object in the page's address, so that a reload comes back to them. */

/** @typedef {{frame: number | null, object: number | null}} Place */

/**
 * @param {string} hash such as "#/project/0123456789abcdef?frame=12&object=2"
 * @returns {Place}
 */
export function readPlace(hash) {
  const query = new URLSearchParams(hash.split("?")[1] ?? "");
  return { frame: natural(query.get("frame")), object: natural(query.get("object")) };
}

/**
 * @param {string} hash
 * @param {Place} place
 * @returns {string} the same address at another place
 */
export function withPlace(hash, { frame, object }) {
  const [path, old] = hash.split("?");
  const query = new URLSearchParams(old ?? "");
  for (const [name, value] of Object.entries({ frame, object })) {
    if (value === null) query.delete(name);
    else query.set(name, String(value));
  }
  return query.size ? `${path}?${query}` : path;
}

/** @param {string | null} text */
function natural(text) {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
