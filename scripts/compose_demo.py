"""Compose the bundled demo clip from photographs inside the scikit-image wheel.

    pip download scikit-image==0.26.0 --no-deps --dest /tmp/photos
    python scripts/compose_demo.py /tmp/photos/scikit_image-0.26.0-*.whl

An astronaut, cut out of her portrait, walks across a launch pad at dusk, disappears behind a
photographer and comes back, nearer. Writes the clip to ``src/masklet/demo/clip.mp4``
and her true masks, as run lengths, to ``tests/cli/clip_masks.json``. The same input and the same
package versions give the same bytes.
"""

import io
import json
import math
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import av
import cv2
import numpy as np
from PIL import Image
from pycocotools import mask as rle

ROOT = Path(__file__).resolve().parents[1]
CLIP = ROOT / "src" / "masklet" / "demo" / "clip.mp4"
TRUTH = ROOT / "tests" / "cli" / "clip_masks.json"
WIDTH, HEIGHT, FPS, FRAMES, SHUTTER = 640, 360, 20, 92, 3

# Outlines drawn by hand around each figure, in pixels of its 512 x 512 photograph; GrabCut then
# finds the edge within a few pixels of them.
ASTRONAUT = (
    (154, 74), (158, 58), (170, 45), (190, 33), (204, 21), (233, 15), (262, 21), (284, 40),
    (296, 62), (301, 88), (297, 112), (286, 127), (275, 137), (266, 136), (258, 152), (256, 172),
    (272, 182), (292, 203), (303, 228), (305, 237), (322, 246), (340, 264), (350, 285),
    (357, 312), (361, 333), (364, 346), (382, 344), (402, 343), (428, 350), (452, 364), (472, 384),
    (486, 410), (494, 438), (500, 456), (508, 470), (512, 486), (512, 512), (26, 512), (24, 470),
    (20, 424), (22, 386), (24, 344), (34, 300), (44, 268), (62, 244), (90, 222), (114, 207),
    (113, 190), (122, 172), (134, 157), (158, 148), (184, 149), (184, 132), (178, 131),
    (170, 122), (160, 112), (154, 94),
)  # fmt: skip
PHOTOGRAPHER = (
    (0, 252), (20, 228), (44, 194), (55, 166), (72, 143), (96, 130), (122, 123), (132, 122),
    (146, 107), (162, 105), (164, 90), (176, 76), (192, 67), (210, 63), (236, 72), (256, 90),
    (268, 106), (271, 124), (266, 136), (275, 139), (300, 142), (312, 138), (325, 138),
    (325, 154), (320, 166), (326, 168), (332, 180), (332, 198), (322, 213), (310, 226),
    (308, 245), (300, 248), (305, 272), (297, 277), (297, 340), (288, 340), (288, 284),
    (270, 298), (246, 313), (226, 305), (207, 296), (190, 330), (182, 340), (0, 340),
)  # fmt: skip
# What is seen between the arms, and between face and camera.
GAPS = (
    ((242, 232), (248, 246), (266, 230), (262, 224), (262, 213), (246, 216)),
    ((246, 166), (257, 160), (266, 181), (277, 187), (277, 201), (262, 205), (242, 205),
     (242, 188)),
)  # fmt: skip


class Cutout(NamedTuple):
    """A figure without its background: colour [H, W, 3] and cover [H, W], float32 in 0..1."""

    colour: np.ndarray
    cover: np.ndarray


@dataclass(frozen=True)
class Pose:
    """Where a figure stands: its scale, and the frame position of its photograph's top left."""

    scale: float
    x: float
    y: float


class Frame(NamedTuple):
    """One composed picture, uint8 RGB [H, W, 3], and the astronaut's visible mask, bool [H, W]."""

    picture: np.ndarray
    truth: np.ndarray


def photograph(wheel: Path, name: str) -> np.ndarray:
    """A picture inside the wheel, as uint8 RGB."""
    with zipfile.ZipFile(wheel) as archive:
        data = io.BytesIO(archive.read(f"skimage/data/{name}"))
    return np.asarray(Image.open(data).convert("RGB"))


def filled(outline: tuple[tuple[int, int], ...], shape: tuple[int, ...]) -> np.ndarray:
    """The inside of an outline, uint8 0/1 [H, W]."""
    canvas = np.zeros(shape[:2], np.uint8)
    cv2.fillPoly(canvas, [np.array(outline, np.int32)], 1)
    return canvas


def cut_out(
    photo: np.ndarray,
    outline: tuple[tuple[int, int], ...],
    gaps: tuple[tuple[tuple[int, int], ...], ...] = (),
    band: int = 9,
) -> Cutout:
    """Refine a hand-drawn outline with GrabCut, feather it and clean the colours along the edge."""
    inside = filled(outline, photo.shape)
    for gap in gaps:
        inside[filled(gap, photo.shape) > 0] = 0
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (band, band))
    marks = np.where(inside > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    core = cv2.erode(inside, reach, borderType=cv2.BORDER_REPLICATE)
    marks[core > 0] = cv2.GC_FGD
    marks[cv2.dilate(inside, reach) == 0] = cv2.GC_BGD
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    whole = (0, 0, photo.shape[1], photo.shape[0])
    cv2.grabCut(photo, marks, whole, *models, 4, cv2.GC_INIT_WITH_MASK)
    figure = np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    figure = cv2.medianBlur(figure, 5)
    return Cutout(clean_edge(photo, figure), feathered(figure))


def feathered(figure: np.ndarray) -> np.ndarray:
    """A soft cover, float32 in 0..1, that ends just inside the edge of ``figure``."""
    padded = cv2.copyMakeBorder(figure, 8, 8, 8, 8, cv2.BORDER_REPLICATE)
    inner = cv2.erode(padded, np.ones((3, 3), np.uint8)).astype(np.float32)
    return cv2.GaussianBlur(inner, (0, 0), 1.0)[8:-8, 8:-8]


def clean_edge(photo: np.ndarray, figure: np.ndarray) -> np.ndarray:
    """The photo with colours from well inside the figure carried outwards over its edge."""
    safe = cv2.erode(figure, np.ones((5, 5), np.uint8), borderType=cv2.BORDER_REPLICATE)
    weight = safe.astype(np.float32)
    colour = photo.astype(np.float32) / 255
    spread = cv2.GaussianBlur(colour * weight[..., None], (0, 0), 3)
    total = cv2.GaussianBlur(weight, (0, 0), 3)[..., None]
    carried = spread / np.maximum(total, 1e-4)
    return np.where(safe[..., None] > 0, colour, carried)


def lit(cutout: Cutout, gain: tuple[float, float, float], contrast: float) -> Cutout:
    """The figure in the light of the scene: each colour multiplied, tones pulled about a third."""
    colour = np.clip((cutout.colour - 0.33) * contrast + 0.33, 0, 1)
    return cutout._replace(colour=(colour * np.array(gain)).astype(np.float32))


def placed(cutout: Cutout, pose: Pose) -> Cutout:
    """The figure on a canvas of the frame's size."""
    move = np.array([[pose.scale, 0, pose.x], [0, pose.scale, pose.y]], np.float32)
    if pose.scale < 1:
        blur = 0.35 / pose.scale
        cutout = Cutout(*(cv2.GaussianBlur(part, (0, 0), blur) for part in cutout))
    size = (WIDTH, HEIGHT)
    colour = cv2.warpAffine(
        cutout.colour, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return Cutout(colour, cv2.warpAffine(cutout.cover, move, size, flags=cv2.INTER_LINEAR))


def eased(value: float, start: float, stop: float) -> float:
    """0 before ``start``, 1 after ``stop``, a smooth step between."""
    share = min(max((value - start) / (stop - start), 0.0), 1.0)
    return share * share * (3 - 2 * share)


def walk(time: float) -> Pose:
    """Where the astronaut is: leftwards, hidden, and back, a little nearer."""
    away, back = eased(time, 0.0, 2.6), eased(time, 2.0, 4.6)
    scale = 0.56 - 0.10 * away + 0.18 * back
    centre = 470 - 395 * away + 375 * back
    step = 2.2 * abs(math.sin(math.pi * 1.7 * time)) * scale / 0.5
    top = 138 + 22 * away - 46 * back
    return Pose(scale, centre - 262 * scale, top - step)


def compose(
    place: np.ndarray, astronaut: Cutout, photographer: Cutout, time: float
) -> tuple[np.ndarray, np.ndarray]:
    """One instant: float RGB [H, W, 3] and the astronaut's visible cover [H, W]."""
    pan = eased(time, 0.0, 4.6)
    shift = np.array([[1, 0, -6 - 24 * pan], [0, 1, HEIGHT - place.shape[0]]], np.float32)
    scene = cv2.warpAffine(place, shift, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    middle = placed(astronaut, walk(time))
    front = placed(photographer, Pose(1.10, -70 - 40 * pan, 37))
    shadow = cv2.GaussianBlur(front.cover, (0, 0), 14)
    scene = scene * (1 - middle.cover[..., None]) + (
        middle.colour * (1 - 0.45 * shadow[..., None]) * middle.cover[..., None]
    )
    scene = scene * (1 - front.cover[..., None]) + front.colour * front.cover[..., None]
    return scene, middle.cover * (1 - front.cover)


def exposed(
    place: np.ndarray, astronaut: Cutout, photographer: Cutout, index: int, grain: np.ndarray
) -> Frame:
    """A frame as a camera takes it: a few instants averaged, with a little grain."""
    offsets = (np.arange(SHUTTER) - SHUTTER // 2) / SHUTTER * 0.5
    instants = [
        compose(place, astronaut, photographer, (index + offset) / FPS) for offset in offsets
    ]
    picture = np.mean([instant[0] for instant in instants], axis=0) + grain
    picture = (np.clip(picture, 0, 1) * 255).round().astype(np.uint8)
    return Frame(picture, instants[SHUTTER // 2][1] > 0.5)


def frames(wheel: Path) -> list[Frame]:
    """Every frame of the clip."""
    place = photograph(wheel, "rocket.jpg").astype(np.float32) / 255
    place = cv2.resize(place, None, fx=1.06, fy=1.06, interpolation=cv2.INTER_CUBIC)
    astronaut = lit(cut_out(photograph(wheel, "astronaut.png"), ASTRONAUT), (0.86, 0.80, 0.86), 1.0)
    photographer = lit(
        cut_out(photograph(wheel, "camera.png"), PHOTOGRAPHER, GAPS), (0.62, 0.66, 0.80), 1.05
    )
    blurred = Cutout(*(cv2.GaussianBlur(part, (0, 0), 0.9) for part in photographer))
    generator = np.random.default_rng(7)
    return [
        exposed(
            place,
            astronaut,
            blurred,
            index,
            generator.normal(0, 0.006, (HEIGHT, WIDTH, 1)).astype(np.float32),
        )
        for index in range(FRAMES)
    ]


def write_clip(path: Path, composed: list[Frame]) -> None:
    """The pictures as H.264, on one thread so that every run gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.thread_count = 1
        stream.options = {"crf": "21", "preset": "veryslow", "g": "46"}
        for frame in composed:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame.picture, format="rgb24")))
        container.mux(stream.encode())


def write_truth(path: Path, composed: list[Frame]) -> None:
    """The astronaut's masks as COCO run lengths, one entry a frame."""
    lines = []
    for frame in composed:
        run_lengths: Any = rle.encode(np.asfortranarray(frame.truth.astype(np.uint8)))
        lines.append(json.dumps(run_lengths["counts"].decode("ascii")))
    body = ",\n    ".join(lines)
    path.write_text(f'{{\n  "size": [{HEIGHT}, {WIDTH}],\n  "counts": [\n    {body}\n  ]\n}}\n')


def main() -> None:
    """Compose the clip from the wheel named on the command line."""
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/compose_demo.py scikit_image-0.26.0-*.whl")
    composed = frames(Path(sys.argv[1]))
    write_clip(CLIP, composed)
    write_truth(TRUTH, composed)
    for path in (CLIP, TRUTH):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
