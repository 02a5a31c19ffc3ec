"""The cases that the reference answered: their pictures, prompts and weights, from one small json.

A case names its pictures by files of a folder beside it, resized here by Pillow, or leaves them
to be generated. Nothing here needs masklet, so that the recording side reads the same cases.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from tests.golden.deterministic import Override
from tests.golden.pictures import clip, picture

Case = dict[str, Any]
Step = dict[str, Any]
"""One operation of a video case: points, box or mask on a frame, or a propagation."""


class VideoSize(NamedTuple):
    """Height and width of the video that the prompts' coordinates belong to."""

    height: int
    width: int


SHARED_VIDEO = VideoSize(540, 960)


def case_files(folder: Path) -> list[Path]:
    """The json files of the cases in a folder, by name."""
    return sorted([*folder.glob("image-*.json"), *folder.glob("video-*.json")])


def case_overrides(case: Case) -> list[Override]:
    """The changes of the deterministic weights that the case asks for."""
    return [Override(*override) for override in case.get("weight_overrides", [])]


def case_picture(case: Case, folder: Path) -> np.ndarray:
    """The picture of an image case at its own size, uint8 [H, W, 3]."""
    if "generated" in case:
        return picture(0, *case["generated"])
    with Image.open(folder / "inputs" / case["image"]) as image:
        return np.array(image.convert("RGB"))


def case_video_size(case: Case) -> VideoSize:
    """The size that prompts are given in and masks are compared at."""
    return VideoSize(*case["video_size"]) if "video_size" in case else SHARED_VIDEO


def case_video_frames(case: Case, folder: Path) -> np.ndarray:
    """The frames of a video case, already at the model's size, uint8 [T, S, S, 3]."""
    side = case["image_size"]
    if "generated" in case:
        return clip(case["generated"], side, side)
    frames = []
    for name in case["frames"]:
        with Image.open(folder / "inputs" / name) as image:
            frames.append(np.asarray(image.convert("RGB").resize((side, side))))
    return np.stack(frames)


def rectangle_mask(rectangle: list[int], size: VideoSize) -> np.ndarray:
    """Bool [H, W], true in ``rectangle`` = [y0, y1, x0, x1]."""
    y0, y1, x0, x1 = rectangle
    mask = np.zeros(size, dtype=bool)
    mask[y0:y1, x0:x1] = True
    return mask
