"""Datasets as they lie on disk: DAVIS, SA-V, YouTube-VOS, MOSE, LVOS, VOST and plain folders.

Every reader takes the folder that was unpacked and gives its videos by name; ``only`` names
those that are wanted. They look at names of files alone: a file is read when its frame is asked
for. Labels are the values in the pictures and 255 is background, except where a reader says
otherwise.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from masklet.data.readers.label_files import BACKGROUND, NO_OBJECTS
from masklet.data.readers.layout_files import (
    LabelVideo,
    ObjectsVideo,
    label_video,
    objects_video,
)
from masklet.data.readers.listing import folders_in
from masklet.errors import FormatError
from masklet.formats.checked import Node, read_json, read_text

UNION_YEAR = 2016
Only = Collection[str] | None


def davis(
    root: str | Path,
    *,
    year: int = 2017,
    split: str | None = None,
    resolution: str = "480p",
    only: Only = None,
) -> tuple[LabelVideo, ...]:
    """DAVIS: ``JPEGImages/480p/<video>/00000.jpg``, ``Annotations/480p/<video>/00000.png``.

    In 2016 the object of a video has value 255 in a grey picture, or several values in the
    pictures of 2017, which are scored by union; so no value but 0 is background. In 2017 every
    value is an object, and 255 background.

    Args:
        root: of the dataset.
        year: 2016 or 2017.
        split: such as ``val``: the videos that ``ImageSets/<year>/<split>.txt`` lists, or
            ``ImageSets/480p/<split>.txt`` frame by frame, as in 2016; every video without it.
        resolution: 480p or Full-Resolution.
        only: names of videos.

    Raises:
        MediaError: a folder or a list is not there.
        FormatError: there are no videos, a named one is not there, or an annotation belongs to
            no picture.
    """
    root = Path(root)
    listed = None if split is None else _davis_list(root / "ImageSets", year, split, resolution)
    return _label_videos(
        root / "JPEGImages" / resolution,
        root / "Annotations" / resolution,
        _Wanted(listed, only),
        ignored=BACKGROUND if year == UNION_YEAR else NO_OBJECTS,
    )


def sav(
    root: str | Path, *, split: str | None = None, only: Only = None
) -> tuple[ObjectsVideo, ...]:
    """SA-V val or test: ``JPEGImages_24fps/<video>``, ``Annotations_6fps/<video>/<object>``.

    Each object has a folder ``000``, ``001``, ... of black and white pictures, of every fourth
    frame; object ``000`` has label 1. (``sav_dataset/README.md`` of the reference package.)

    Args:
        root: ``sav_val`` or ``sav_test``.
        split: such as ``val``: the videos that ``sav_<split>.txt`` lists; every video without.
        only: names of videos.

    Raises:
        MediaError, FormatError: as for ``davis``, or an object's folder is no number.
    """
    root = Path(root)
    listed = None if split is None else _listed(root / f"sav_{split}.txt")
    annotations = root / "Annotations_6fps"
    return tuple(
        objects_video(root / "JPEGImages_24fps" / name, object_folders(annotations / name))
        for name in _wanted(annotations, _Wanted(listed, only))
    )


def youtube_vos(root: str | Path, *, only: Only = None) -> tuple[LabelVideo, ...]:
    """YouTube-VOS, one split: ``JPEGImages/<video>``, ``Annotations/<video>``, ``meta.json``.

    Objects may appear after the first frame. Every fifth frame has an annotation, and the
    pictures are those frames; in the sets whose annotations are kept back, only the frames
    have one on which an object is to be prompted. The videos are those that ``meta.json``
    lists where it is there.

    Raises:
        MediaError, FormatError: as for ``davis``, or ``meta.json`` is not as it should be.
    """
    root = Path(root)
    meta = root / "meta.json"
    listed = sorted(_videos_of(meta)) if meta.exists() else None
    return _label_videos(root / "JPEGImages", root / "Annotations", _Wanted(listed, only))


class Category(NamedTuple):
    """What kind of thing an object of a video is."""

    video: str
    label: int
    category: str


def youtube_categories(meta: str | Path) -> tuple[Category, ...]:
    """The category of every object in a ``meta.json`` of YouTube-VOS.

    Raises:
        MediaError: the file cannot be read.
        FormatError: it is not as it should be; the message names the key.
    """
    return tuple(
        Category(video, _label(label, node), node.key("category").text())
        for video, about in _videos_of(Path(meta)).items()
        for label, node in _children(about.key("objects")).items()
    )


def mose(root: str | Path, *, only: Only = None) -> tuple[LabelVideo, ...]:
    """MOSE, one split: ``JPEGImages/<video>``, ``Annotations/<video>``.

    The validation set has the annotation of the first frame alone. Raises as ``davis`` does.
    """
    return plain(Path(root) / "JPEGImages", Path(root) / "Annotations", only=only)


def lvos(root: str | Path, *, only: Only = None) -> tuple[LabelVideo, ...]:
    """LVOS v1 or v2, one split such as ``val``: ``JPEGImages/<video>``, ``Annotations/<video>``.

    Files are named ``00000001`` and so on; all or some frames have annotations, and objects may
    appear later. Raises as ``davis`` does.
    """
    return plain(Path(root) / "JPEGImages", Path(root) / "Annotations", only=only)


def vost(
    root: str | Path, *, split: str | None = None, only: Only = None
) -> tuple[LabelVideo, ...]:
    """VOST: ``JPEGImages/<video>``, ``Annotations/<video>``, ``ImageSets/<split>.txt``.

    Value 255 marks what annotators could not decide; its benchmark scores it as background.
    Raises as ``davis`` does.
    """
    root = Path(root)
    listed = None if split is None else _listed(root / "ImageSets" / f"{split}.txt")
    return _label_videos(root / "JPEGImages", root / "Annotations", _Wanted(listed, only))


def plain(
    pictures: str | Path, annotations: str | Path, *, only: Only = None
) -> tuple[LabelVideo, ...]:
    """A folder with a folder of pictures a video, and one with a folder of label pictures a video.

    The videos are those of ``annotations``. Raises as ``davis`` does.
    """
    return _label_videos(Path(pictures), Path(annotations), _Wanted(None, only))


class _Wanted(NamedTuple):
    """The names that a dataset lists, and those of them that were asked for; None is all."""

    listed: Sequence[str] | None
    only: Only


def _label_videos(
    pictures: Path,
    annotations: Path,
    wanted: _Wanted,
    *,
    ignored: frozenset[int] = NO_OBJECTS,
) -> tuple[LabelVideo, ...]:
    return tuple(
        label_video(pictures / name, annotations / name, ignored=ignored)
        for name in _wanted(annotations, wanted)
    )


def _wanted(annotations: Path, wanted: _Wanted) -> list[str]:
    """Names of the videos to read, sorted; every one has annotations."""
    there = folders_in(annotations)
    names = there if wanted.listed is None else sorted(set(wanted.listed))
    if wanted.only is not None:
        unknown = sorted(set(wanted.only) - set(names))
        if unknown:
            raise FormatError(f"only: {unknown[0]!r} came; there is no such video in {annotations}")
        names = sorted(set(wanted.only))
    missing = sorted(set(names) - set(there))
    if missing:
        raise FormatError(f"{annotations / missing[0]} is missing; the dataset lists this video")
    if not names:
        raise FormatError(f"{annotations}: no videos were asked for, or none are listed")
    return names


def _listed(path: Path) -> list[str]:
    """The names in a list, one a line."""
    return [line.strip() for line in read_text(path).splitlines() if line.strip()]


def _davis_list(lists: Path, year: int, split: str, resolution: str) -> list[str]:
    """The names in a list of DAVIS, of videos or, in the files of 2016, of their pictures."""
    own = lists / resolution / f"{split}.txt"
    if year == UNION_YEAR and own.exists():
        return [Path(line.split()[0]).parent.name for line in _listed(own)]
    return _listed(lists / str(year) / f"{split}.txt")


def object_folders(video: Path) -> dict[int, Path]:
    """The folders of SA-V's objects by label, which is one more than the folder's number."""
    names = folders_in(video)
    for name in names:
        if not (name.isascii() and name.isdecimal()):
            raise FormatError(f"{video / name}: wanted the number of an object, such as 000")
    return {int(name) + 1: video / name for name in names}


def _videos_of(meta: Path) -> dict[str, Node]:
    return _children(read_json(meta).key("videos"))


def _children(node: Node) -> dict[str, Node]:
    """The values of a JSON object by their keys. Raises FormatError where it is none."""
    node.maybe("")
    assert isinstance(node.value, Mapping)
    return {name: node.key(name) for name in node.value}


def _label(name: str, node: Node) -> int:
    if not (name.isascii() and name.isdecimal()):
        raise FormatError(f"{node.way}: {name!r} came; wanted the number of an object")
    return int(name)
