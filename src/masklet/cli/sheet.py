"""A contact sheet of however many frames there turn out to be, from a few kept on the way."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import UInt8

from masklet.draw.contact_sheet import contact_sheet
from masklet.draw.overlay import overlay
from masklet.media.atomic import part_of
from masklet.media.pictures import write_picture
from masklet.values import FrameResult, Prompt

SHOWN, KEPT, THUMB_WIDTH = 12, 24, 480


class Thumb(NamedTuple):
    """A small picture with its masks drawn, and the number of its frame."""

    frame: int
    picture: UInt8[np.ndarray, "H W 3"]


class Sheet:
    """Keeps evenly spaced frames, fewer than 24 of them, and writes 12 as one picture.

    Args:
        path: where the PNG goes.
        fps: frames a second of the video, for the captions; ``None`` leaves the time out.
        total: how many frames there will be; where it is ``None``, every second kept frame is
            given up whenever they become too many.

    Raises:
        MediaError: nothing can be written there.
    """

    def __init__(self, path: Path, *, fps: float | None, total: int | None) -> None:
        self._path = path
        self._fps = fps
        part_of(path).unlink()
        self._wanted = None if total is None else spread(total, SHOWN)
        self._every = 1
        self._seen = 0
        self._thumbs: list[Thumb] = []

    def add(
        self,
        picture: UInt8[np.ndarray, "H W 3"],
        result: FrameResult,
        prompts: Sequence[Prompt] = (),
    ) -> None:
        """Offer the next frame, with the prompts given on it."""
        if self._is_wanted(self._seen):
            self._thumbs.append(thumb(picture, result, prompts))
        self._seen += 1
        if len(self._thumbs) >= KEPT:
            self._thumbs = self._thumbs[::2]
            self._every *= 2

    def _is_wanted(self, number: int) -> bool:
        if self._wanted is None:
            return number % self._every == 0
        return number in self._wanted

    @property
    def kept(self) -> int:
        """How many frames are held now."""
        return len(self._thumbs)

    def close(self) -> None:
        """Write the sheet; nothing is written where no frame was offered."""
        if self._thumbs:
            write_picture(self._path, self._drawn())

    def _drawn(self) -> UInt8[np.ndarray, "H W 3"]:
        chosen = [self._thumbs[row] for row in sorted(spread(len(self._thumbs), SHOWN))]
        return contact_sheet(
            [shown.picture for shown in chosen], [self._caption(shown.frame) for shown in chosen]
        )

    def _caption(self, index: int) -> str:
        time = "" if self._fps is None else f" · {index / self._fps:.2f} s"
        return f"frame {index}{time}"


def spread(length: int, count: int) -> frozenset[int]:
    """At most ``count`` numbers from 0 to ``length`` - 1, the first and the last among them."""
    return frozenset(np.linspace(0, length - 1, min(count, length)).round().astype(int).tolist())


def thumb(
    picture: UInt8[np.ndarray, "H W 3"], result: FrameResult, prompts: Sequence[Prompt]
) -> Thumb:
    """The frame with masks and prompts drawn, made small."""
    labels = [str(name) for name in result.objects] if len(result.objects) > 1 else None
    drawn = overlay(picture, result.masks, labels=labels, prompts=prompts)
    height, width = drawn.shape[:2]
    if width > THUMB_WIDTH:
        size = (THUMB_WIDTH, max(1, round(height * THUMB_WIDTH / width)))
        drawn = cv2.resize(drawn, size, interpolation=cv2.INTER_AREA)
    return Thumb(result.index, drawn)
