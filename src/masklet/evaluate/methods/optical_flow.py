"""How a mask gets from one frame to the next without a network: it stays, or it goes with the flow.

Soft masks are float32 [H, W], 0..1, of which more than one half is inside.
"""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import cv2
import numpy as np
from jaxtyping import Float, Float32, UInt8

from masklet.data.readers.annotated import AnnotatedVideo
from masklet.values import Picture

Soft = Float32[np.ndarray, "H W"]


@runtime_checkable
class Carrier(Protocol):
    """One step through a video."""

    def carry(self, frame: int, masks: Mapping[int, Soft]) -> dict[int, Soft]:
        """The masks of frame ``frame``, by label, from those of the frame before.

        Raises:
            MediaError: a picture cannot be read.
        """
        ...


class CopyCarrier:
    """Masks stay where they are."""

    def carry(self, frame: int, masks: Mapping[int, Soft]) -> dict[int, Soft]:  # noqa: ARG002
        """The same masks."""
        return dict(masks)


class FlowCarrier:
    """Masks go with the optical flow: DIS, medium preset (Kroeger et al., 2016, in OpenCV).

    The flow leads from each pixel of the new frame to where it was in the frame before, and the
    soft mask is read there, bilinearly; what comes from outside of the picture is no object.
    """

    def __init__(self, video: AnnotatedVideo) -> None:
        self._video = video
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._last: tuple[int, UInt8[np.ndarray, "H W"]] | None = None

    def carry(self, frame: int, masks: Mapping[int, Soft]) -> dict[int, Soft]:
        """The masks of the frame before, moved. Raises MediaError."""
        before, now = self._grey(frame - 1), self._grey(frame)
        self._last = (frame, now)
        flow = np.asarray(self._flow.calc(now, before, np.zeros((*now.shape, 2), np.float32)))
        return {label: carried(mask, flow) for label, mask in masks.items()}

    def _grey(self, frame: int) -> UInt8[np.ndarray, "H W"]:
        if self._last is not None and self._last[0] == frame:
            return self._last[1]
        return grey(self._video.picture(frame))


def grey(picture: Picture) -> UInt8[np.ndarray, "H W"]:
    """Brightness."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))


def carried(mask: Soft, flow: Float[np.ndarray, "H W 2"]) -> Soft:
    """A mask read where ``flow`` (x, y, in pixels) leads to from each pixel."""
    height, width = mask.shape
    x = np.arange(width, dtype=np.float32)[None] + flow[..., 0]
    y = np.arange(height, dtype=np.float32)[:, None] + flow[..., 1]
    return np.asarray(cv2.remap(mask, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT))
