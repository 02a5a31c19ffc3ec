/** The drawing of the first visit: an object, its mask, and its way through three frames. */

const SVG = "http://www.w3.org/2000/svg";

const PARTS = [
  { tag: "rect", class: "far", x: 8, y: 18, width: 84, height: 60, rx: 6 },
  { tag: "rect", class: "far", x: 188, y: 18, width: 84, height: 60, rx: 6 },
  { tag: "path", class: "way", d: "M38 56C70 20 104 30 140 48S210 72 240 42" },
  { tag: "rect", class: "near", x: 86, y: 6, width: 108, height: 84, rx: 8 },
  { tag: "path", class: "mask", d: "M120 54c-3-14 8-27 23-27 13 0 20 9 19 20-1 8 4 12 1 19-4 9-39 8-43-12z" },
  { tag: "path", class: "mask far", d: "M24 60c-2-9 5-18 15-18 8 0 13 6 12 13 0 5 3 8 1 12-3 6-25 6-28-7z" },
  { tag: "path", class: "mask far", d: "M226 46c-2-9 5-18 15-18 8 0 13 6 12 13 0 5 3 8 1 12-3 6-25 6-28-7z" },
  { tag: "circle", class: "click", cx: 141, cy: 47, r: 5 },
];

export function drawing() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 280 96");
  svg.setAttribute("class", "drawing");
  svg.setAttribute("aria-hidden", "true");
  for (const { tag, ...rest } of PARTS) {
    const part = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(rest)) part.setAttribute(name, String(value));
    svg.append(part);
  }
  return svg;
}
