"""A list of clips with what they are grouped by: a CSV file with a column ``video`` and others."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from masklet.errors import FormatError, MediaError

VIDEO = "video"


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Which group each clip is in.

    Attributes:
        path: of the list, for errors.
        columns: by column, such as ``gender``, the group of each video by its name.
    """

    path: Path
    columns: Mapping[str, Mapping[str, str]]

    @property
    def videos(self) -> tuple[str, ...]:
        """The names in the list."""
        return tuple(next(iter(self.columns.values())))

    def check(self, videos: Iterable[str]) -> None:
        """Holds the list to the videos of a dataset.

        Raises:
            FormatError: a video is in one and not in the other.
        """
        names = list(videos)
        for name in names:
            if name not in self.videos:
                raise FormatError(f"{self.path}: video {name} of the dataset is not in the list")
        for name in self.videos:
            if name not in names:
                raise FormatError(f"{self.path}: video {name} is not in the dataset")

    def members(self, column: str) -> dict[str, list[str]]:
        """The videos of each group of a column, groups by name."""
        found: dict[str, list[str]] = {}
        for video, group in self.columns[column].items():
            found.setdefault(group, []).append(video)
        return {group: found[group] for group in sorted(found)}


def read_groups(path: str | Path, columns: Sequence[str] | None = None) -> Groups:
    """Reads a list of clips.

    Args:
        path: a CSV file with a head; one line a video.
        columns: to group by; None is all but ``video``.

    Raises:
        MediaError: the file cannot be read.
        FormatError: a column is missing, a video comes twice, or a cell is empty.
    """
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            head = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = head
            wanted = _wanted(path, head, columns)
            rows = list(reader)
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FormatError(f"{path}: it is no CSV file: {error}") from error
    found: dict[str, dict[str, str]] = {column: {} for column in wanted}
    for number, row in enumerate(rows, start=2):
        video = _cell(path, number, row, VIDEO)
        if video in found[wanted[0]]:
            raise FormatError(f"{path}: line {number}: video {video} comes a second time")
        for column in wanted:
            found[column][video] = _cell(path, number, row, column)
    if not rows:
        raise FormatError(f"{path}: no videos in it")
    return Groups(path=path, columns=found)


def _wanted(path: Path, head: Sequence[str], columns: Sequence[str] | None) -> list[str]:
    there = [name for name in head if name and name != VIDEO]
    if VIDEO not in head:
        raise FormatError(f"{path}: columns {', '.join(head) or 'none'} came; wanted {VIDEO}")
    if not there:
        raise FormatError(f"{path}: only {VIDEO} came; wanted a column to group by")
    for column in columns or ():
        if column not in there:
            raise FormatError(f"{path}: no column {column}; it has {', '.join(there)}")
    return list(columns or there)


def _cell(path: Path, number: int, row: Mapping[str, str | None], column: str) -> str:
    cell = (row.get(column) or "").strip()
    if not cell:
        raise FormatError(f"{path}: line {number}: nothing under {column}")
    return cell
