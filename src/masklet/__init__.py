"""Click an object in an image or a video and get its mask through time.

Importing this does nothing; a name is looked up in its module when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from masklet.errors import (
        CheckpointError,
        DownloadError,
        FormatError,
        MaskletError,
        MediaError,
        PromptError,
    )
    from masklet.formats.reader import read_masks
    from masklet.media.camera import camera
    from masklet.predict.image import Image, ImagePrompt, ImageResult
    from masklet.predict.model import Model, load
    from masklet.predict.stream import Tracker
    from masklet.predict.video import Video
    from masklet.values import FrameResult, Prompt

__version__ = "0.1.0"

_HOMES = {
    "load": "predict.model",
    "Model": "predict.model",
    "Image": "predict.image",
    "ImagePrompt": "predict.image",
    "ImageResult": "predict.image",
    "Video": "predict.video",
    "Tracker": "predict.stream",
    "camera": "media.camera",
    "read_masks": "formats.reader",
    "FrameResult": "values",
    "Prompt": "values",
    "MaskletError": "errors",
    "PromptError": "errors",
    "MediaError": "errors",
    "CheckpointError": "errors",
    "DownloadError": "errors",
    "FormatError": "errors",
}

__all__ = [
    "CheckpointError",
    "DownloadError",
    "FormatError",
    "FrameResult",
    "Image",
    "ImagePrompt",
    "ImageResult",
    "MaskletError",
    "MediaError",
    "Model",
    "Prompt",
    "PromptError",
    "Tracker",
    "Video",
    "camera",
    "load",
    "read_masks",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'masklet' has no attribute {name!r}")
    return getattr(import_module(f"masklet.{_HOMES[name]}"), name)
