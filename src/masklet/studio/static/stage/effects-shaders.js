/**
 * The shaders of the effects. Each does one step that `draw/effects` does with arrays, in the same
 * way, so that the preview and what is rendered look alike; the names are those of its functions.
 *
 * Pixels are counted from the picture's top left: row 0 of a texture is its first row. A `layer` has
 * colours that are not multiplied by alpha. Coverage is in the red channel.
 */

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp usampler2D;
`;

/** One triangle that covers the target. */
export const WHOLE = `#version 300 es
void main() {
  gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0);
}`;

const FRAGMENT = `${HEAD}
out vec4 pixel;
ivec2 here() { return ivec2(gl_FragCoord.xy); }
vec4 at(sampler2D map, ivec2 place) {
  return texelFetch(map, clamp(place, ivec2(0), textureSize(map, 0) - 1), 0);
}
`;

/** The picture at the size that effects are drawn at. */
export const SOURCE = `${FRAGMENT}
uniform sampler2D picture;
uniform vec2 size;
void main() { pixel = vec4(texture(picture, gl_FragCoord.xy / size).rgb, 1.0); }`;

/** An object's mask, which lies column after column, as 0 or 1. */
export const MASK = `${FRAGMENT}
uniform sampler2D mask;
uniform vec2 size;
void main() { pixel = vec4(step(0.5, texture(mask, (gl_FragCoord.xy / size).yx).r)); }`;

/** Coverage weighted 1, 2, 1 with its neighbours; times what another leaves free. */
export const SOFTENED = `${FRAGMENT}
uniform sampler2D cover;
uniform sampler2D taken;
uniform bool beside;
void main() {
  float sum = 0.0;
  for (int y = -1; y <= 1; y++)
    for (int x = -1; x <= 1; x++)
      sum += at(cover, here() + ivec2(x, y)).r * float((2 - abs(x)) * (2 - abs(y)));
  pixel = vec4(sum / 16.0 * (beside ? 1.0 - at(taken, here()).r : 1.0));
}`;

/** How far the mask is along the row, squared, up to a reach. */
export const ACROSS = `${HEAD}
uniform sampler2D mask;
uniform int reach;
out uvec4 pixel;
void main() {
  ivec2 here = ivec2(gl_FragCoord.xy);
  int width = textureSize(mask, 0).x;
  int found = reach + 1;
  for (int away = 0; away <= reach; away++) {
    bool left = here.x - away >= 0 && texelFetch(mask, here - ivec2(away, 0), 0).r > 0.5;
    bool right = here.x + away < width && texelFetch(mask, here + ivec2(away, 0), 0).r > 0.5;
    if (left || right) { found = away; break; }
  }
  pixel = uvec4(found * found);
}`;

/** The mask grown by so many pixels, with a fade: distances along rows made whole along columns. */
export const GROWN = `${HEAD}
uniform usampler2D across;
uniform int reach;
uniform float by;
uniform float fade;
out vec4 pixel;
void main() {
  ivec2 here = ivec2(gl_FragCoord.xy);
  int height = textureSize(across, 0).y;
  int nearest = (reach + 1) * (reach + 1);
  for (int away = -reach; away <= reach; away++) {
    int y = here.y + away;
    if (y < 0 || y >= height) continue;
    nearest = min(nearest, int(texelFetch(across, ivec2(here.x, y), 0).r) + away * away);
  }
  pixel = vec4(clamp((by + 1.0 - sqrt(float(nearest))) / fade, 0.0, 1.0));
}`;

/**
 * Means of square blocks: colours times weight, and the weight. Where something is covered the weight
 * is \`covered\`, elsewhere 1; without weights, alpha tells whether anything in the block is covered.
 */
export const REDUCED = `${FRAGMENT}
uniform sampler2D layer;
uniform sampler2D cover;
uniform int side;
uniform float covered;
uniform bool weighted;
void main() {
  vec4 sum = vec4(0.0);
  ivec2 edge = textureSize(layer, 0) - 1;
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++) {
      ivec2 place = min(here() * side + ivec2(x, y), edge);
      float taken = texelFetch(cover, place, 0).r;
      float weight = weighted && taken > 0.0 ? covered : 1.0;
      sum += vec4(texelFetch(layer, place, 0).rgb * weight, weighted ? weight : taken);
    }
  pixel = weighted ? sum / float(side * side) : vec4(sum.rgb / float(side * side), step(1e-6, sum.a));
}`;

/** Blur along one direction. */
export const SPREAD = `${FRAGMENT}
uniform sampler2D grid;
uniform ivec2 along;
uniform float sigma;
uniform int radius;
void main() {
  vec4 sum = vec4(0.0);
  float whole = 0.0;
  for (int away = -radius; away <= radius; away++) {
    float weight = exp(-float(away * away) / (2.0 * sigma * sigma));
    sum += at(grid, here() + along * away) * weight;
    whole += weight;
  }
  pixel = sum / whole;
}`;

/** Colours divided by their weight. */
export const NORMALISED = `${FRAGMENT}
uniform sampler2D grid;
void main() {
  vec4 cell = at(grid, here());
  pixel = vec4(cell.rgb / max(cell.a, 1e-4), 1.0);
}`;

/** The next coarser level, in which what is known counts for more than its share. */
export const HALVED = `${FRAGMENT}
uniform sampler2D grid;
uniform float trust;
void main() {
  ivec2 from = here() * 2;
  vec4 mean = (at(grid, from) + at(grid, from + ivec2(1, 0)) + at(grid, from + ivec2(0, 1)) + at(grid, from + 1)) / 4.0;
  pixel = mean * (min(mean.a * trust, 1.0) / max(mean.a, 1e-4));
}`;

/** A level whose gaps are filled from the coarser one, linearly between the centres of its cells. */
export const FILLED = `${FRAGMENT}
uniform sampler2D grid;
uniform sampler2D coarse;
vec4 known(ivec2 place) {
  vec4 cell = at(coarse, place);
  return cell / max(cell.a, 1e-4);
}
void main() {
  vec2 place = (vec2(here()) + 0.5) / 2.0 - 0.5;
  ivec2 from = ivec2(floor(place));
  vec2 part = place - vec2(from);
  vec4 above = mix(known(from), known(from + ivec2(1, 0)), part.x);
  vec4 below = mix(known(from + ivec2(0, 1)), known(from + 1), part.x);
  vec4 cell = at(grid, here());
  pixel = cell + (1.0 - cell.a) * mix(above, below, part.y);
}`;

/** What is left of an alpha channel where something is cut out. */
export const CUT = `${FRAGMENT}
uniform sampler2D layer;
uniform sampler2D cover;
void main() {
  vec4 old = at(layer, here());
  pixel = vec4(old.rgb, old.a * at(cover, here()).r);
}`;

/** A trail's levels as coverage. */
export const LEVELS = `${FRAGMENT}
uniform sampler2D levels;
uniform vec2 size;
uniform float whole;
void main() { pixel = vec4(texture(levels, (gl_FragCoord.xy / size).yx).r * 255.0 / whole); }`;

/**
 * The layer with other colours where it is covered. \`fill\` says which:
 * 0 one colour, 1 a picture laid out by \`place\`, 2 its own grey, 3 cells as squares, 4 cells blurred.
 * \`paints\`: it shows on transparent ground too. \`around\`: what is not covered changes.
 */
export const CHANGED = `${FRAGMENT}
uniform sampler2D layer;
uniform sampler2D cover;
uniform sampler2D pixels;
uniform sampler2D taken;
uniform int fill;
uniform vec3 colour;
uniform vec4 place;
uniform int side;
uniform float amount;
uniform bool around;
uniform bool paints;
uniform bool beside;

vec4 splines(float part) {
  float left = 1.0 - part;
  return vec4(
    left * left * left,
    3.0 * part * part * part - 6.0 * part * part + 4.0,
    3.0 * left * left * left - 6.0 * left * left + 4.0,
    part * part * part) / 6.0;
}
vec3 blurred() {
  vec2 spot = gl_FragCoord.xy / float(side) - 0.5;
  ivec2 from = ivec2(floor(spot));
  vec4 across = splines(spot.x - float(from.x));
  vec4 down = splines(spot.y - float(from.y));
  vec3 sum = vec3(0.0);
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 4; x++)
      sum += at(pixels, from + ivec2(x - 1, y - 1)).rgb * across[x] * down[y];
  return sum;
}
vec3 other(vec3 old) {
  if (fill == 1) return texture(pixels, gl_FragCoord.xy * place.xy + place.zw).rgb;
  if (fill == 2) return vec3(dot(old, vec3(0.299, 0.587, 0.114)));
  if (fill == 3) return at(pixels, here() / side).rgb;
  return fill == 4 ? blurred() : colour;
}
void main() {
  vec4 old = at(layer, here());
  float much = at(cover, here()).r;
  if (around) much = 1.0 - much;
  if (fill == 3) much = at(pixels, here() / side).a;
  if (beside) much *= 1.0 - at(taken, here()).r;
  much *= amount;
  float left = paints ? min(max(old.a, 0.01), 1.0 - much) : 1.0 - much;
  vec3 mixed = (old.rgb * left + other(old.rgb) * much) / max(left + much, 1e-5);
  pixel = vec4(mixed, paints ? much + min(old.a, 1.0 - much) : old.a);
}`;

/** The result on the screen, over a chequered ground where it is transparent. */
export const SHOWN = `${HEAD}
uniform sampler2D picture;
uniform vec2 video;
uniform float tile;
in vec2 at;
out vec4 pixel;
void main() {
  vec4 drawn = texture(picture, at / video);
  ivec2 field = ivec2(floor(gl_FragCoord.xy / tile));
  vec3 ground = vec3(((field.x + field.y) & 1) == 0 ? 0.80 : 0.92);
  pixel = vec4(mix(ground, drawn.rgb, drawn.a), 1.0);
}`;
