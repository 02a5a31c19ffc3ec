"""Results to look at or to edit with: overlay videos, and cut-outs as a video or as pictures."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Bool

from masklet.draw.cutout import cutout
from masklet.draw.overlay import overlay
from masklet.errors import MediaError
from masklet.formats.mattes import NOTE, first_frame_note
from masklet.formats.objects import ObjectNumbers
from masklet.masks.palette import Colour, overlay_colour
from masklet.media.atomic import make_empty_folder
from masklet.media.pictures import write_picture
from masklet.media.timing import Times
from masklet.media.writers import AlphaWriter, VideoWriter
from masklet.values import FrameResult, ObjectId, Picture, Size


class OverlayWriter:
    """An mp4 of the pictures with their masks laid over them, in the order they are added.

    An object keeps its colour. Labels show where there are several objects or where one has a
    name; objects without a mask on a frame are then noted as hidden.

    Args:
        path: the target.
        size: height and width of the frames.
        fps: frames a second.
        times: seconds at which each frame of the source is shown, where they are uneven.
        colours: RGB of objects; distinct ones by default.

    Raises:
        MediaError: the folder cannot be written to.
    """

    note: str | None = None

    def __init__(
        self,
        path: str | Path,
        *,
        size: Size,
        fps: float,
        times: Times | None = None,
        colours: Mapping[ObjectId, Colour] | None = None,
    ) -> None:
        self._video = VideoWriter(path, size, fps, times=times)
        self._numbers = ObjectNumbers()
        self._colours = colours or {}

    def annotate(self, key: str, text: str) -> None:
        """Says something in the file's metadata, before the first frame; an mp4 keeps only the
        usual keys, such as ``comment``."""
        self._video.annotate(key, text)

    def add(self, result: FrameResult, picture: Picture | None = None) -> None:
        """Adds one frame with its picture. Raises MediaError where one cannot be written."""
        numbers = self._numbers.see(result.objects)
        ids = [str(key) for key in result.objects]
        labelled = len(self._numbers) > 1 or any(isinstance(key, str) for key in result.objects)
        colours = [
            self._colours.get(key, overlay_colour(number - 1))
            for key, number in zip(result.objects, numbers, strict=True)
        ]
        drawn = overlay(
            _needed(picture, result),
            result.masks,
            colours=colours,
            labels=ids if labelled else None,
        )
        self._video.add(drawn, result.index)

    def close(self) -> None:
        """Finishes the video. Raises MediaError where it cannot be written."""
        self._video.close()

    def __enter__(self) -> "OverlayWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._video.__exit__(kind, *rest)


class CutoutWriter:
    """All objects together, cut out, with alpha: a ProRes 4444 mov or a VP9 webm.

    The file notes the number of its first frame.

    Args:
        path: the target.
        size: height and width of the frames.
        fps: frames a second.
        times: seconds at which each frame of the source is shown, where they are uneven.
        web: a webm instead of a mov.

    Raises:
        MediaError: the folder cannot be written to.
    """

    note: str | None = None

    def __init__(
        self,
        path: str | Path,
        *,
        size: Size,
        fps: float,
        times: Times | None = None,
        web: bool = False,
    ) -> None:
        self._video = AlphaWriter(path, size, fps, times=times, web=web)
        self._begun = False

    def annotate(self, key: str, text: str) -> None:
        """Says something in the file's metadata, before the first frame."""
        self._video.annotate(key, text)

    def add(self, result: FrameResult, picture: Picture | None = None) -> None:
        """Adds one frame with its picture. Raises MediaError where one cannot be written."""
        cut = cutout(_needed(picture, result), _union(result))
        if not self._begun:
            self._video.annotate(NOTE, first_frame_note(result.index))
            self._begun = True
        self._video.add(cut, result.index)

    def close(self) -> None:
        """Finishes the video. Raises MediaError where it cannot be written."""
        self._video.close()

    def __enter__(self) -> "CutoutWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._video.__exit__(kind, *rest)


class CutoutFolderWriter:
    """A folder of RGBA PNGs, ``00000.png`` and so on, of all objects together, cut out.

    Args:
        folder: made where it does not exist.

    Raises:
        MediaError: the folder holds pictures already, or cannot be written to.
    """

    note: str | None = None

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._notes: dict[str, str] = {}
        make_empty_folder(self._folder)

    def annotate(self, key: str, text: str) -> None:
        """Says something in every picture to come; ``comment`` is what PNG calls ``Comment``."""
        self._notes[key.title()] = text

    def add(self, result: FrameResult, picture: Picture | None = None) -> None:
        """Adds one frame with its picture. Raises MediaError where one cannot be written."""
        cut = cutout(_needed(picture, result), _union(result))
        write_picture(self._folder / f"{result.index:05d}.png", cut, notes=self._notes)

    def close(self) -> None:
        """Every picture is in its place already."""

    def __enter__(self) -> "CutoutFolderWriter":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _needed(picture: Picture | None, result: FrameResult) -> Picture:
    """The picture, which these writers cannot do without."""
    if picture is None:
        raise MediaError(f"picture: none came with frame {result.index}; this output needs it")
    if np.shape(picture)[:2] != result.size:
        came, wanted = list(np.shape(picture)), list(result.size)
        raise MediaError(f"picture: {came} came with frame {result.index}; wanted {wanted}")
    return picture


def _union(result: FrameResult) -> Bool[np.ndarray, "H W"]:
    """Where any object is."""
    return np.logical_or.reduce(result.masks, axis=0, initial=False)
