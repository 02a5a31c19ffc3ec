"""Writing clips into tar files of about one size."""

import io
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from masklet.data.mixing.spec import SetSpec
from masklet.data.pack import refuse_evaluation_data
from masklet.data.readers.clip_set import ClipSet
from masklet.data.tars.samples import files_of
from masklet.errors import FormatError

BLOCK = 512


def write_tars(
    splits: Mapping[str, Sequence[SetSpec]],
    out: Path,
    *,
    shard_bytes: int = 500_000_000,
    every: int = 1,
) -> list[Path]:
    """Write every clip of some datasets to ``out/SPLIT-00000.tar`` and so on; returns their paths.

    Args:
        splits: the datasets of each split, such as "train".
        shard_bytes: a file is closed before it grows beyond that, unless one clip alone does.
        every: of a video, take every so many-th annotated frame.

    Raises:
        MediaError, FormatError: a file of a dataset cannot be used, or ``out`` holds tar files.
        OSError: the folder cannot be written to.
    """
    refuse_evaluation_data(out)
    if any(out.glob("*.tar")):
        raise FormatError(f"out: {out} holds tar files already; wanted an empty folder")
    opened = {split: [(spec, spec.open()) for spec in specs] for split, specs in splits.items()}
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for split, sets in opened.items():
        samples = (
            named for spec, found in sets for named in samples_of(found, spec.kind, every=every)
        )
        for number, held in enumerate(_filled(samples, shard_bytes)):
            paths.append(out / f"{split}-{number:05d}.tar")
            _write(paths[-1], held)
    return paths


def samples_of(found: ClipSet, kind: str, *, every: int = 1) -> Iterator[dict[str, bytes]]:
    """Every clip as files by their whole names, in order. Raises MediaError, FormatError."""
    for index in range(len(found)):
        clip = found.read(index, found.annotated(index)[::every])
        name = re.sub(r"[^A-Za-z0-9_-]", "_", clip.name)
        key = f"{kind}-{index:07d}-{name}"
        yield {f"{key}.{rest}": data for rest, data in files_of(clip).items()}


def _filled(
    samples: Iterator[dict[str, bytes]], shard_bytes: int
) -> Iterator[list[dict[str, bytes]]]:
    """Samples in their order, as many together as fit."""
    held: list[dict[str, bytes]] = []
    weight = 0
    for sample in samples:
        size = sum(BLOCK + -(-len(data) // BLOCK) * BLOCK for data in sample.values())
        if held and weight + size > shard_bytes:
            yield held
            held, weight = [], 0
        held.append(sample)
        weight += size
    if held:
        yield held


def _write(path: Path, samples: list[dict[str, bytes]]) -> None:
    """The same bytes for the same samples, whole or not at all."""
    part = path.with_suffix(".part")
    with tarfile.open(part, "w", format=tarfile.USTAR_FORMAT) as tar:
        for sample in samples:
            for name, data in sample.items():
                about = tarfile.TarInfo(name)
                about.size = len(data)
                tar.addfile(about, io.BytesIO(data))
    part.replace(path)
