"""The figures of one model on paper: a markdown table, plain values for JSON, a line in a log."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from masklet.evaluate.photos import PhotoScores
from masklet.evaluate.tracking import TrackingScores

SHOWN_CLICKS = (1, 3, 5)
LOG_HEAD = """# Runs on davis-dev

davis-dev is kept for the figures that are published: nothing is trained on it, and nothing is
chosen by it. So that this can be checked, every run on it is noted here by the script that does it.

| date | command | weights (sha256) | J&F (J, F) |
|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured, and of what.

    Attributes:
        model: its name.
        checksum: sha256 of its weights file.
        image_size: side of the square picture that the network saw.
        device: where it ran, such as "cpu, 2 threads".
        split: the videos followed.
    """

    model: str
    checksum: str
    image_size: int
    device: str
    split: str
    tracking: tuple[TrackingScores, ...] = ()
    photos: tuple[PhotoScores, ...] = ()


def checksum_of(path: str | Path) -> str:
    """The sha256 of a file in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def as_markdown(figures: Figures) -> str:
    """A line about the model, and a table each for videos and photos."""
    lines = [
        f"{figures.model} at {figures.image_size} pixels on {figures.device}; "
        f"weights sha256 {figures.checksum[:16]}"
    ]
    if figures.tracking:
        lines += ["", *_tracking_table(figures)]
    if figures.photos:
        lines += ["", *_photo_table(figures.photos)]
    return "\n".join(lines) + "\n"


def as_plain(figures: Figures) -> dict[str, object]:
    """Everything down to single videos as what JSON can hold."""
    return {
        "model": figures.model,
        "sha256": figures.checksum,
        "image_size": figures.image_size,
        "device": figures.device,
        "tracking": [_plain_tracking(figures.split, scores) for scores in figures.tracking],
        "photos": [_plain_photos(scores) for scores in figures.photos],
    }


def append_run(log: Path, command: str, figures: Figures, day: date) -> None:
    """Add one line about a run to a log, which is begun where there is none.

    Raises:
        OSError: it cannot be written.
    """
    scores = "; ".join(
        f"{scores.prompt.name} {scores.both:.3f} ({scores.region:.3f}, {scores.boundary:.3f})"
        for scores in figures.tracking
    )
    head = "" if log.exists() else LOG_HEAD
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{head}| {day} | `{command}` | {figures.checksum[:16]} | {scores} |\n")


def _tracking_table(figures: Figures) -> list[str]:
    count = len(figures.tracking[0].sequences)
    return [
        f"| {figures.split}, {count} videos | J&F | J | F | frames a second |",
        "|---|---|---|---|---|",
        *(
            f"| {scores.prompt.name} on the first frame | {scores.both:.3f} | {scores.region:.3f} "
            f"| {scores.boundary:.3f} | {scores.frames_per_second:.1f} |"
            for scores in figures.tracking
        ),
    ]


def _photo_table(photos: Sequence[PhotoScores]) -> list[str]:
    titles = [f"IoU, {clicks} click{'s' * (clicks > 1)}" for clicks in SHOWN_CLICKS]
    rows = [
        [scores.name, scores.photos, scores.objects, *(f"{scores.at(n):.3f}" for n in SHOWN_CLICKS)]
        for scores in photos
    ]
    head = ["photos", "number", "objects", *titles]
    lines = [f"| {' | '.join(map(str, row))} |" for row in (head, *rows)]
    return [lines[0], "|" + "---|" * len(head), *lines[1:]]


def _plain_tracking(split: str, scores: TrackingScores) -> dict[str, object]:
    return {
        "split": split,
        "prompt": scores.prompt.name,
        "J&F": scores.both,
        "J": scores.region,
        "F": scores.boundary,
        "frames_per_second": scores.frames_per_second,
        "objects": [
            {
                "sequence": sequence.name,
                "label": one.label,
                "J": float(one.region.mean()),
                "F": float(one.boundary.mean()),
            }
            for sequence in scores.sequences
            for one in sequence.objects
        ],
    }


def _plain_photos(scores: PhotoScores) -> dict[str, object]:
    return {
        "set": scores.name,
        "photos": scores.photos,
        "objects": scores.objects,
        "iou_after_clicks": [scores.at(n + 1) for n in range(scores.ious.shape[1])],
    }
