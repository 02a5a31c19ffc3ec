"""``masklet evaluate score``: J and F of the masks in one folder against those in another."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from masklet.errors import MediaError

if TYPE_CHECKING:
    from masklet.evaluate.scores.folders import FolderScores
    from masklet.evaluate.scores.scoring import ObjectScores


@dataclass(frozen=True, kw_only=True)
class Score:
    """Score masks against annotations: two folders with a folder a video, a label PNG a frame.

    Objects are the values in the pictures, each scored apart; the mean is over the objects of
    all videos. The first and the last frame do not count.

    For example: masklet evaluate score results DAVIS/Annotations/480p
    """

    predictions: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="PREDICTIONS")]
    """Folder of the masks to score."""
    annotations: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="ANNOTATIONS")]
    """Folder of the annotations, or of a dataset that has them in Annotations/480p."""
    union: bool = False
    """Score all objects of a video as one, as DAVIS 2016 does."""
    all_frames: bool = False
    """Count the first and the last frame of every video too."""
    names: Annotated[Path | None, tyro.conf.arg(metavar="FILE")] = None
    """Score these videos alone: a text file with a name a line, such as ImageSets/2017/val.txt."""
    json: bool = False
    """One JSON document, for machines."""

    def run(self) -> None:
        """Score, and print every video and the mean.

        Raises:
            MaskletError: a file is missing or cannot be used; the message names it.
        """
        from masklet.evaluate.scores.folders import score_folders

        scores = score_folders(
            self.predictions,
            self.annotations,
            union=self.union,
            all_frames=self.all_frames,
            only=None if self.names is None else read_names(self.names),
        )
        print(json.dumps(as_plain(scores)) if self.json else as_table(scores), flush=True)


def read_names(path: Path) -> list[str]:
    """The names in a text file, one a line. Raises MediaError where it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise MediaError(f"{path} cannot be read: {error}") from error
    return [line.strip() for line in lines if line.strip()]


def as_plain(scores: "FolderScores") -> dict[str, Any]:
    """What is printed with ``--json``; a mean over nothing is null."""
    return {
        "sequences": {one.name: _plain(one.objects) for one in scores.sequences},
        "mean": _plain(scores.objects),
    }


def as_table(scores: "FolderScores") -> str:
    """A line a video, and the mean."""
    rows = [(one.name, one.objects) for one in scores.sequences]
    count = len(scores.objects)
    rows.append((f"mean of {count} object{'s' * (count != 1)}", scores.objects))
    width = max(len(name) for name, _ in rows)
    lines = [f"{'':<{width}}    J&F      J      F"]
    for name, objects in rows:
        figures = _plain(objects)
        cells = "".join(
            "      -" if figures[key] is None else f"  {figures[key]:.3f}"
            for key in ("J&F", "J", "F")
        )
        lines.append(f"{name:<{width}}{cells}")
    return "\n".join([*lines[:-1], "-" * len(lines[-1]), lines[-1]])


def _plain(objects: "Sequence[ObjectScores]") -> dict[str, float | None]:
    from masklet.evaluate.scores.folders import means_of

    means = means_of(objects)
    figures = {"J": means.region, "F": means.boundary, "J&F": means.both}
    return {key: None if math.isnan(value) else value for key, value in figures.items()}
