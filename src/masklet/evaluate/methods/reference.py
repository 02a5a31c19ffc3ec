"""The reference implementation as a method: the harness drives it as it drives masklet's models."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from masklet.data.readers.annotated import AnnotatedVideo, Mask
from masklet.errors import MaskletError, MediaError, PromptError
from masklet.evaluate.methods.method import Answer
from masklet.evaluate.methods.reference_package import build_reference
from masklet.media.picture_folder import pictures_in
from masklet.predict.model import Model
from masklet.predict.runtime import DTYPES
from masklet.values import Box, Point

TAKEN = re.compile(r"[0-9]+\.jpe?g")


class ReferenceMethod:
    """The video predictor of the package sam2 1.1.0.

    Args:
        name: for reports.
        model_name: such as "sam2.1-hiera-tiny".
        checkpoint: a released ``.pt`` file.
        image_size: side of the square picture that the network sees.
        device: None takes a GPU where there is one.
        dtype: precision of the matrix products; the package keeps its memories in bfloat16 in
            any case.
        fill_holes: holes of up to so many pixels of the logits are filled.

    Raises:
        MaskletError: the package is not installed here, or a word is unknown.
        CheckpointError: the weights cannot be loaded.
    """

    pictures: Model | None = None

    def __init__(
        self,
        name: str,
        model_name: str,
        checkpoint: str | Path,
        image_size: int = 1024,
        *,
        device: str | None = None,
        dtype: str = "float32",
        fill_holes: int = 8,
    ) -> None:
        if dtype not in DTYPES:
            raise MaskletError(f"dtype={dtype!r}: wanted one of {', '.join(DTYPES)}")
        self.name = name
        self._device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self._dtype = DTYPES[dtype]
        self._predictor = build_reference(
            model_name, Path(checkpoint), image_size, self._device, fill_holes
        )

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator["ReferenceSession"]:
        """Begins with a video, all of whose frames the package keeps in memory.

        Raises:
            MediaError: its frames cannot be read or written.
        """
        with tempfile.TemporaryDirectory() as temporary, self._precision():
            folder = frames_folder(video, Path(temporary))
            try:
                state = self._predictor.init_state(video_path=str(folder))
            except (OSError, SyntaxError) as error:
                raise MediaError(f"{folder} cannot be read: {error}") from error
            yield ReferenceSession(self._predictor, state)

    def _precision(self) -> torch.autocast:
        reduced = self._dtype != torch.float32
        return torch.autocast(self._device.type, dtype=self._dtype, enabled=reduced)


def frames_folder(video: AnnotatedVideo, temporary: Path) -> Path:
    """A folder that the package reads: pictures of its own, or ``temporary`` filled from them.

    It takes JPEG files named by numbers. Other pictures are written as PNG, so that nothing is
    lost, under names that end in ``.jpg``: it reads what is in a file, not what it is called.

    Raises:
        MediaError: a picture cannot be read or written.
    """
    if isinstance(video.source, Path) and _as_it_is(video.source):
        return video.source
    for frame in range(len(video)):
        picture = Image.fromarray(video.picture(frame))
        path = temporary / f"{frame:05d}.jpg"
        try:
            picture.save(path, format="PNG", compress_level=1)
        except OSError as error:
            raise MediaError(f"{path} cannot be written: {error}") from error
    return temporary


def _as_it_is(folder: Path) -> bool:
    """Numbered JPEG files and no other pictures."""
    return all(TAKEN.fullmatch(path.name) for path in pictures_in(folder))


@dataclass(frozen=True, kw_only=True)
class Clicked:
    """All clicks on an object of one frame, and the latest box."""

    points: tuple[Point, ...] = ()
    labels: tuple[int, ...] = ()
    box: Box | None = None


class ReferenceSession:
    """One video on its way; prompts add up as in masklet's own sessions."""

    def __init__(self, predictor: Any, state: dict[str, Any]) -> None:
        self._predictor = predictor
        self._state = state
        self._clicked: dict[int, dict[int, Clicked]] = {}

    def prompt(
        self,
        *,
        frame: int,
        object: int,  # noqa: A002 - the word of the public interface
        points: Sequence[Point] | None = None,
        labels: Sequence[int] | None = None,
        box: Box | None = None,
        mask: Mask | None = None,
    ) -> Mask:
        """Adds a prompt and gives the object's mask there.

        Clicks come with all earlier ones on that frame, the box first, and the logits of before.

        Raises:
            PromptError: nothing is asked, or it cannot be used.
        """
        self._check_frame("frame", frame)
        if points is None and box is None and mask is None:
            raise PromptError("nothing is asked: give points, a box or a mask")
        clicked = self._clicked.setdefault(object, {})
        answer: Mask | None = None
        if mask is not None:
            clicked[frame] = Clicked()
            answer = self._tell_mask(frame, object, mask)
        if points is not None or box is not None:
            said = _more(clicked.get(frame, Clicked()), points or (), labels, box)
            answer = self._tell(frame, object, said)
            clicked[frame] = said
        assert answer is not None
        return answer

    def propagate(self, start: int = 0) -> Iterator[Answer]:
        """Frames ``start`` to the last, in order. Raises PromptError where nothing is prompted."""
        self._check_frame("start", start)
        if not self._clicked:
            raise PromptError("there is nothing to propagate: prompt an object first")
        return self._follow(start)

    def _follow(self, start: int) -> Iterator[Answer]:
        rows = self._predictor.propagate_in_video(self._state, start_frame_idx=start)
        for frame, labels, logits in rows:
            yield Answer(frame, dict(zip(labels, as_masks(logits), strict=True)))

    def _tell_mask(self, frame: int, label: int, mask: Mask) -> Mask:
        size = (self._state["video_height"], self._state["video_width"])
        if mask.shape != size:
            raise PromptError(f"mask: {mask.shape} came; wanted {size}, the size of the frame")
        told = self._predictor.add_new_mask(self._state, frame, label, mask.astype(bool))
        return _mask_of(label, told)

    def _tell(self, frame: int, label: int, said: Clicked) -> Mask:
        told = self._predictor.add_new_points_or_box(
            self._state,
            frame,
            label,
            points=np.array(said.points, np.float32) if said.points else None,
            labels=np.array(said.labels, np.int32) if said.points else None,
            box=None if said.box is None else np.array(said.box, np.float32),
        )
        return _mask_of(label, told)

    def _check_frame(self, argument: str, frame: int) -> None:
        length = self._state["num_frames"]
        if not 0 <= frame < length:
            raise PromptError(f"{argument}={frame}: wanted 0 to {length - 1}")


def _more(
    said: Clicked, points: Sequence[Point], labels: Sequence[int] | None, box: Box | None
) -> Clicked:
    added = [1] * len(points) if labels is None else list(labels)
    if len(added) != len(points):
        raise PromptError(f"labels: {len(added)} came for {len(points)} points")
    return replace(
        said,
        points=(*said.points, *points),
        labels=(*said.labels, *added),
        box=said.box if box is None else box,
    )


def _mask_of(label: int, told: tuple[int, Sequence[int], Tensor]) -> Mask:
    """One object's row of what the predictor answers: frame, labels, logits [N, 1, H, W]."""
    _, labels, logits = told
    return as_masks(logits)[list(labels).index(label)]


def as_masks(logits: Tensor) -> list[Mask]:
    """Logits [N, 1, H, W] as masks."""
    return list((logits[:, 0] > 0).cpu().numpy())
