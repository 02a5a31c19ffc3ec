"""A folder of pictures, without masks, to learn an image encoder from; read by worker processes.

A row depends on the recipe's seed, its step and its place alone, as those of a mix do.
"""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from jaxtyping import UInt8
from PIL import Image

from masklet.data.mixing.order import Passes
from masklet.data.pack import refuse_evaluation_data
from masklet.data.photos import PhotoBatch
from masklet.data.seeds import generator_of, seed_of
from masklet.errors import FormatError, MediaError
from masklet.media.picture_folder import natural_key
from masklet.media.pictures import PICTURE_SUFFIXES, read_picture
from masklet.train.draws import Share
from masklet.train.feed import Ahead, Feed
from masklet.train.folders import owner_of
from masklet.train.mixed.feed import RowFeed
from masklet.train.mixed.rows import StepRows
from masklet.train.recipes import Recipe
from masklet.values import Picture

ORDER_SALT, ROW_SALT = 7, 8
HELD = frozenset({"val", "valid", "validation"})
PASSED_OVER = frozenset({"test", "masks", "labels", "annotations"})
HELD_SHARE, LEAST_HELD = 0.1, 2
LEAST_AREA, MOST_STRETCH = 0.2, 4 / 3
"""Of a crop: its share of the picture, and how much wider than high it may be, or the reverse."""


@dataclass(frozen=True)
class PlainPicture:
    """A picture file."""

    path: Path
    name: str

    def picture(self) -> Picture:
        """RGB, upright. Raises MediaError."""
        return read_picture(self.path)


@dataclass(frozen=True, kw_only=True)
class PictureFolder:
    """Pictures to learn from and pictures to measure on."""

    train: tuple[PlainPicture, ...]
    val: tuple[PlainPicture, ...]


def read_pictures(folder: Path) -> PictureFolder:
    """Find the pictures in a folder, however deep; nothing is decoded yet.

    Those in a folder ``val`` are to measure on; where there is none, a tenth, drawn by a hash of
    the names. Label maps, which are PNG files named as a picture beside them, are no pictures, and
    folders named test, masks, labels or annotations are passed over.

    Raises:
        MediaError: there is no such folder.
        FormatError: there are too few pictures, or it is data kept for evaluation.
    """
    refuse_evaluation_data(folder)
    if not folder.is_dir():
        raise MediaError(f"data: {folder} is no folder; wanted one with pictures")
    found = [path for path in folder.rglob("*") if _is_wanted(path.relative_to(folder))]
    for path in found:
        refuse_evaluation_data(path)
    photos = [
        PlainPicture(path, path.relative_to(folder).as_posix())
        for path in sorted(set(found) - _label_maps(found), key=lambda path: natural_key(str(path)))
    ]
    val = {photo for photo in photos if HELD & set(Path(photo.name.lower()).parent.parts)}
    if not val:
        by_hash = sorted(photos, key=lambda photo: (zlib.crc32(photo.name.encode()), photo.name))
        val = set(by_hash[: max(LEAST_HELD, round(HELD_SHARE * len(photos)))])
    train = tuple(photo for photo in photos if photo not in val)
    if not train:
        raise FormatError(
            f"data: {folder} holds {len(photos)} pictures, of which {len(val)} are put aside to "
            "measure on; wanted more"
        )
    return PictureFolder(train=train, val=tuple(photo for photo in photos if photo in val))


def _is_wanted(path: Path) -> bool:
    parts = path.parts
    hidden = any(part.startswith(".") for part in parts)
    passed = PASSED_OVER & {part.lower() for part in parts[:-1]}
    return path.suffix.lower() in PICTURE_SUFFIXES and not hidden and not passed


def _label_maps(paths: Sequence[Path]) -> set[Path]:
    """PNG files that are masks of another picture by their names."""
    stems: dict[Path, set[str]] = {}
    for path in paths:
        stems.setdefault(path.parent, set()).add(path.stem)
    others = {path.with_suffix("") for path in paths if path.suffix.lower() != ".png"}
    return {
        path
        for path in paths
        if path.suffix.lower() == ".png"
        and (
            path.with_suffix("") in others
            or owner_of(path.stem, stems[path.parent] - {path.stem}) is not None
        )
    }


class PictureRows(StepRows):
    """Crops of pictures by step and row; all pictures come before one comes again."""

    def __init__(self, recipe: Recipe, photos: Sequence[PlainPicture]) -> None:
        self.recipe = recipe
        self.photos = photos

    @cached_property
    def passes(self) -> Passes:
        """The order of pictures."""
        return Passes(seed_of(self.recipe.seed, ORDER_SALT), np.ones(len(self.photos)))

    def count(self, step: int) -> int:  # noqa: ARG002 - as of a mix, whose steps differ
        """How many rows a step has in all processes."""
        return self.recipe.pictures.batch

    def row(self, step: int, row: int) -> PhotoBatch:
        """A batch of one picture without objects. Raises MediaError."""
        number = step * self.count(step) + row
        photo = self.photos[self.passes.at(number)]
        generator = generator_of(self.recipe.seed, ROW_SALT, step, row)
        mirrored = self.recipe.augment.mirrored
        size = self.recipe.pictures.size
        crop = random_crop(photo.picture(), size, generator, mirrored=mirrored)
        pixels = torch.from_numpy(crop).permute(2, 0, 1)[None].float() / 255
        nothing = torch.zeros(1, 0, dtype=torch.bool)
        return PhotoBatch(pixels, nothing[..., None, None].expand(1, 0, size, size), nothing)


@dataclass(frozen=True, eq=False, kw_only=True)
class PictureMaterial:
    """Picture files to learn from, and how many processes read them; without any, a thread does."""

    photos: Sequence[PlainPicture]
    device: torch.device
    workers: int = 0

    def feed(self, recipe: Recipe, share: Share) -> Feed:
        """What hands out batches."""
        rows, steps = PictureRows(recipe, self.photos), recipe.schedule.steps
        return Ahead(RowFeed(rows, steps, share, self.device, workers=self.workers), steps)

    def primers(self, recipe: Recipe, count: int, generator: torch.Generator) -> PhotoBatch:  # noqa: ARG002
        """Raises FormatError: there are no objects in such pictures."""
        raise FormatError("data: pictures without masks came; memory needs objects to be set up")


def random_crop(
    picture: Picture, size: int, generator: torch.Generator, *, mirrored: float
) -> UInt8[np.ndarray, "s s 3"]:
    """A part of the picture resized to a square: a fifth of it or more, somewhat wide or high.

    As MAE crops (arXiv 2111.06377, appendix A.1), but that a part too wide or high is cut off.
    """
    area, stretch, x, y, turn = torch.rand(5, generator=generator).tolist()
    height, width = picture.shape[:2]
    root = math.sqrt(LEAST_AREA + (1 - LEAST_AREA) * area)
    wider = math.sqrt(MOST_STRETCH) ** (2 * stretch - 1)
    crop_width, crop_height = min(root * wider, 1) * width, min(root / wider, 1) * height
    left, top = x * (width - crop_width), y * (height - crop_height)
    box = (left, top, left + crop_width, top + crop_height)
    square = Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR, box=box)
    pixels = np.array(square)
    return np.ascontiguousarray(pixels[:, ::-1]) if turn < mirrored else pixels
