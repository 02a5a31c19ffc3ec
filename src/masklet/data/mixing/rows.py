"""One row of a batch at a time, read from files: each a function of its seed and number alone.

Letters of shapes: T frames, K objects, L layers, S side in pixels.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import UInt8

from masklet.data.augment import USUAL, Augment
from masklet.data.clips import ClipBatch, Footage, box_of, pick_frames, warp_clips
from masklet.data.dice import Dice
from masklet.data.mixing.mix import Mix
from masklet.data.mixing.order import Order, Pick
from masklet.data.mosaic import mosaic
from masklet.data.packing.squares import Squares, squash
from masklet.data.photos import PhotoBatch, sample_photos
from masklet.data.pool import Photos, Pool, make_pool
from masklet.data.pseudo import sample_pseudo_clips
from masklet.data.seeds import BLOCK, seed_of
from masklet.errors import FormatError

PHOTOS_SALT, VIDEOS_SALT, CAST_SALT = 1, 2, 3
CAST = 3
"""Photos that a pseudo-clip is made of: one behind, the others for what is pasted."""
ATTEMPTS = 8
SOURCE = "mix"


class Drawn(NamedTuple):
    """Frames of a video, the objects that the first one shows."""

    squares: Squares
    objects: UInt8[np.ndarray, "N 2"]


class Rows:
    """Reads rows of batches from a mix.

    A clip that shows no object gives way to another one, drawn at random; after eight such in a
    row there is an error. Files that cannot be used are an error at once.

    Args:
        seed: of the order of clips.
        how: pictures are changed.
    """

    def __init__(self, mix: Mix, seed: int, how: Augment = USUAL) -> None:
        self.mix = mix
        self.seed = seed
        self.how = how

    @cached_property
    def photo_order(self) -> Order:
        """The order of photos."""
        return self.mix.photos.order(seed_of(self.seed, PHOTOS_SALT))

    @cached_property
    def cast_order(self) -> Order:
        """The order of photos that pseudo-clips are made of."""
        return self.mix.photos.order(seed_of(self.seed, CAST_SALT))

    @cached_property
    def video_order(self) -> Order:
        """The order of videos."""
        return self.mix.videos.order(seed_of(self.seed, VIDEOS_SALT))

    def photo(
        self, number: int, generator: torch.Generator, *, objects: int, size: int
    ) -> PhotoBatch:
        """Photo ``number`` of the order, warped. Raises MediaError, FormatError."""
        pool = pool_of([self._photo(self.photo_order, number, generator)])
        return sample_photos(pool, generator, 1, objects, size, how=self.how)

    def pseudo(
        self, number: int, generator: torch.Generator, *, frames: int, objects: int, size: int
    ) -> ClipBatch:
        """A clip made of photos ``3 * number`` to ``3 * number + 2`` of an order of their own.

        Raises:
            MediaError, FormatError: a file cannot be used.
        """
        numbers = range(CAST * number, CAST * (number + 1))
        cast = [self._photo(self.cast_order, each, generator) for each in numbers]
        clip = sample_pseudo_clips(pool_of(cast), generator, 1, frames, objects, size, how=self.how)
        return mosaic(clip, generator, share=self.how.mosaic)

    def real(
        self, number: int, generator: torch.Generator, *, frames: int, objects: int, size: int
    ) -> ClipBatch:
        """Frames of video ``number`` of the order, warped alike. Raises MediaError, FormatError."""
        dice = Dice(generator, torch.device("cpu"))
        squares, labelled = self._video(number, dice, frames)
        chosen = labelled[dice.uniform((len(labelled),)).argsort().numpy()]
        chosen = np.tile(chosen, (-(-objects // len(chosen)), 1))[:objects]
        masks = np.stack([squares.layers[layer] == value for layer, value in chosen], axis=1)
        pictures = torch.from_numpy(squares.pictures).permute(0, 3, 1, 2)
        tracked = torch.from_numpy(masks)
        footage = Footage(pictures, torch.arange(frames), tracked, box_of(tracked[0, 0]))
        clip = warp_clips(dice, [footage], size, self.how)
        return mosaic(clip, generator, share=self.how.mosaic)

    def _photo(self, order: Order, number: int, generator: torch.Generator) -> Squares:
        for attempt in range(ATTEMPTS):
            pick = picked(order, number, generator, attempt)
            clip = self.mix.photos.read(pick, self.mix.photos.annotated(pick))
            squares = squash(clip, self.mix.side)
            if len(squares.layers):
                return squares
        raise FormatError(f"data: {ATTEMPTS} photos in a row have no object that is large enough")

    def _video(self, number: int, dice: Dice, frames: int) -> Drawn:
        for attempt in range(ATTEMPTS):
            pick = picked(self.video_order, number, dice.generator, attempt // 2)
            annotated = self.mix.videos.annotated(pick)
            numbers = pick_frames(len(annotated), frames, dice, self.how.backwards)
            wanted = [annotated[number] for number in numbers]
            squares = squash(self.mix.videos.read(pick, wanted), self.mix.side)
            found = [
                (layer, value)
                for layer, labels in enumerate(squares.layers)
                for value in np.unique(labels[0])
                if value
            ]
            if found:
                return Drawn(squares, np.array(found, dtype=np.uint8))
        raise FormatError(f"data: {ATTEMPTS} clips in a row show no object in their first frame")


def picked(order: Order, number: int, generator: torch.Generator, attempt: int) -> Pick:
    """The clip of a number, or at later attempts any other."""
    if attempt:
        number = int(torch.randint(BLOCK, (), generator=generator))
    return order.at(number)


def pool_of(photos: list[Squares]) -> Pool:
    """A pool of a few photos, from which all is drawn alike."""
    maps = [photo.layers[:, 0] for photo in photos]
    pictures = np.stack([photo.pictures[0].transpose(2, 0, 1) for photo in photos])
    return make_pool(
        Photos(
            pictures=np.ascontiguousarray(pictures),
            maps=np.concatenate(maps),
            map_photo=np.repeat(np.arange(len(photos)), [len(each) for each in maps]),
            sources=(SOURCE,) * len(photos),
        ),
        (),
        pasted_sets=(SOURCE,),
    )
