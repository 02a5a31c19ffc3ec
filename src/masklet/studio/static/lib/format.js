/** Numbers as people read them: sizes, times, dates. */

const STEPS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
  ["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60],
]);
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "12 MB": decimal units, as disks count. @param {number} count */
export function bytes(count) {
  if (count < 1000) return `${count} B`;
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(units.length, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${value.toFixed(value < 10 && power > 1 ? 1 : 0)} ${units[power - 1]}`;
}

/** "0:07", "12:30", "1:02:03": a place in a video. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${parts.join(":")}` : `${Number(parts[0])}:${parts[1]}`;
}

/** "0:07.250": exactly when a frame is shown. @param {number} seconds */
export function exactClock(seconds) {
  const thousandths = Math.round(seconds * 1000);
  return `${clock(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, "0")}`;
}

/** "9 seconds", "3 minutes": how long something will take. @param {number} seconds */
export function lasting(seconds) {
  if (seconds < 90) return count(Math.max(1, Math.round(seconds)), "second");
  if (seconds < 5400) return count(Math.round(seconds / 60), "minute");
  return count(Math.round(seconds / 3600), "hour");
}

/** "2 hours ago". @param {string} date */
export function ago(date) {
  const seconds = (Date.parse(date) - Date.now()) / 1000;
  for (const [unit, length] of STEPS) {
    if (-seconds >= length) return RELATIVE.format(Math.round(seconds / length), unit);
  }
  return "just now";
}

/** "1 object", "3 objects". @param {number} number @param {string} noun */
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** A server's reason as a sentence: "frame 9 is none" begins large and ends with a period. @param {string} text */
export function sentence(text) {
  const begun = /^[a-z]+[ ,:]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[\p{L}\p{N})”"]$/u.test(begun) ? `${begun}.` : begun;
}
