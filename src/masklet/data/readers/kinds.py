"""Datasets by the names that people know them by, each read into one form."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from masklet.data.pack import refuse_evaluation_data
from masklet.data.readers import layouts
from masklet.data.readers.clip_set import ClipItem, Items, VideoItem
from masklet.data.readers.instances import coco, lvis
from masklet.data.readers.layout_files import LabelVideo, ObjectsVideo
from masklet.data.readers.photos import mapped_photos, sa1b
from masklet.data.readers.sav_videos import sav_train
from masklet.data.tars.tar_set import tar_clips
from masklet.errors import FormatError

Read = Callable[[Path, str | None], Sequence[ClipItem]]


class KindOfSet(NamedTuple):
    """How a dataset is read, and whether its lists name splits."""

    read: Read
    split: bool = False


def _videos(videos: Sequence[LabelVideo] | Sequence[ObjectsVideo]) -> Sequence[ClipItem]:
    return tuple(VideoItem(video) for video in videos)


def _plain(root: Path) -> Sequence[ClipItem]:
    return _videos(layouts.plain(root / "JPEGImages", root / "Annotations"))


KINDS: Mapping[str, KindOfSet] = {
    "davis2016": KindOfSet(
        lambda root, split: _videos(layouts.davis(root, year=2016, split=split)), split=True
    ),
    "davis": KindOfSet(lambda root, split: _videos(layouts.davis(root, split=split)), split=True),
    "sav": KindOfSet(lambda root, _: sav_train(root)),
    "sav-frames": KindOfSet(
        lambda root, split: _videos(layouts.sav(root, split=split)), split=True
    ),
    "youtube-vos": KindOfSet(lambda root, _: _videos(layouts.youtube_vos(root))),
    "mose": KindOfSet(lambda root, _: _plain(root)),
    "lvos": KindOfSet(lambda root, _: _plain(root)),
    "vost": KindOfSet(lambda root, split: _videos(layouts.vost(root, split=split)), split=True),
    "plain": KindOfSet(lambda root, _: _plain(root)),
    "sa1b": KindOfSet(lambda root, _: sa1b(root)),
    "coco": KindOfSet(lambda root, split: coco(root, split=split or "train2017"), split=True),
    "lvis": KindOfSet(lambda root, split: lvis(root, split=split or "train"), split=True),
    "photos": KindOfSet(lambda root, _: mapped_photos(root)),
    "tars": KindOfSet(lambda root, _: tar_clips(root)),
}


def open_set(kind: str, path: str | Path, split: str | None = None) -> Items:
    """A dataset in its folder; files are read when a clip is asked for.

    Args:
        kind: of ``KINDS``.
        path: its folder; of a set that has a folder a split (MOSE, LVOS, YouTube-VOS), that one.
        split: of a set that has lists, such as ``train``.

    Raises:
        MediaError: a folder or a list cannot be read.
        FormatError: an unknown kind, a split that it has not, data kept for evaluation, or files
            that do not follow the set's layout; the message names the file.
    """
    if kind not in KINDS:
        raise FormatError(f"kind: {kind!r} came; wanted one of {', '.join(KINDS)}")
    if split is not None and not KINDS[kind].split:
        raise FormatError(f"split: {split!r} came; {kind} has no lists of splits, name its folder")
    path = Path(path).expanduser()
    refuse_evaluation_data(path)
    return Items(KINDS[kind].read(path, split))
