"""Packs folders of photos and videos into shards of small square pictures, ready to train from.

``python -m masklet.data.pack ROOT OUT`` reads ``ROOT/images/<set>/{train,val}`` and
``ROOT/davis-train`` and writes ``OUT/{train,val}-NNN.safetensors``. ``python -m masklet.data.pack
OUT --from davis/train=DAVIS --from sav=SAV`` packs datasets in the layouts that they come in.
"""

import argparse
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from jaxtyping import Integer, UInt8
from PIL import Image

from masklet.data.shards import Record, write_shard
from masklet.errors import FormatError, MaskletError
from masklet.values import Size

SPLITS = ("train", "val")
HELD_OUT_CLIPS = 5
EVALUATION_ONLY = "davis-dev"
SMALLEST_REGION, LARGEST_REGION = 0.001, 0.9
MOST_REGIONS = 255
INDEX_SHARE = 0.02


def refuse_evaluation_data(path: Path) -> None:
    """Raises FormatError if any part of ``path`` names data that is never trained on."""
    if EVALUATION_ONLY in str(path) or EVALUATION_ONLY in str(path.resolve()):
        raise FormatError(
            f"path: {path} is evaluation data ({EVALUATION_ONLY}); wanted data to train on"
        )


def compact_labels(labels: Integer[np.ndarray, "H W"]) -> UInt8[np.ndarray, "H W"]:
    """Labels renumbered 1, 2, ... from the largest region down, at most 255 of them.

    Regions under 0.1 % or over 90 % of the map become 0.
    """
    values, where, counts = np.unique(labels, return_inverse=True, return_counts=True)
    shares = counts / labels.size
    kept = (values != 0) & (shares >= SMALLEST_REGION) & (shares <= LARGEST_REGION)
    order = np.argsort(np.where(kept, -counts, 1), kind="stable")[: min(kept.sum(), MOST_REGIONS)]
    renumbered = np.zeros(len(values), dtype=np.uint8)
    renumbered[order] = np.arange(1, len(order) + 1)
    return renumbered[where].reshape(labels.shape)


def encode_picture(path: Path, side: int) -> bytes:
    """JPEG of the picture squashed to ``side`` x ``side`` with antialiasing."""
    stream = io.BytesIO()
    with Image.open(path) as picture:
        square = picture.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
    square.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def encode_map(path: Path, side: int) -> bytes:
    """8-bit PNG of the compacted label map squashed to ``side`` x ``side``, nearest pixel."""
    stream = io.BytesIO()
    with Image.open(path) as labels:
        compact = Image.fromarray(compact_labels(np.asarray(labels)))
    compact.resize((side, side), Image.Resampling.NEAREST).save(stream, "PNG")
    return stream.getvalue()


def encode_palette(path: Path, side: int) -> bytes:
    """8-bit PNG of a video's palette mask squashed to ``side`` x ``side``, values as they are."""
    stream = io.BytesIO()
    with Image.open(path) as labels:
        values = Image.fromarray(np.asarray(labels, dtype=np.uint8))
    values.resize((side, side), Image.Resampling.NEAREST).save(stream, "PNG")
    return stream.getvalue()


def read_size(path: Path) -> Size:
    """Height and width of a picture file."""
    with Image.open(path) as picture:
        return Size(picture.height, picture.width)


def photo_records(root: Path, split: str, side: int) -> Iterator[Record]:
    """Every photo of one split with its label maps, set by set in order of name."""
    for path in sorted((root / "images").glob(f"*/{split}/*.webp")):
        maps = sorted(path.parent.glob(f"{path.stem}.*.png"))
        for file in (path, *maps):
            refuse_evaluation_data(file)
        size = read_size(path)
        yield Record(
            kind="photo",
            source=path.parent.parent.name,
            name=path.stem,
            height=size.height,
            width=size.width,
            pictures=(encode_picture(path, side),),
            maps=tuple(encode_map(labels, side) for labels in maps),
        )


def clip_names(root: Path, split: str) -> list[str]:
    """Sequences of a split: the last five by name are held out for choosing."""
    names = sorted(path.name for path in (root / "davis-train/Annotations/480p").glob("*"))
    return names[:-HELD_OUT_CLIPS] if split == "train" else names[-HELD_OUT_CLIPS:]


def clip_records(root: Path, split: str, side: int) -> Iterator[Record]:
    """Every video of one split, each frame with its palette mask as a label map."""
    for name in clip_names(root, split):
        masks = sorted((root / "davis-train/Annotations/480p" / name).glob("*.png"))
        frames = [root / "davis-train/JPEGImages/480p" / name / f"{m.stem}.jpg" for m in masks]
        for path in (*masks, *frames):
            refuse_evaluation_data(path)
        size = read_size(frames[0])
        yield Record(
            kind="clip",
            source="davis-train",
            name=name,
            height=size.height,
            width=size.width,
            pictures=tuple(encode_picture(frame, side) for frame in frames),
            maps=tuple(encode_palette(mask, side) for mask in masks),
        )


def pack(root: Path, out: Path, *, side: int = 320, shard_bytes: int = 45_000_000) -> list[Path]:
    """Write every photo and clip under ``root`` to shards in ``out``; returns their paths.

    Raises:
        FormatError: ``root`` or ``out`` lies in data kept for evaluation, ``out`` holds shards
            already, or ``root`` holds nothing to pack.
    """
    refuse_evaluation_data(root)
    refuse_evaluation_data(out)
    out.mkdir(parents=True, exist_ok=True)
    if any(out.glob("*.safetensors")):
        raise FormatError(f"out: {out} holds shards already; wanted an empty folder")
    paths: list[Path] = []
    for split in SPLITS:
        records = chain(photo_records(root, split, side), clip_records(root, split, side))
        for number, held in enumerate(fill_shards(records, shard_bytes)):
            paths.append(out / f"{split}-{number:03d}.safetensors")
            write_shard(paths[-1], held)
    if not paths:
        raise FormatError(f"root: {root} holds no photos in images/ and no videos in davis-train/")
    return paths


def fill_shards(records: Iterable[Record], shard_bytes: int) -> Iterator[list[Record]]:
    """Records in their order, as many together as fit into ``shard_bytes`` with the index."""
    held: list[Record] = []
    weight = 0
    for record in records:
        if held and weight + record.weight > (1 - INDEX_SHARE) * shard_bytes:
            yield held
            held, weight = [], 0
        held.append(record)
        weight += record.weight
    if held:
        yield held


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m masklet.data.pack", description=__doc__)
    parser.add_argument("root", type=Path, nargs="?", help="folder with images/ and davis-train/")
    parser.add_argument("out", type=Path, help="folder to write the shards to")
    how = "a dataset as KIND=PATH or KIND/SPLIT=PATH, such as sav=DIR; again for each"
    parser.add_argument("--from", dest="train", action="append", default=[], help=how)
    parser.add_argument("--val", action="append", default=[], help="likewise, to measure on")
    tars = "write tar files of whole pictures, to read or stream elsewhere, in place of shards"
    parser.add_argument("--tars", action="store_true", help=tars)
    parser.add_argument("--every", type=int, default=1, help="every N-th annotated frame of videos")
    parser.add_argument("--side", type=int, default=320, help="pixels of the square pictures")
    parser.add_argument("--shard-mb", type=int, default=45, help="largest shard in megabytes")
    chosen = parser.parse_args()
    if (chosen.root is None) == (not chosen.train):
        parser.error("wanted either ROOT, or --from once or more")
    if min(chosen.every, chosen.side, chosen.shard_mb) < 1:
        parser.error("--every, --side and --shard-mb: wanted 1 or more")
    return chosen


def pack_named(chosen: argparse.Namespace, shard_bytes: int) -> list[Path]:
    """Datasets by name, as shards or as tar files. Raises MediaError, FormatError."""
    from masklet.data.mixing.spec import parse_unweighted
    from masklet.data.packing.records import pack_sets
    from masklet.data.tars.write import write_tars

    splits = {
        "train": [parse_unweighted(text) for text in chosen.train],
        "val": [parse_unweighted(text) for text in chosen.val],
    }
    out, every = chosen.out, chosen.every
    if chosen.tars:
        return write_tars(splits, out, shard_bytes=shard_bytes, every=every)
    done = pack_sets(splits, out, side=chosen.side, shard_bytes=shard_bytes, every=every)
    print(f"{done.packed} clips; {done.left_out} more have no object that is large enough")
    return done.paths


def main() -> None:
    """Pack, and say what was written."""
    chosen = read_options()
    shard_bytes = chosen.shard_mb * 1_000_000
    try:
        if chosen.root is not None:
            paths = pack(chosen.root, chosen.out, side=chosen.side, shard_bytes=shard_bytes)
        else:
            paths = pack_named(chosen, shard_bytes)
    except MaskletError as error:
        raise SystemExit(f"masklet.data.pack: {error}") from error
    for path in paths:
        print(f"{path}  {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
