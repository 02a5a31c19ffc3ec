"""Drive masklet's public face through a recorded case and measure how far its answers are."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.nn import functional

import masklet
from masklet.values import FrameResult, Size, masks_at_size
from tests.golden.cases import (
    Case,
    Step,
    VideoSize,
    case_overrides,
    case_picture,
    case_video_frames,
    case_video_size,
    rectangle_mask,
)
from tests.golden.deterministic import deterministic_checkpoint

RELATIVE = 2e-3
PRESENCE_SCALED_BY_100 = 1e-2
UNEQUAL_PIXELS = 1e-3

Arrays = dict[str, np.ndarray]


class Difference(NamedTuple):
    """How far one array is from the recorded one, and how far it may be."""

    key: str
    found: float
    allowed: float

    @property
    def fails(self) -> bool:
        """Too far, or not a number."""
        return not self.found <= self.allowed


def write_checkpoint(case: Case, shapes: Mapping[str, Any], folder: Path) -> Path:
    """The case's deterministic weights as a file in the released layout."""
    arrays = deterministic_checkpoint(shapes, case_overrides(case))
    path = folder / "deterministic.pt"
    torch.save({"model": {name: torch.from_numpy(array) for name, array in arrays.items()}}, path)
    return path


def load_case_model(case: Case, shapes: Mapping[str, Any], folder: Path) -> Any:
    """The case's model in float32 on the processor; the file is deleted once it is read."""
    path = write_checkpoint(case, shapes, folder)
    try:
        return masklet.load(
            case["model"],
            checkpoint=path,
            device="cpu",
            dtype="float32",
            image_size=case["image_size"],
        )
    finally:
        path.unlink()


def answer_case(model: Any, case: Case, folder: Path) -> Arrays:
    """masklet's answers under the recorded names."""
    answer = answer_image if case["kind"] == "image" else answer_video
    return answer(model, case, folder)


def answer_image(model: Any, case: Case, folder: Path) -> Arrays:
    """Features and every prompt of an image case."""
    image = model.image(case_picture(case, folder))
    features = image.features
    embedding = image.runtime.model.without_memory(features.stride16)
    arrays: Arrays = {
        "image_embed": embedding[0, :, ::4, ::4].detach().numpy(),
        "high_res_0": features.stride4[0, :, ::16, ::16].numpy(),
        "high_res_1": features.stride8[0, :, ::8, ::8].numpy(),
    }
    for name, prompt in case["prompts"].items():
        mask = prompt.get("mask_input")
        result = image.segment(
            points=prompt.get("point_coords"),
            labels=prompt.get("point_labels"),
            box=prompt.get("box"),
            mask=None if mask is None else arrays[mask],
            multimask=prompt["multimask_output"],
        )
        arrays[f"{name}.iou"] = result.scores
        arrays[f"{name}.low_res_logits"] = result.logits
    return arrays


def answer_video(model: Any, case: Case, folder: Path) -> Arrays:
    """Every step of a video case, without hole filling."""
    size = Size(*case_video_size(case))
    frames = list(case_video_frames(case, folder))
    arrays: Arrays = {}
    with model.video(frames, fill_holes=0) as video:
        for number, step in enumerate(case["script"]):
            for result in _run_step(video, step, size, case["image_size"]):
                prefix = f"{number:02d}.{step['op']}.frame{result.index}"
                arrays |= _frame_arrays(video, result, prefix, size)
    return arrays


def _run_step(video: Any, step: Step, size: Size, side: int) -> Iterator[FrameResult]:
    if step["op"] == "propagate":
        yield from video.propagate(start=step.get("start"), reverse=step.get("reverse", False))
        return
    given: dict[str, Any] = {"labels": step.get("labels")}
    scale = np.array([side / size.width, side / size.height])
    if "points" in step:
        given["points"] = (np.array(step["points"]) * scale).tolist()
    if "box" in step:
        given["box"] = (np.array(step["box"]) * np.tile(scale, 2)).tolist()
    if step["op"] == "mask":
        given["mask"] = _square_mask(step["rect"], size, side)
    yield video.prompt(frame=step["frame"], object=step["obj"], **given)


def _square_mask(rectangle: list[int], size: Size, side: int) -> np.ndarray:
    drawn = torch.from_numpy(rectangle_mask(rectangle, VideoSize(*size)))[None, None].float()
    resized = functional.interpolate(
        drawn, (side, side), mode="bilinear", align_corners=False, antialias=True
    )
    return (resized[0, 0] >= 0.5).numpy()


def _frame_arrays(video: Any, result: FrameResult, prefix: str, size: Size) -> Arrays:
    arrays: Arrays = {}
    masks = masks_at_size(result.logits, size)
    for row, name in enumerate(result.objects):
        key = f"{prefix}.obj{name}"
        arrays[f"{key}.logits"] = result.logits[row]
        arrays[f"{key}.object_score"] = result.presence[row : row + 1]
        arrays[f"{key}.obj_ptr"] = np.asarray(video.stored(result.index, name).pointer)
        arrays[f"{key}.mask_bits"] = np.packbits(masks[row])
    return arrays


def differences(case: Case, ours: Arrays, theirs: Mapping[str, np.ndarray]) -> list[Difference]:
    """One difference an array; both sides must have answered exactly the same questions."""
    assert ours.keys() == theirs.keys(), sorted(ours.keys() ^ theirs.keys())
    scaled = bool(case_overrides(case))
    return [_difference(key, ours[key], theirs[key], scaled) for key in ours]


def _difference(key: str, ours: np.ndarray, theirs: np.ndarray, scaled: bool) -> Difference:
    assert ours.shape == theirs.shape, (key, ours.shape, theirs.shape)
    if key.endswith("mask_bits"):
        unequal = np.unpackbits(ours) != np.unpackbits(theirs)
        return Difference(key, float(np.mean(unequal)), UNEQUAL_PIXELS)
    distance = ours.astype(np.float64) - theirs.astype(np.float64)
    if scaled and key.endswith("object_score"):
        return Difference(key, float(np.abs(distance).max()), PRESENCE_SCALED_BY_100)
    relative = np.linalg.norm(distance) / np.linalg.norm(theirs.astype(np.float64))
    return Difference(key, float(relative), RELATIVE)


def report(found: list[Difference]) -> str:
    """The arrays that fail, the worst of them first."""
    failing = sorted((d for d in found if d.fails), key=lambda d: -d.found / d.allowed)
    lines = [f"{d.key}: {d.found:.2e}, allowed {d.allowed:.0e}" for d in failing[:20]]
    return f"{len(failing)} of {len(found)} arrays differ\n" + "\n".join(lines)
