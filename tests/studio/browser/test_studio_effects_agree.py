"""The page's preview and the server's rendering draw the same effects, pixel for pixel nearly."""

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route

import masklet.studio
from masklet.demo import CLIP
from masklet.draw.effects import EFFECTS, PRESETS, Effect, Scene, Seen, apply, usual
from masklet.masks import rle
from masklet.media.sources import open_source
from masklet.studio.web.effects import effects_view

STATIC = Path(masklet.studio.__file__).parent / "static"
ROOT = "http://studio.test"
MEAN, MEAN_OF_PICTURES, SHARE = 0.6, 2.0, 0.01
HEIGHT, WIDTH = 180, 320
FRAME = 6
DRAW = """async ({video, picture, frames, stacks, size}) => {
  const { Renderer } = await import("/static/stage/renderer.js");
  const { createEffects } = await import("/static/stage/effects.js");
  const { catalogue } = await import("/static/stage/effects-catalogue.js");
  const { boundsOf, decode } = await import("/static/editor/rle.js");
  const canvas = Object.assign(document.createElement("canvas"), size);
  const gl = canvas.getContext("webgl2", { preserveDrawingBuffer: true, antialias: false });
  const renderer = new Renderer(gl);
  let redraws = 0;
  renderer.effects = createEffects(gl, { project: "0123456789abcdef", redraw: () => redraws++ });
  await catalogue();
  const bytes = await (await fetch(picture)).blob();
  const how = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
  renderer.setPicture(await createImageBitmap(bytes, how));
  const known = (frame) => frames[frame] ?? null;
  const last = Math.max(...Object.keys(frames).map(Number));
  const layers = known(last).map(({ object, counts }) => {
    renderer.setMask(object, decode(counts, video), video, { bounds: boundsOf(counts, video) });
    return { object, colour: [1, 0, 0], selected: false };
  });
  const view = { scale: size.width / video.width, x: 0, y: 0, ...size };
  const draw = (effects) => renderer.draw({
    layers, video, view, frame: last, effects, known, hover: null, draft: null,
  });
  const read = () => {
    const pixels = new Uint8Array(4 * size.width * size.height);
    gl.readPixels(0, 0, size.width, size.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    let text = "";
    for (let at = 0; at < pixels.length; at += 32768)
      text += String.fromCharCode(...pixels.subarray(at, at + 32768));
    return btoa(text);
  };
  const drawn = [];
  for (const effects of stacks) {
    const before = redraws;
    draw(effects);
    if (effects.some(({ picture }) => picture)) {
      while (redraws === before) await new Promise((done) => setTimeout(done, 10));
      draw(effects);
    }
    drawn.push(read());
  }
  if (gl.getError()) throw new Error("WebGL is not content");
  renderer.dispose();
  return drawn;
}"""


@dataclass(frozen=True)
class Shot:
    """A picture with the masks of its frame and of those before."""

    picture: np.ndarray
    seen: dict[int, Seen]

    @property
    def scene(self) -> Scene:
        """For the renderer of arrays."""
        pictures = {"f00d": ground()}
        return Scene(objects=(1, 2), index=FRAME, earlier=self.seen.get, pictures=pictures)


def ground() -> np.ndarray:
    """A background picture of another shape than the video."""
    y, x = np.indices((150, 420))
    waves = [127 + 100 * np.sin(x / 17 + 2 * part) * np.cos(y / 23) for part in range(3)]
    return np.stack(waves, axis=2).astype(np.uint8)


def blobs(frame: int, height: int, width: int) -> np.ndarray:
    """A ring that moves right and a tall box that leaves the picture."""
    masks = np.zeros((2, height, width), np.uint8)
    centre = (width // 4 + frame * width // 60, height // 2)
    cv2.circle(masks[0], centre, height // 4, (1,), height // 9)
    cv2.rectangle(masks[1], (width * 2 // 3, height // 5), (width * 3 // 4, height), (1,), -1)
    return masks.astype(bool)


def shot(name: str) -> Shot:
    """A photograph or noise."""
    height, width = (HEIGHT, WIDTH) if name == "clip" else (121, 203)
    if name == "clip":
        source = open_source(CLIP)
        picture = cv2.resize(source[12], (width, height), interpolation=cv2.INTER_AREA)
        source.close()
    else:
        coarse = np.random.default_rng(3).integers(0, 256, (30, 50, 3), np.uint8)
        picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    frames = {at: Seen((1, 2), blobs(at, height, width)) for at in range(FRAME + 1)}
    return Shot(picture, frames)


def png(picture: np.ndarray) -> bytes:
    """A picture as a file."""
    held = io.BytesIO()
    Image.fromarray(picture).save(held, "PNG")
    return held.getvalue()


def serve_files(route: Route) -> None:
    """The studio's own files and catalogue, without a studio."""
    path = route.request.url.removeprefix(ROOT)
    if path == "/":
        route.fulfill(body="<!doctype html><title>effects</title>", content_type="text/html")
    elif path == "/api/effects":
        route.fulfill(body=effects_view().model_dump_json(), content_type="application/json")
    elif path.startswith("/api/projects/0123456789abcdef/pictures/f00d"):
        route.fulfill(body=png(ground()), content_type="image/png")
    elif path.startswith("/static/") and (STATIC / path.removeprefix("/static/")).is_file():
        route.fulfill(path=STATIC / path.removeprefix("/static/"), content_type="text/javascript")
    else:
        route.abort()


@pytest.fixture(scope="module")
def bench(browser: Browser) -> Iterator[Page]:
    """A page that can load the studio's modules."""
    context = browser.new_context()
    page = context.new_page()
    page.route(ROOT + "/**", serve_files)
    page.goto(ROOT + "/")
    yield page
    context.close()


def previewed(
    page: Page, shot: Shot, stacks: Sequence[Sequence[Effect]], *, scale: float = 1.0
) -> list[np.ndarray]:
    """What the page draws, as RGB."""
    height, width = shot.picture.shape[:2]
    frames: dict[int, list[dict[str, Any]]] = {
        frame: [
            {"object": key, "counts": rle.encode(mask).counts, "visible": bool(mask.any())}
            for key, mask in zip(seen.objects, seen.masks, strict=True)
        ]
        for frame, seen in shot.seen.items()
    }
    size = {"width": round(width * scale), "height": round(height * scale)}
    drawn = page.evaluate(
        DRAW,
        {
            "video": {"width": width, "height": height},
            "picture": "data:image/png;base64," + base64.b64encode(png(shot.picture)).decode(),
            "frames": frames,
            "stacks": [[effect.as_json() for effect in effects] for effects in stacks],
            "size": size,
        },
    )
    shape = (size["height"], size["width"], 4)
    held = [np.frombuffer(base64.b64decode(text), np.uint8).reshape(shape) for text in drawn]
    return [pixels[::-1, :, :3] for pixels in held]


def rendered(shot: Shot, effects: Sequence[Effect]) -> np.ndarray:
    """What the server draws, over the preview's chequered ground where it is transparent."""
    drawn = apply(effects, shot.picture, shot.seen[FRAME].masks, scene=shot.scene)
    if drawn.shape[2] == 3:
        return drawn
    y, x = np.indices(drawn.shape[:2])
    field = (drawn.shape[0] - 1 - y) // 8 + x // 8
    chequered = np.where(field % 2 == 0, 0.80 * 255, 0.92 * 255)[..., None]
    alpha = drawn[..., 3:] / 255
    return np.round(chequered + (drawn[..., :3] - chequered) * alpha).astype(np.uint8)


def titled_stacks() -> list[tuple[str, list[Effect]]]:
    """Each effect at several strengths, with a picture and for one object, and every preset."""
    found = []
    for entry in EFFECTS:
        strengths = (0.0, 0.35, 1.0) if entry.strength else (0.5,)
        for strength in strengths:
            effect = Effect(entry.kind, strength=strength, colour=entry.colour or "#000000")
            found.append((f"{entry.kind} {strength}", [effect]))
        found.append((f"{entry.kind} of one", [Effect(entry.kind, colour="#20c040", objects=(2,))]))
    found.append(("picture", [Effect("replace-background", picture="f00d")]))
    found += [(preset.name, list(preset.effects)) for preset in PRESETS]
    found.append(("all", [usual(entry.kind) for entry in EFFECTS]))
    return found


@pytest.mark.parametrize("name", ["clip", "noise"])
def test_both_renderers_agree(bench: Page, name: str) -> None:
    """On average within half a level, and hardly a pixel far off."""
    photo, titled = shot(name), titled_stacks()
    wrong = []
    drawn = previewed(bench, photo, [effects for _, effects in titled])
    for (title, effects), preview in zip(titled, drawn, strict=True):
        away = np.abs(preview.astype(int) - rendered(photo, effects))
        mean, far = float(away.mean()), float((away.max(axis=2) > 12).mean())
        if mean > (MEAN_OF_PICTURES if title == "picture" else MEAN) or far > SHARE:
            wrong.append(f"{title}: {mean:.2f} levels on average, {far:.2%} of pixels far off")
    assert not wrong, "\n".join(wrong)


def test_a_smaller_preview_looks_the_same(bench: Page) -> None:
    """At half the size, each effect is closer to the rendering made small than the picture is."""
    photo = shot("clip")
    kinds = [entry.kind for entry in EFFECTS if entry.kind != "cut-out"]
    stacks = [[usual(kind)] for kind in kinds]
    plain, *drawn = previewed(bench, photo, [[Effect("overlay", strength=0.0)], *stacks], scale=0.5)
    for kind, effects, preview in zip(kinds, stacks, drawn, strict=True):
        size = (WIDTH // 2, HEIGHT // 2)
        small = cv2.resize(rendered(photo, effects), size, interpolation=cv2.INTER_AREA)
        away = np.abs(preview.astype(int) - small).mean()
        change = np.abs(plain.astype(int) - small).mean()
        assert away < max(0.8 * change, 2.0), f"{kind}: {away:.2f} of a change of {change:.2f}"
