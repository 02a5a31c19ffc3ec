"""Scores that others published, each with its source, to stand beside what is measured.

Scores are parts of 1, as everywhere; what was printed as 76.5 is 0.765 here. SAM 2's
"released" rows are of the weights that can be downloaded; its rows without the word in the tables
of videos are of models that also learnt from DAVIS, MOSE and YouTube-VOS and were not given out.
"""

from collections.abc import Mapping
from typing import NamedTuple

PAPER = "SAM 2 paper (arXiv 2408.00714v1)"
TABLE_1 = f"{PAPER}, tables 1 and 2"
TABLE_4 = f"{PAPER}, table 4"
TABLE_5 = f"{PAPER}, table 5"
TABLE_6 = f"{PAPER}, table 6"
TABLE_7 = f"{PAPER}, table 7"
TABLE_15 = f"{PAPER}, table 15"
TABLE_17 = f"{PAPER}, table 17"
CLICKS_ON_DAVIS = f"{PAPER}, appendix on DAVIS interactive"
README = "README of facebookresearch/sam2"
SECOND_VERSION = "SAM 2 paper, second version, as other authors quote it"
EDGETAM = "README of facebookresearch/EdgeTAM"
EFFICIENT_TAM = "EfficientTAM paper (arXiv 2411.18933)"
SAM2LONG = "SAM2Long paper (arXiv 2410.16268), run again by its authors"


class PublishedRow(NamedTuple):
    """What one publication says of one method.

    Attributes:
        method: its name.
        figures: by the name of the figure, such as {"J&F": 0.765}.
        source: where it is printed.
    """

    method: str
    figures: Mapping[str, float]
    source: str


class _Printed(NamedTuple):
    """A row as it is printed: percent in the order of a table's columns, None for a dash."""

    method: str
    source: str
    scores: tuple[float | None, ...]


_VIDEO_SUITES = (
    "mose",
    "davis2017",
    "davis2017-test",
    "lvos",
    "lvos2",
    "sav-val",
    "sav-test",
    "youtube-vos",
)
_FROM_MASK = (
    _Printed("STCN", TABLE_7, (52.5, 85.4, 76.1, None, 60.6, 61.0, 62.5, 82.7)),
    _Printed("SwinB-AOT", TABLE_7, (59.4, 85.4, 81.2, None, None, 51.1, 50.3, 84.5)),
    _Printed("SwinB-DeAOT", TABLE_7, (59.9, 86.2, 82.8, None, 63.9, 61.4, 61.8, 86.1)),
    _Printed("RDE", TABLE_7, (46.8, 84.2, 77.4, None, 62.2, 51.8, 53.9, 81.9)),
    _Printed("XMem", TABLE_7, (59.6, 86.0, 79.6, None, 64.5, 60.1, 62.3, 85.6)),
    _Printed("SimVOS-B", TABLE_7, (None, 88.0, 80.4, None, None, 44.2, 44.1, 84.2)),
    _Printed("JointFormer", TABLE_7, (None, 90.1, 88.1, None, None, None, None, 87.4)),
    _Printed("ISVOS", TABLE_7, (None, 88.2, 84.0, None, None, None, None, 86.3)),
    _Printed("DEVA", TABLE_7, (66.0, 87.0, 82.6, 55.9, None, 55.4, 56.2, 85.4)),
    _Printed("DDMemory", TABLE_7, (None, None, None, 60.7, None, None, None, None)),
    _Printed("Cutie-base", TABLE_7, (69.9, 87.9, 86.1, 66.0, None, 60.7, 62.7, 87.0)),
    _Printed("Cutie-base+", TABLE_7, (71.7, 88.1, 88.1, None, None, 61.3, 62.8, 87.5)),
    _Printed("SAM 2 B+", TABLE_7, (75.8, 90.9, 88.3, 74.9, 75.8, 73.6, 74.1, 88.4)),
    _Printed("SAM 2 L", TABLE_7, (77.2, 91.6, 89.0, 76.1, 78.1, 75.6, 77.6, 89.1)),
    _Printed("SAM 2 T, released", TABLE_17, (70.9, 89.2, 86.7, 73.6, 75.3, 73.7, 75.0, 87.4)),
    _Printed("SAM 2 S, released", TABLE_17, (71.5, 88.8, 86.3, 73.5, 76.4, 72.7, 74.9, 87.5)),
    _Printed("SAM 2 B+, released", TABLE_17, (72.8, 88.9, 86.7, 76.2, 75.8, 75.3, 74.7, 87.9)),
    _Printed("SAM 2 L, released", TABLE_17, (74.6, 89.3, 88.1, 77.9, 79.8, 76.1, 76.0, 88.6)),
    _Printed("SAM 2.1 B+", EDGETAM, (76.6, 90.2, None, None, None, 76.8, 77.0, 88.6)),
    _Printed("SAM 2.1 L", SECOND_VERSION, (77.9, 90.7, None, 78.0, None, 77.9, 78.4, 89.3)),
    _Printed("EdgeTAM", EDGETAM, (70.0, 87.7, None, None, None, 72.3, 71.7, 86.2)),
    _Printed("SAM 2.1 T, released", README, (71.8, None, None, None, 77.3, None, 76.5, None)),
    _Printed("SAM 2.1 S, released", README, (73.5, None, None, None, 78.3, None, 76.6, None)),
    _Printed("SAM 2.1 B+, released", README, (73.7, None, None, None, 78.2, None, 78.2, None)),
    _Printed("SAM 2.1 L, released", README, (74.6, None, None, None, 80.6, None, 79.5, None)),
    _Printed("SAM 2.1 T, released", SAM2LONG, (None, None, None, None, None, 75.1, None, None)),
    _Printed("SAM 2.1 S, released", SAM2LONG, (None, None, None, None, None, 76.9, None, None)),
    _Printed("SAM 2.1 B+, released", SAM2LONG, (None, None, None, None, None, 78.0, None, None)),
    _Printed("SAM 2.1 L, released", SAM2LONG, (None, None, None, None, None, 78.6, None, None)),
)

_PROMPTS = ("1-click", "3-clicks", "5-clicks", "box", "mask")
_ZERO_SHOT = (
    _Printed("SAM + XMem++", TABLE_4, (56.9, 68.4, 70.6, 67.6, 72.7)),
    _Printed("SAM + Cutie", TABLE_4, (56.7, 70.1, 72.2, 69.4, 74.1)),
    _Printed("SAM 2 B+", TABLE_4, (64.3, 73.2, 75.4, 72.9, 77.6)),
    _Printed("SAM 2.1 B+", SECOND_VERSION, (64.7, 75.3, 77.6, 74.4, 79.3)),
    _Printed("EfficientTAM-S/2", EFFICIENT_TAM, (60.5, 72.8, 75.4, 71.2, 76.8)),
    _Printed("EfficientTAM-S", EFFICIENT_TAM, (63.0, 74.1, 75.7, 73.2, 77.8)),
)

_PHOTO_SETS = ("all", "images", "frames of videos", "14 video sets")
_AFTER_CLICKS = ("1", "5")
_PHOTOS = (
    _Printed("SAM ViT-B", TABLE_6, (55.9, 80.9, 57.4, 81.3, 54.0, 80.4, 54.5, 82.6)),
    _Printed("SAM ViT-H", TABLE_6, (58.1, 81.3, 60.8, 82.1, 54.5, 80.3, 59.1, 83.4)),
    _Printed("HQ-SAM ViT-B", TABLE_15, (53.9, 72.1, 56.3, 73.9, 50.7, 69.9, 54.5, 75.0)),
    _Printed("HQ-SAM ViT-H", TABLE_15, (59.1, 79.8, 61.8, 80.5, 55.7, 78.9, 58.9, 81.6)),
    _Printed("SAM 2 B+, SA-1B only", TABLE_6, (58.9, 81.7, 60.8, 82.1, 56.4, 81.2, 56.6, 83.7)),
    _Printed("SAM 2 L, SA-1B only", TABLE_15, (60.0, 81.8, 62.0, 82.2, 57.4, 81.2, 58.5, 83.8)),
    _Printed("SAM 2 B+", TABLE_6, (61.4, 83.7, 63.1, 83.9, 59.1, 83.3, 69.6, 86.0)),
    _Printed("SAM 2 B+", TABLE_15, (61.9, 83.6, 63.2, 83.8, 60.3, 83.3, 69.9, 85.9)),
    _Printed("SAM 2 L", TABLE_15, (63.5, 83.5, 64.3, 83.7, 62.4, 83.2, 71.2, 85.6)),
    _Printed("SAM 2.1 B+", EDGETAM, (61.9, 83.5, 63.3, 83.8, 60.1, 83.2, None, None)),
    _Printed("EdgeTAM", EDGETAM, (55.5, 81.7, 56.0, 81.9, 54.8, 81.5, None, None)),
)

_INTERACTIVE = (
    PublishedRow("MiVOS", {"AUC-J&F": 0.75, "J&F at 60 s": 0.75}, CLICKS_ON_DAVIS),
    PublishedRow("CiVOS", {"AUC-J&F": 0.83, "J&F at 60 s": 0.84}, CLICKS_ON_DAVIS),
    PublishedRow("SAM 2", {"AUC-J&F": 0.84, "J&F at 60 s": 0.87}, CLICKS_ON_DAVIS),
)
_SCRIBBLES = (PublishedRow("MiVOS", {"AUC-J&F": 0.87, "J&F at 60 s": 0.88}, CLICKS_ON_DAVIS),)

_ENGINE_COLUMNS = (
    "seconds a frame",
    "edited frames",
    "clicks a clicked frame",
    "alignment",
    "alignment small",
    "alignment medium",
    "alignment large",
)
_ENGINE = (
    ("SAM in each frame", (37.8, 1.0, 4.80)),
    ("SAM and SAM 2 from masks", (7.4, 0.2325, 3.61, 0.864, 0.713, 0.804, 0.979)),
    ("SAM 2 from any prompt", (4.5, 0.1904, 2.68, 0.891, 0.728, 0.818, 1.0)),
)

_GROUP_PROMPTS = ("1-click", "3-clicks", "mask")
_GROUPS = {
    "gender": (
        _Printed("male", TABLE_5, (81.9, 95.1, 95.9)),
        _Printed("female", TABLE_5, (75.1, 94.1, 95.2)),
    ),
    "age": (
        _Printed("18 to 26", TABLE_5, (77.2, 95.0, 95.7)),
        _Printed("26 to 50", TABLE_5, (76.7, 94.7, 95.8)),
        _Printed("50 and above", TABLE_5, (81.4, 95.1, 96.2)),
    ),
}


def published(suite: str, setting: str) -> tuple[PublishedRow, ...]:
    """What is published for a suite in a setting; empty where nothing is.

    ==================  ======================================  ==================================
    suite               settings                                figures
    ==================  ======================================  ==================================
    a set of videos     mask                                    J&F; G for youtube-vos
    zero-shot17         1-click, 3-clicks, 5-clicks, box, mask  J&F
    sa23                1-click, or a kind of picture           1, 5: mean IoU after so many clicks
    davis-interactive   clicks, scribbles                       AUC-J&F, J&F at 60 s
    data-engine         (empty)                                 seconds a frame, edited frames, ...
    fairness            gender, age                             1-click, 3-clicks, mask: J&F
    ==================  ======================================  ==================================

    Sets of videos are davis2017, davis2017-test, mose, lvos, lvos2, sav-val, sav-test and
    youtube-vos. Kinds of pictures are images, frames of videos, and 14 video sets. The rows
    of fairness are groups of people that SAM 2 was given.
    """
    rows = {
        "zero-shot17": _zero_shot,
        "sa23": _photos,
        "davis-interactive": _interactive,
        "data-engine": _engine,
        "fairness": _fairness,
    }
    return rows[suite](setting) if suite in rows else _videos(suite, setting)


def _videos(suite: str, setting: str) -> tuple[PublishedRow, ...]:
    if suite not in _VIDEO_SUITES or setting != "mask":
        return ()
    figure = "G" if suite == "youtube-vos" else "J&F"
    return _column(_FROM_MASK, _VIDEO_SUITES.index(suite), figure)


def _zero_shot(setting: str) -> tuple[PublishedRow, ...]:
    return _column(_ZERO_SHOT, _PROMPTS.index(setting), "J&F") if setting in _PROMPTS else ()


def _photos(setting: str) -> tuple[PublishedRow, ...]:
    kind = "all" if setting == "1-click" else setting
    if kind not in _PHOTO_SETS:
        return ()
    first = len(_AFTER_CLICKS) * _PHOTO_SETS.index(kind)
    cut = (row._replace(scores=row.scores[first : first + len(_AFTER_CLICKS)]) for row in _PHOTOS)
    return tuple(row for one in cut if (row := _row(one, _AFTER_CLICKS)).figures)


def _interactive(setting: str) -> tuple[PublishedRow, ...]:
    return {"clicks": _INTERACTIVE, "scribbles": _SCRIBBLES}.get(setting, ())


def _engine(setting: str) -> tuple[PublishedRow, ...]:
    if setting:
        return ()
    return tuple(
        PublishedRow(method, dict(zip(_ENGINE_COLUMNS, values, strict=False)), TABLE_1)
        for method, values in _ENGINE
    )


def _fairness(setting: str) -> tuple[PublishedRow, ...]:
    return tuple(_row(printed, _GROUP_PROMPTS) for printed in _GROUPS.get(setting, ()))


def _column(table: tuple[_Printed, ...], at: int, figure: str) -> tuple[PublishedRow, ...]:
    """One column of a table under the name of its figure, without the rows that have a dash."""
    cut = (row._replace(scores=(row.scores[at],)) for row in table)
    return tuple(row for one in cut if (row := _row(one, (figure,))).figures)


def _row(printed: _Printed, names: tuple[str, ...]) -> PublishedRow:
    """A row as parts of 1, without its dashes."""
    scores = zip(names, printed.scores, strict=True)
    figures = {name: round(score / 100, 4) for name, score in scores if score is not None}
    return PublishedRow(printed.method, figures, printed.source)
