"""A loaded model: what ``masklet.load`` returns, and the way to its predictors."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL.Image import Image as PilImage

from masklet.checkpoints.open import open_checkpoint
from masklet.media.pictures import read_picture
from masklet.media.sources import FrameSource, open_source
from masklet.model.config import ModelConfig
from masklet.predict.image import Image, encode_image
from masklet.predict.runtime import Runtime, make_runtime
from masklet.predict.stream import Tracker
from masklet.predict.video import Video


@dataclass(frozen=True, eq=False)
class Model:
    """Weights on a device; makes predictors, which hold all state."""

    runtime: Runtime

    @property
    def config(self) -> ModelConfig:
        """Name and sizes."""
        return self.runtime.config

    def image(self, source: str | Path | np.ndarray | PilImage) -> Image:
        """Encode a picture: a path, an RGB uint8 array [H, W, 3] or a PIL image.

        Raises:
            MediaError: it cannot be read as a picture.
        """
        return encode_image(self.runtime, read_picture(source))

    def video(
        self,
        source: str | Path | Sequence[np.ndarray] | np.ndarray | FrameSource,
        *,
        fill_holes: int = 8,
    ) -> Video:
        """Open a session on a video: a file, an address, a folder of pictures or a list of arrays.

        Args:
            source: frames are decoded when they are needed.
            fill_holes: holes of up to so many pixels of the logits are filled; 0 fills none.

        Raises:
            MediaError: it cannot be read as a video.
        """
        return Video(self.runtime, open_source(source), fill_holes=fill_holes)

    def stream(self, *, fill_holes: int = 8, max_prompted_frames: int | None = None) -> Tracker:
        """Track on endless input, one picture at a time."""
        return Tracker(self.runtime, fill_holes=fill_holes, max_prompted_frames=max_prompted_frames)


def load(
    name: str | None = None,
    *,
    checkpoint: str | Path | None = None,
    device: str | None = None,
    dtype: str | None = None,
    image_size: int | None = None,
) -> Model:
    """Load a model: the bundled one, a released one from the local store, or a checkpoint file.

    Args:
        name: such as "sam2.1-hiera-small"; None is the bundled model, or what the file says.
        checkpoint: a released ``.pt`` file or a safetensors file.
        device: "cpu", "cuda", ...; None takes a GPU where there is one.
        dtype: "float32", "bfloat16" or "float16"; None takes what suits the device.
        image_size: side of the square picture that the network sees, a multiple of 32.

    Raises:
        CheckpointError: no such model, or its weights cannot be used.
    """
    return Model(make_runtime(open_checkpoint(name, checkpoint, image_size).model, device, dtype))
