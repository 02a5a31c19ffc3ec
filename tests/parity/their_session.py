"""transformers' video session driven over a clip, every answer kept under frame and object.

Only what both sides define alike is asked of it: its later clicks do not see the earlier mask, its
mask prompts reach memory at another resolution, and objects prompted on a frame share one decision
on how their memories are written. So both objects are prompted on the same frames, before any
tracking.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from transformers.models.sam2_video.modeling_sam2_video import Sam2VideoInferenceSession


class Click(NamedTuple):
    """What is said of one object on one frame; labels 2 and 3 are a box's corners."""

    frame: int
    object: int
    points: list[list[float]]
    labels: list[int]


class Kept(NamedTuple):
    """One object's answer on one frame."""

    logits: np.ndarray
    presence: float
    pointer: np.ndarray


class Place(NamedTuple):
    """A frame and an object."""

    frame: int
    object: int


@contextmanager
def memories_in_float32() -> Iterator[None]:
    """transformers writes memories in bfloat16; ours are float32, and so must theirs be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "bfloat16", torch.float32)
        yield


class TheirSession:
    """One clip; ``pictures`` are normalised [T, 3, S, S]."""

    def __init__(self, model: Any, pictures: torch.Tensor) -> None:
        side = pictures.shape[-1]
        self.model = model
        self.session: Any = Sam2VideoInferenceSession(
            video=pictures, video_height=side, video_width=side, dtype=torch.float32
        )

    @torch.inference_mode()
    def prompt(self, clicks: list[Click]) -> Mapping[Place, Kept]:
        """Every object's clicks on one frame, answered together."""
        (frame,) = {click.frame for click in clicks}
        for click in clicks:
            inputs = {
                "point_coords": torch.tensor([[click.points]]),
                "point_labels": torch.tensor([[click.labels]], dtype=torch.int32),
            }
            self.session.add_point_inputs(self.session.obj_id_to_idx(click.object), frame, inputs)
        self.session.obj_with_new_inputs = [click.object for click in clicks]
        with memories_in_float32():
            self.model(self.session, frame_idx=frame)
        return self._kept(frame)

    def propagate(self, start: int, *, reverse: bool) -> Mapping[Place, Kept]:
        """Track to the end of the clip, or to its beginning."""
        kept: dict[Place, Kept] = {}
        with memories_in_float32():
            for output in self.model.propagate_in_video_iterator(
                self.session, start_frame_idx=start, reverse=reverse
            ):
                kept |= self._kept(output.frame_idx)
        return kept

    def _kept(self, frame: int) -> dict[Place, Kept]:
        kept = {}
        for name in self.session.obj_ids:
            outputs = self.session.output_dict_per_obj[self.session.obj_id_to_idx(name)]
            prompted, tracked = outputs["cond_frame_outputs"], outputs["non_cond_frame_outputs"]
            out = prompted[frame] if frame in prompted else tracked[frame]
            kept[Place(frame, name)] = Kept(
                out["pred_masks"].squeeze().numpy(),
                float(out["object_score_logits"]),
                out["object_pointer"].flatten().numpy(),
            )
        return kept
