"""Clicking objects in annotated photos: how good a mask is after each click.

Shapes: N objects, H W the photo's own size, C clicks.
"""

import glob
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from masklet.errors import FormatError
from masklet.evaluate.region import region_similarity
from masklet.formats.davis import read_labels
from masklet.masks.clicks import Click, center_click
from masklet.media.picture_folder import pictures_in
from masklet.predict.image import Image, ImagePrompt, ImageResult
from masklet.predict.model import Model

SMALLEST_SHARE, LARGEST_SHARE = 0.001, 0.9
CLICKS = 5


class Photo(NamedTuple):
    """A picture file with its label maps, of which there may be several."""

    picture: Path
    maps: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class PhotoScores:
    """IoU of every object of one set of photos after 1, 2, ... clicks."""

    name: str
    photos: int
    ious: Float[np.ndarray, "N C"]

    @property
    def objects(self) -> int:
        """How many were clicked."""
        return len(self.ious)

    def at(self, clicks: int) -> float:
        """Mean IoU over the objects after so many clicks; NaN where there are no objects."""
        return float(self.ious[:, clicks - 1].mean()) if self.objects else float("nan")


def together(name: str, scores: Sequence[PhotoScores]) -> PhotoScores:
    """Several sets as one, every object counting alike."""
    return PhotoScores(
        name=name,
        photos=sum(part.photos for part in scores),
        ious=np.concatenate([part.ious for part in scores]),
    )


def photos_in(folder: str | Path, most: int | None = None) -> list[Photo]:
    """The photos ``<id>.webp`` of a folder with their maps ``<id>.<k>.png``.

    Args:
        folder: of one set.
        most: take so many, evenly spread over their names.

    Raises:
        MediaError: there is no such folder.
        FormatError: a photo without any map.
    """
    pictures = [path for path in pictures_in(folder) if path.suffix.lower() != ".png"]
    if most is not None and len(pictures) > most:
        pictures = [pictures[number * len(pictures) // most] for number in range(most)]
    return [Photo(path, _maps_of(path)) for path in pictures]


def objects_of(photo: Photo, *, most: int, seed: int = 0) -> list[Bool[np.ndarray, "H W"]]:
    """Masks of objects of all maps that cover 0.1 % to 90 % of the photo.

    Where there are more than ``most`` they are drawn at random, always the same for the same
    photo, seed and number.

    Raises:
        MediaError, FormatError: a map cannot be read.
    """
    found = [
        (labels, value)
        for labels in map(read_labels, photo.maps)
        for value, count in zip(*np.unique(labels, return_counts=True), strict=True)
        if value != 0 and SMALLEST_SHARE <= count / labels.size <= LARGEST_SHARE
    ]
    random = np.random.default_rng([seed, zlib.crc32(photo.picture.name.encode())])
    drawn = np.sort(random.permutation(len(found))[:most])
    return [found[number][0] == found[number][1] for number in drawn]


def score_photos(
    model: Model,
    name: str,
    photos: Sequence[Photo],
    *,
    objects: int = 5,
    clicks: int = CLICKS,
    seed: int = 0,
    seen: Callable[[Photo], None] = lambda _: None,
) -> PhotoScores:
    """Click up to ``objects`` objects in each photo; ``seen`` is told of each photo when done.

    Raises:
        MediaError, FormatError: a file cannot be read, or a map is not of its photo's size.
    """
    ious = [np.zeros((0, clicks))]
    for photo in photos:
        truths = objects_of(photo, most=objects, seed=seed)
        if truths:
            image = model.image(photo.picture)
            if truths[0].shape != image.size:
                raise FormatError(
                    f"{photo.maps[0]}: {truths[0].shape} came; wanted {tuple(image.size)}"
                )
            ious.append(click_ious(image, truths, clicks))
        seen(photo)
    return PhotoScores(name=name, photos=len(photos), ious=np.concatenate(ious))


@dataclass
class _Clicked:
    """One object on its way: what it is, what was clicked, and the answer so far."""

    truth: Bool[np.ndarray, "H W"]
    clicks: tuple[Click, ...] = ()
    answer: Bool[np.ndarray, "H W"] | None = None
    logits: Float[np.ndarray, "h w"] | None = None

    def prompt(self) -> ImagePrompt:
        return ImagePrompt(
            points=[(click.x, click.y) for click in self.clicks],
            labels=[click.label for click in self.clicks],
            mask=self.logits,
        )

    def take(self, result: ImageResult) -> None:
        self.answer, self.logits = result.best, result.logits[result.scores.argmax()]

    @property
    def iou(self) -> float:
        assert self.answer is not None
        return region_similarity(self.answer, self.truth)


def click_ious(
    image: Image, truths: Sequence[Bool[np.ndarray, "H W"]], clicks: int = CLICKS
) -> Float[np.ndarray, "N C"]:
    """IoU of each object after 1 .. ``clicks`` clicks, each into the worst error so far.

    The first click's mask is the best scored of three; later clicks come with all earlier ones
    and the logits of the answer before, and give one mask. Where nothing is wrong any more the
    answer stays.
    """
    objects = [_Clicked(truth) for truth in truths]
    ious = np.zeros((len(objects), clicks))
    for number in range(clicks):
        open_ = []
        for clicked in objects:
            click = center_click(clicked.answer, clicked.truth)
            if click is not None:
                clicked.clicks = (*clicked.clicks, click)
                open_.append(clicked)
        results = image.segment_batch([c.prompt() for c in open_], multimask=number == 0)
        for clicked, result in zip(open_, results, strict=True):
            clicked.take(result)
        ious[:, number] = [clicked.iou for clicked in objects]
    return ious


def _maps_of(picture: Path) -> tuple[Path, ...]:
    maps = tuple(sorted(picture.parent.glob(f"{glob.escape(picture.stem)}.*.png")))
    if not maps:
        raise FormatError(f"{picture}: no label map {picture.stem}.0.png came with it")
    return maps
