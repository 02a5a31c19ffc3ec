/** The shaders of the plain stage: the picture, and a mask with its outline. */

export const PICTURE_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D picture;
uniform vec2 video;
in vec2 at;
out vec4 pixel;
void main() {
  pixel = vec4(texture(picture, at / video).rgb, 1.0);
}`;

/**
 * `scale` is screen pixels a pixel of the video, `radius` half the outline in screen pixels. The
 * outline is where a ring of that radius around the place is partly inside and partly outside. Four
 * places around that ring tell whether a border can be near at all, which it seldom is.
 */
export const MASK_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D mask;
uniform vec2 video;
uniform vec3 colour;
uniform float scale;
uniform float fill;
uniform float radius;
in vec2 at;
out vec4 pixel;
const int RING = 12;
float inside(vec2 place) {
  float soft = texture(mask, place.yx / video.yx).r;
  return clamp((soft - 0.5) * max(scale, 1.0) + 0.5, 0.0, 1.0);
}
void main() {
  float here = inside(at);
  float reach = 1.4143 * radius / scale;
  float around = inside(at + vec2(reach, 0.0)) + inside(at - vec2(reach, 0.0))
    + inside(at + vec2(0.0, reach)) + inside(at - vec2(0.0, reach));
  float least = here;
  float most = here;
  if (around != 4.0 * here || (here > 0.0 && here < 1.0)) {
    for (int i = 0; i < RING; i++) {
      float angle = 6.2831853 * float(i) / float(RING);
      float there = inside(at + vec2(cos(angle), sin(angle)) * radius / scale);
      least = min(least, there);
      most = max(most, there);
    }
  }
  float alpha = max(here * fill, most - least);
  pixel = vec4(colour * alpha, alpha);
}`;
