"""A folder's pictures packed into shards of a run, once, to train from as from any others."""

import hashlib
import io
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from masklet.data.pack import compact_labels, fill_shards
from masklet.data.shards import Record, write_shard
from masklet.errors import FormatError
from masklet.train.folders import Domain, DomainPhoto
from masklet.values import Picture

SHARD_BYTES = 45_000_000
NOTE = "packed.json"
GRAIN, FINEST = 32, 2


@dataclass(frozen=True, kw_only=True)
class Packed:
    """What was packed.

    Attributes:
        source: a hash of the files that it was packed from, and of how.
        side: of the square pictures.
        photos: to train on.
        objects: in them.
        left_out: objects that cover less than 0.1 % or more than 90 % of their picture.
    """

    source: str
    side: int
    photos: int
    objects: int
    left_out: int


def pack_domain(domain: Domain, out: Path, *, size: int, begun: bool) -> Packed:
    """Pack the pictures to train on into ``out``, unless they are there already.

    Args:
        size: side of the pictures in training; they are packed at up to twice that, so that a zoom
            finds detail.
        begun: a run has begun with what is there, which must not change any more.

    Raises:
        MediaError, FormatError: a file cannot be used, no object is large enough, or the folder
            is not what it was when the run began.
    """
    source, there = fingerprint(domain, size), _there(out)
    if there is not None and there.source == source:
        return there
    if there is not None and begun:
        raise FormatError(
            f"data: {domain.folder} or --size has changed since the run of {out.parent} began; "
            "choose another --output, or remove that folder"
        )
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        packed = _write(domain, part, source, size)
        if _there(out) != packed:  # another process that trains along may have been quicker
            shutil.rmtree(out, ignore_errors=True)
            part.replace(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return packed


def _there(out: Path) -> Packed | None:
    """What lies packed in a folder, whole."""
    note = out / NOTE
    return Packed(**json.loads(note.read_text(encoding="utf-8"))) if note.exists() else None


def fingerprint(domain: Domain, size: int) -> str:
    """Changes with any file's name, length or time, with the split and with ``size``."""
    digest = hashlib.sha256(f"{size}\n".encode())
    for split in (domain.train, domain.val):
        for photo in split:
            stats = [(path.name, path.stat()) for path in photo.files]
            facts = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
            digest.update(f"{photo.name} {facts} {getattr(photo, 'parts', '')}\n".encode())
        digest.update(b"\n")
    return digest.hexdigest()


def _write(domain: Domain, out: Path, source: str, size: int) -> Packed:
    side = packing_side(domain.train, size)
    counted = Counted()
    records = (counted.add(photo, side) for photo in domain.train)
    for number, held in enumerate(fill_shards(records, SHARD_BYTES)):
        write_shard(out / f"train-{number:03d}.safetensors", held)
    if counted.objects == 0:
        raise FormatError(
            f"data: none of the {counted.left_out} objects in {domain.folder} covers 0.1 % to 90 % "
            "of its picture; wanted some that do"
        )
    packed = Packed(
        source=source,
        side=side,
        photos=len(domain.train),
        objects=counted.objects,
        left_out=counted.left_out,
    )
    (out / NOTE).write_text(json.dumps(asdict(packed)), encoding="utf-8")
    return packed


def packing_side(photos: Sequence[DomainPhoto], size: int) -> int:
    """The usual length of the pictures' longer side, ``size`` at least and twice that at most."""
    sides = [_longer_side(photo.files[0]) for photo in photos]
    usual = round(median(sides) / GRAIN) * GRAIN
    return min(max(usual, size), FINEST * size)


@dataclass
class Counted:
    """Packs pictures and counts their objects."""

    objects: int = 0
    left_out: int = 0

    def add(self, photo: DomainPhoto, side: int) -> Record:
        """One picture with its maps. Raises MediaError, FormatError."""
        picture = photo.picture()
        maps = []
        for labels in photo.maps():
            compact = compact_labels(labels)
            kept = int(compact.max())
            self.objects += kept
            self.left_out += int(np.count_nonzero(np.unique(labels))) - kept
            maps.append(_png(Image.fromarray(compact), side))
        height, width = picture.shape[:2]
        return Record(
            kind="photo",
            source=photo.name.rpartition("/")[0],
            name=photo.name.rpartition("/")[2],
            height=height,
            width=width,
            pictures=(_jpeg(picture, side),),
            maps=tuple(maps),
        )


def _jpeg(picture: Picture, side: int) -> bytes:
    stream = io.BytesIO()
    square = Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR)
    square.save(stream, "JPEG", quality=95)
    return stream.getvalue()


def _png(labels: Image.Image, side: int) -> bytes:
    stream = io.BytesIO()
    labels.resize((side, side), Image.Resampling.NEAREST).save(stream, "PNG")
    return stream.getvalue()


def _longer_side(path: Path) -> int:
    try:
        with Image.open(path) as picture:
            return max(picture.size)
    except (OSError, SyntaxError, ValueError) as error:
        raise FormatError(f"{path} cannot be read as a picture: {error}") from error
