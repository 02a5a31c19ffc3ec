/** What every WebGL2 pass over the picture shares: programs, textures, and the picture's rectangle. */

/** @typedef {import("./renderer.js").View} View */
/** @typedef {import("./renderer.js").Size} Size */

/**
 * Four corners of the picture; `at` is the place in the video's pixels. Draw with `drawPicture`,
 * which sets both uniforms: `video` is the video's size, `place` is scale and offset to clip space.
 */
export const PICTURE_VERTEX = `#version 300 es
uniform vec2 video;
uniform vec4 place;
out vec2 at;
void main() {
  at = vec2(gl_VertexID & 1, gl_VertexID >> 1) * video;
  gl_Position = vec4(at * place.xy + place.zw, 0.0, 1.0);
}`;

/**
 * @param {WebGL2RenderingContext} gl
 * @param {string} vertex
 * @param {string} fragment
 * @returns {WebGLProgram}
 */
export function makeProgram(gl, vertex, fragment) {
  const program = gl.createProgram();
  for (const [kind, source] of /** @type {const} */ ([
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    const shaders = gl.getAttachedShaders(program) ?? [];
    throw new Error([gl.getProgramInfoLog(program), ...shaders.map((s) => gl.getShaderInfoLog(s))].join("\n"));
  }
  return program;
}

/**
 * A smooth, clamped texture without levels.
 * @param {WebGL2RenderingContext} gl
 * @returns {WebGLTexture}
 */
export function makeTexture(gl) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  return texture;
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {number} unit
 * @param {WebGLTexture} texture
 */
export function bindTexture(gl, unit, texture) {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, texture);
}

/**
 * Draw the picture's rectangle with a program made from PICTURE_VERTEX, to the screen's place.
 * @param {WebGL2RenderingContext} gl
 * @param {WebGLProgram} program in use already, its own uniforms set
 * @param {Size} video
 * @param {View} view
 */
export function drawPicture(gl, program, video, view) {
  gl.uniform2f(gl.getUniformLocation(program, "video"), video.width, video.height);
  gl.uniform4f(
    gl.getUniformLocation(program, "place"),
    (2 * view.scale) / view.width,
    (-2 * view.scale) / view.height,
    (2 * view.x) / view.width - 1,
    1 - (2 * view.y) / view.height,
  );
  gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
}

/**
 * "#rrggbb" as three numbers from 0 to 1.
 * @param {string} colour
 * @returns {[number, number, number]}
 */
export function rgbOf(colour) {
  const bits = Number.parseInt(colour.slice(1), 16);
  return [(bits >> 16) / 255, ((bits >> 8) & 255) / 255, (bits & 255) / 255];
}
