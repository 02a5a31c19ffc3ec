"""Datasets of any kind packed into the shards of a pool."""

import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from masklet.data.mixing.spec import SetSpec
from masklet.data.pack import fill_shards, refuse_evaluation_data
from masklet.data.packing.squares import squash
from masklet.data.readers.clip_set import ClipSet
from masklet.data.shards import Record, write_shard
from masklet.errors import FormatError

QUALITY = 90


class PackedSets(NamedTuple):
    """The shards, how many clips are in them, and how many had no object large enough."""

    paths: list[Path]
    packed: int
    left_out: int


def pack_sets(
    splits: Mapping[str, Sequence[SetSpec]],
    out: Path,
    *,
    side: int = 320,
    shard_bytes: int = 45_000_000,
    every: int = 1,
) -> PackedSets:
    """Write every clip of some datasets to shards in ``out``.

    Args:
        splits: the datasets of "train" and of "val".
        every: of a video, take every so many-th annotated frame.

    Raises:
        MediaError, FormatError: a file of a dataset cannot be used, ``out`` holds shards already,
            or there is no object in any of them.
    """
    refuse_evaluation_data(out)
    if any(out.glob("*.safetensors")):
        raise FormatError(f"out: {out} holds shards already; wanted an empty folder")
    opened = {split: [(spec, spec.open()) for spec in specs] for split, specs in splits.items()}
    out.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    packed = 0
    for split, sets in opened.items():
        records = chain.from_iterable(
            records_of(found, spec.kind, side, every=every) for spec, found in sets
        )
        for number, held in enumerate(fill_shards(records, shard_bytes)):
            paths.append(out / f"{split}-{number:03d}.safetensors")
            write_shard(paths[-1], held)
            packed += len(held)
    if not paths:
        raise FormatError("from: no object that is large enough came; wanted one or more")
    every_clip = sum(len(found) for sets in opened.values() for _, found in sets)
    return PackedSets(paths, packed, every_clip - packed)


def records_of(found: ClipSet, source: str, side: int, *, every: int = 1) -> Iterator[Record]:
    """Every clip that has an object large enough, in order. Raises MediaError, FormatError."""
    for index in range(len(found)):
        frames = found.annotated(index)
        clip = found.read(index, frames[::every])
        squares = squash(clip, side)
        if not len(squares.layers):
            continue
        size = clip.truths[0].size
        yield Record(
            kind="photo" if len(frames) == 1 else "clip",
            source=source,
            name=clip.name,
            height=size.height,
            width=size.width,
            pictures=tuple(encoded(picture, "JPEG") for picture in squares.pictures),
            maps=tuple(encoded(each, "PNG") for layer in squares.layers for each in layer),
        )


def encoded(pixels: UInt8[np.ndarray, "S S *rgb"], kind: str) -> bytes:
    """A picture as JPEG, or a label map as PNG."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, quality=QUALITY)
    return stream.getvalue()
