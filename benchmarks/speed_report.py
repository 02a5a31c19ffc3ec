"""Medians, ratios and agreement of the two sides, as a table and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, NamedTuple

import numpy as np

STAGES = (
    "image encoder",
    "memory attention",
    "mask decoder",
    "memory encoder",
    "frame",
    "frame cpu",
)
BUSY = 1.3
REFERENCE = "reference"
OURS = "masklet"


class Side(NamedTuple):
    """Who computes, and in which precision; ``default`` is masklet's own choice."""

    who: str
    dtype: str

    @property
    def label(self) -> str:
        """As in the table."""
        return f"{self.who} {self.dtype}"


@dataclass
class Measurement:
    """Everything one side measured for one model and number of objects."""

    model: str
    objects: int
    side: Side
    repetitions: list[list[dict[str, float]]] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)
    masks: Any = None

    def add(self, answer: dict[str, Any], settle: int) -> None:
        """Take in one repetition; frames before ``settle`` have fewer memories and do not count."""
        self.repetitions.append(answer["frames"][settle:])
        self.peaks.append(answer["peak"])

    def seconds(self, stage: str) -> float:
        """Median seconds a frame."""
        return median(frame[stage] for frames in self.repetitions for frame in frames)

    def in_turn(self, stage: str) -> list[float]:
        """Median seconds a frame of each repetition."""
        return [median(frame[stage] for frame in frames) for frames in self.repetitions]


class Pair(NamedTuple):
    """A measurement of ours and the reference's that it is held against."""

    ours: Measurement
    reference: Measurement


def mask_agreement(first: np.ndarray, second: np.ndarray) -> float:
    """Mean IoU over frames and objects of packed masks [T, N, H, W / 8]; two empty ones agree."""
    both = np.bitwise_count(first & second).sum(axis=(2, 3), dtype=np.int64)
    either = np.bitwise_count(first | second).sum(axis=(2, 3), dtype=np.int64)
    return float(np.mean(np.where(either == 0, 1.0, both / np.maximum(either, 1))))


def pairs(measurements: Sequence[Measurement]) -> list[Pair]:
    """Ours against the reference in the same precision; our default against both of its own."""
    return [
        Pair(ours, other)
        for ours in measurements
        for other in measurements
        if (ours.side.who, other.side.who) == (OURS, REFERENCE)
        and (ours.model, ours.objects) == (other.model, other.objects)
        and ours.side.dtype in (other.side.dtype, "default")
    ]


def seconds_table(measurements: Sequence[Measurement]) -> str:
    """Markdown: median seconds of every stage, and peak memory."""
    lines = [
        "| model | objects | side | "
        + " | ".join(f"{stage} s" for stage in STAGES)
        + " | peak MB |",
        "|---|---:|---|" + "---:|" * (len(STAGES) + 1),
    ]
    for one in measurements:
        cells = [f"{one.seconds(stage):.3f}" for stage in STAGES]
        cells.append(f"{max(one.peaks):.0f}")
        lines.append(f"| {one.model} | {one.objects} | {one.side.label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def ratio_table(measurements: Sequence[Measurement]) -> str:
    """Markdown: reference seconds over ours (above 1 we are faster), and agreement of masks."""
    lines = [
        "| model | objects | ours | against | "
        + " | ".join(f"{stage} x" for stage in STAGES)
        + " | peak x | mask IoU |",
        "|---|---:|---|---|" + "---:|" * (len(STAGES) + 2),
    ]
    for ours, reference in pairs(measurements):
        cells = [f"{_ratio(ours, reference, stage):.2f}" for stage in STAGES]
        cells.append(f"{max(reference.peaks) / max(ours.peaks):.2f}")
        cells.append(f"{mask_agreement(ours.masks, reference.masks):.4f}")
        lines.append(
            f"| {ours.model} | {ours.objects} | {ours.side.dtype} | {reference.side.dtype} | "
            f"{' | '.join(cells)} |"
        )
    return "\n".join(lines)


def _ratio(ours: Measurement, reference: Measurement, stage: str) -> float:
    """Median over the repetitions of theirs over ours in the same turn, so that a machine that is
    slower for a while slows both."""
    turns = zip(reference.in_turn(stage), ours.in_turn(stage), strict=True)
    return median(theirs / max(mine, 1e-9) for theirs, mine in turns)


def disturbed(measurements: Sequence[Measurement]) -> list[str]:
    """Sides that waited for the processor much of the time, whose wall clock says little."""
    return [
        f"{one.model}, {one.objects} objects, {one.side.label}"
        for one in measurements
        if one.seconds("frame") > BUSY * one.seconds("frame cpu")
    ]


def as_json(measurements: Sequence[Measurement], options: dict[str, Any]) -> dict[str, Any]:
    """Everything measured, frame by frame, with the comparisons of the tables."""
    rows = []
    for one in measurements:
        row = asdict(one) | {"side": one.side._asdict()}
        row.pop("masks")
        rows.append(row | {"median": {stage: one.seconds(stage) for stage in STAGES}})
    compared = [
        {
            "model": ours.model,
            "objects": ours.objects,
            "ours": ours.side.dtype,
            "against": reference.side.dtype,
            "ratio": {stage: _ratio(ours, reference, stage) for stage in STAGES},
            "mask_iou": mask_agreement(ours.masks, reference.masks),
        }
        for ours, reference in pairs(measurements)
    ]
    return {"options": options, "measurements": rows, "compared": compared}
