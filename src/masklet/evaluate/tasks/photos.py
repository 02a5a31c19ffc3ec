"""Clicking objects in annotated pictures: how good a mask is after each click."""

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np

from masklet.data.readers.annotated import AnnotatedVideo, Mask
from masklet.errors import FormatError, PromptError
from masklet.evaluate.methods.method import Method
from masklet.evaluate.tasks.blocks import Section
from masklet.evaluate.tasks.photo_section import photo_section
from masklet.evaluate.tasks.played import Plain
from masklet.formats.davis import read_labels
from masklet.media.picture_folder import pictures_in
from masklet.media.pictures import read_picture
from masklet.predict.clicking import CLICKS, click_ious, drawn, is_asked_for
from masklet.values import Picture, Size

T = TypeVar("T")


@runtime_checkable
class AnnotatedPhoto(Protocol):
    """A picture with the masks of objects in it."""

    @property
    def name(self) -> str:
        """Unique within the task."""
        ...

    @property
    def group(self) -> str:
        """The set it belongs to."""
        ...

    @property
    def of_video(self) -> bool:
        """Whether it is a frame of a video."""
        ...

    def picture(self) -> Picture:
        """RGB. Raises MediaError."""
        ...

    def masks(self, size: Size) -> list[Mask]:
        """The masks of its objects, of the picture's size.

        Raises:
            MediaError, FormatError: a file cannot be read, or is of another size.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class LabelledPhoto:
    """A picture file with its label maps, of which there may be several."""

    group: str
    path: Path
    maps: tuple[Path, ...]
    of_video = False

    @property
    def name(self) -> str:
        """The set and the file."""
        return f"{self.group}/{self.path.stem}"

    def picture(self) -> Picture:
        """RGB. Raises MediaError."""
        return read_picture(self.path)

    def masks(self, size: Size) -> list[Mask]:
        """Every label of every map that covers 0.1 % to 90 % of the photo, map by map."""
        found = []
        for path in self.maps:
            labels = read_labels(path)
            if labels.shape != size:
                raise FormatError(f"{path}: {labels.shape} came; wanted {tuple(size)}")
            masks = [labels == value for value in np.unique(labels) if value != 0]
            found += [mask for mask in masks if is_asked_for(mask)]
        return found


@dataclass(frozen=True, kw_only=True)
class FramePhoto:
    """One annotated frame of a video, taken as a picture."""

    group: str
    video: AnnotatedVideo
    frame: int
    of_video = True

    @property
    def name(self) -> str:
        """The set, the video and the frame."""
        return f"{self.group}/{self.video.name}/{self.frame:05d}"

    def picture(self) -> Picture:
        """RGB. Raises MediaError."""
        return self.video.picture(self.frame)

    def masks(self, size: Size) -> list[Mask]:
        """The objects visible there that cover 0.1 % to 90 % of the frame."""
        truth = self.video.truth(self.frame)
        assert truth.size == size
        return [mask for mask in truth.masks.values() if is_asked_for(mask)]


def photos_in(folder: str | Path, group: str, most: int | None = None) -> list[LabelledPhoto]:
    """The photos ``<id>.webp`` of a folder with their maps ``<id>.<k>.png``.

    Args:
        folder: of one set.
        group: the set's name.
        most: take so many, evenly spread over their names.

    Raises:
        MediaError: there is no such folder.
        FormatError: a photo without any map.
    """
    pictures = [path for path in pictures_in(folder) if path.suffix.lower() != ".png"]
    return [
        LabelledPhoto(group=group, path=path, maps=_maps_of(path))
        for path in spread(pictures, most)
    ]


def frames_of(videos: Sequence[AnnotatedVideo], group: str, most: int = 4) -> list[FramePhoto]:
    """Annotated frames of videos, ``most`` of each, evenly spread."""
    return [
        FramePhoto(group=group, video=video, frame=frame)
        for video in videos
        for frame in spread(video.annotated, most)
    ]


def spread(items: Sequence[T], most: int | None) -> list[T]:
    """``most`` of the items, evenly spread over their order; all if None or fewer."""
    if most is None or len(items) <= most:
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]


@dataclass(frozen=True, kw_only=True)
class PhotoTask:
    """Click objects in pictures, each click into the largest error (SA-23 style).

    Attributes:
        objects: of a picture at most; where there are more they are drawn at random, always the
            same for one picture.
        clicks: on each object.
    """

    objects: int = 5
    clicks: int = CLICKS

    @property
    def name(self) -> str:
        """The folder of its results."""
        return "photos"

    def play(self, method: Method, item: AnnotatedPhoto) -> dict[str, Any]:
        """IoU of each object after 1, 2, ... clicks.

        Raises:
            PromptError: the method has no image model.
            MediaError, FormatError: a file cannot be read, or a map is not of its photo's size.
        """
        if method.pictures is None:
            raise PromptError(f"{method.name} takes no clicks in single pictures")
        picture = item.picture()
        truths = drawn(item.masks(Size(*picture.shape[:2])), item.name, self.objects)
        ious = np.zeros((0, self.clicks))
        if truths:
            ious = click_ious(method.pictures.image(picture), truths, self.clicks)
        return {
            "photo": item.name,
            "group": item.group,
            "of_video": item.of_video,
            "ious": ious.tolist(),
        }

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """Mean IoU by set, over images, over frames of videos, and over all."""
        return photo_section(self.name, results)


def _maps_of(picture: Path) -> tuple[Path, ...]:
    maps = tuple(sorted(picture.parent.glob(f"{glob.escape(picture.stem)}.*.png")))
    if not maps:
        raise FormatError(f"{picture}: no label map {picture.stem}.0.png came with it")
    return maps
