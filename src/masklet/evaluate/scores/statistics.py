"""Figures that benchmarks make of scores: mean, recall and decay, YouTube-VOS's G, VOST's J_tr.

Shapes: T scored frames of one object.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from masklet.evaluate.scores.scoring import ObjectScores, mean_of

GOOD = 0.5
QUARTERS = 4
LAST_QUARTER = 0.75


class Statistics(NamedTuple):
    """One measure.

    Attributes:
        mean: over frames.
        recall: share of the frames above 0.5.
        decay: mean of the first quarter of the frames less that of the last.
    """

    mean: float
    recall: float
    decay: float


class DavisFigures(NamedTuple):
    """J and F as DAVIS lists them, each the mean over objects; None where F was not measured."""

    both: float
    region: Statistics
    boundary: Statistics | None


class YoutubeFigures(NamedTuple):
    """The four means of YouTube-VOS and theirs, G; NaN where there is no such object."""

    region_seen: float
    region_unseen: float
    boundary_seen: float
    boundary_unseen: float

    @property
    def overall(self) -> float:
        """G, the mean of the four."""
        return sum(self) / len(self)


class VostFigures(NamedTuple):
    """J of VOST, and J_tr: J once most of the transformation has happened."""

    region: float
    transformed: float


def statistics_of(scores: Float[np.ndarray, "T"]) -> Statistics:
    """Mean, recall and decay of one object, NaN where no frame is scored.

    The quarters are those of the DAVIS 2017 evaluation toolkit: their borders lie evenly from
    the first frame to the last, rounded, and a frame on a border belongs to both quarters.
    """
    if not len(scores):
        return Statistics(math.nan, math.nan, math.nan)
    borders = [math.floor(at * (len(scores) - 1) / QUARTERS + 0.5) for at in range(QUARTERS + 1)]
    first = scores[: borders[1] + 1]
    last = scores[borders[-2] :]
    return Statistics(
        float(scores.mean()),
        float(np.mean(scores > GOOD)),
        float(first.mean() - last.mean()),
    )


def davis_figures(objects: Iterable[ObjectScores]) -> DavisFigures:
    """Means over objects of each one's statistics; J&F is the mean of the two means.

    Objects without a scored frame do not count.
    """
    scored = [one for one in objects if len(one.region)]
    boundaries = [one.boundary for one in scored if one.boundary is not None]
    return DavisFigures(
        mean_of(one.both for one in scored),
        _mean_statistics([one.region for one in scored]),
        _mean_statistics(boundaries) if boundaries else None,
    )


def youtube_figures(seen: Iterable[ObjectScores], unseen: Iterable[ObjectScores]) -> YoutubeFigures:
    """G of YouTube-VOS from the objects of categories that training has and of those it has not.

    ``layouts.youtube_categories`` reads categories; training's ``meta.json`` says which are
    seen. (Xu et al., 2018, Sec. 5: the mean over objects for each measure and group, G theirs.)
    """
    seen, unseen = list(seen), list(unseen)
    return YoutubeFigures(
        mean_of(one.region for one in seen),
        mean_of(one.region for one in unseen),
        mean_of(one.boundary for one in seen if one.boundary is not None),
        mean_of(one.boundary for one in unseen if one.boundary is not None),
    )


def vost_figures(objects: Iterable[ObjectScores]) -> VostFigures:
    """J over all scored frames and over the last quarter of them.

    The quarter begins at three quarters of the number of scored frames, rounded down, as in
    VOST's evaluation code (``evaluation/source/evaluation.py``).
    """
    rows = [one.region for one in objects]
    return VostFigures(
        mean_of(rows), mean_of(row[math.floor(len(row) * LAST_QUARTER) :] for row in rows)
    )


def _mean_statistics(rows: Sequence[Float[np.ndarray, "_"]]) -> Statistics:
    if not rows:
        return Statistics(math.nan, math.nan, math.nan)
    columns = zip(*(statistics_of(row) for row in rows), strict=True)
    return Statistics(*(float(np.mean(column)) for column in columns))
