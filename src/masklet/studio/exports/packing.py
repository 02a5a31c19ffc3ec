"""Zips: a folder packed for download, and one that came unpacked where it can do no harm."""

import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from masklet.errors import FormatError, MediaError
from masklet.media.atomic import writing

MIB = 2**20
PACKED = frozenset({".png", ".jpg", ".mov", ".webm", ".mkv", ".mp4"})


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """How much a zip may hold.

    Attributes:
        files: in it, counted before any is unpacked.
        bytes: of all files unpacked.
        ratio: of unpacked to packed bytes, once ``free`` bytes are unpacked.
        depth: of folders.
    """

    files: int = 300_000
    bytes: int = 2**31
    ratio: int = 250
    free: int = 16 * MIB
    depth: int = 8


def pack_folder(folder: Path, target: Path, *, tick: Callable[[], None]) -> None:
    """Packs every file of a folder; ``tick`` is called before each.

    Raises:
        MediaError: the zip cannot be written.
    """
    with writing(target), zipfile.ZipFile(target, "w") as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                tick()
                how = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
                packed.write(path, path.relative_to(folder), compress_type=how)


def unpack(path: Path, folder: Path, *, endings: frozenset[str], bounds: Bounds) -> None:
    """Unpacks the files with some endings into a folder, under their own names.

    Everything else in the zip is passed over. What a file says of its size is not believed.

    Raises:
        FormatError: it is no zip, a name leads out of the folder, or there is too much in it.
        MediaError: the disk cannot be written to.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            if len(entries) > bounds.files:
                raise FormatError(f"the zip holds {len(entries)} files; that is too many")
            written = 0
            for entry in _wanted(entries, endings, bounds):
                written += _unpack(packed, entry, folder, bounds, written)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"the zip cannot be read: {error}") from error


def _wanted(
    entries: list[zipfile.ZipInfo], endings: frozenset[str], bounds: Bounds
) -> Iterator[zipfile.ZipInfo]:
    """The plain files with the right endings; names that lead elsewhere are refused."""
    seen: set[str] = set()
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in entry.filename:
            raise FormatError(f"the zip holds {entry.filename[:60]!r}, which leads out of it")
        hidden = any(part.startswith((".", "__MACOSX")) for part in name.parts)
        linked = stat.S_ISLNK(entry.external_attr >> 16)
        if entry.is_dir() or hidden or linked or name.suffix.lower() not in endings:
            continue
        if len(name.parts) > bounds.depth:
            raise FormatError(f"the zip holds {entry.filename[:60]!r}: too many folders deep")
        if str(name).casefold() in seen:
            raise FormatError(f"the zip holds {entry.filename[:60]!r} twice")
        seen.add(str(name).casefold())
        yield entry


def _unpack(
    packed: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, bounds: Bounds, before: int
) -> int:
    """Writes one file and says how large it is."""
    target = folder / PurePosixPath(entry.filename.replace("\\", "/"))
    most = min(bounds.bytes - before, bounds.free + entry.compress_size * bounds.ratio)
    written = 0
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with packed.open(entry) as source, target.open("wb") as file:
            while chunk := source.read(MIB):
                written += len(chunk)
                if written > most:
                    raise MediaError(f"{entry.filename[:60]!r} in the zip is too large unpacked")
                file.write(chunk)
    return written
