"""``masklet evaluate``: the suites as the command line knows them, with their layouts and flags."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import tyro

from masklet.cli.evaluate_run import Evaluation, MaybeFolder, Names, Split, words_in
from masklet.cli.score import Score
from masklet.errors import PromptError

Layout = Annotated[
    Literal["davis", "sav", "youtube-vos", "vost", "plain"],
    tyro.conf.arg(metavar="davis|sav|youtube-vos|vost|plain"),
]


@dataclass(frozen=True, kw_only=True)
class Following(Evaluation):
    """Objects are followed from a first prompt."""

    settings: Names = "mask,box,1,3,5"
    """How an object is first shown: by its mask, its box, or numbers of clicks."""
    save_masks: MaybeFolder = None
    """Keep the masks too, as the benchmark's server takes them, below this folder."""

    def options(self) -> Mapping[str, Any]:
        """What this suite is told beyond the others."""
        return {"prompts": words_in(self.settings)}

    def masks(self) -> Path | None:
        """Where the answers are kept."""
        return self.save_masks


@dataclass(frozen=True, kw_only=True)
class Davis2016(Following):
    """DAVIS 2016: all objects of a video are one; the first and the last frame do not count.

    ROOT holds JPEGImages/480p/VIDEO/00000.jpg, Annotations/480p/VIDEO/00000.png and
    ImageSets/2016/val.txt.
    """

    suite: ClassVar[str] = "davis2016"
    union: ClassVar[bool] = True
    split: Split = "val"
    """The list of videos in ImageSets/2016; "" takes every video."""


@dataclass(frozen=True, kw_only=True)
class Davis2017(Following):
    """DAVIS 2017: every object apart; the first and the last frame do not count.

    ROOT holds JPEGImages/480p/VIDEO/00000.jpg, Annotations/480p/VIDEO/00000.png and
    ImageSets/2017/val.txt.
    """

    suite: ClassVar[str] = "davis2017"
    split: Split = "val"
    """The list of videos in ImageSets/2017; "" takes every video."""


@dataclass(frozen=True, kw_only=True)
class SavVal(Following):
    """SA-V validation: every object from the frame on that shows it.

    ROOT holds JPEGImages_24fps/VIDEO/00000.jpg and Annotations_6fps/VIDEO/OBJECT/00000.png.
    """

    suite: ClassVar[str] = "sav-val"
    per_object: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class SavTest(Following):
    """SA-V test: every object from the frame on that shows it.

    ROOT holds JPEGImages_24fps/VIDEO/00000.jpg and Annotations_6fps/VIDEO/OBJECT/00000.png.
    """

    suite: ClassVar[str] = "sav-test"
    per_object: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class Mose(Following):
    """MOSE: every object apart; the first and the last frame do not count.

    ROOT holds JPEGImages/VIDEO/00000.jpg and Annotations/VIDEO/00000.png.
    """

    suite: ClassVar[str] = "mose"


@dataclass(frozen=True, kw_only=True)
class Lvos(Following):
    """LVOS: long videos, every object between the first and the last frame that show it.

    ROOT holds JPEGImages/VIDEO/00000.jpg and Annotations/VIDEO/00000.png.
    """

    suite: ClassVar[str] = "lvos"


@dataclass(frozen=True, kw_only=True)
class Lvos2(Lvos):
    """LVOS v2: as LVOS.

    ROOT holds JPEGImages/VIDEO/00000.jpg and Annotations/VIDEO/00000.png.
    """

    suite: ClassVar[str] = "lvos2"


@dataclass(frozen=True, kw_only=True)
class YoutubeVos(Following):
    """YouTube-VOS: every object from the frame after its prompt on, where there is annotation.

    ROOT holds JPEGImages/VIDEO/00000.jpg, Annotations/VIDEO/00000.png and meta.json.
    """

    suite: ClassVar[str] = "youtube-vos"
    seen: Annotated[Path | None, tyro.conf.arg(metavar="FILE")] = None
    """The training set's meta.json: its categories are seen, and G is reported. ROOT's meta.json
    has to name categories then."""

    def options(self) -> Mapping[str, Any]:
        """What this suite is told beyond the others."""
        return {**super().options(), "seen": self.seen}


@dataclass(frozen=True, kw_only=True)
class Vost(Following):
    """VOST: objects that are cut, broken or moulded; J alone.

    ROOT holds JPEGImages/VIDEO/frame00000.jpg, Annotations/VIDEO/frame00000.png and
    ImageSets/val.txt.
    """

    suite: ClassVar[str] = "vost"
    split: Split = "val"
    """The list of videos in ImageSets; "" takes every video."""


@dataclass(frozen=True, kw_only=True)
class Sets(Following):
    """Several sets of videos: J&F of each, and the mean over sets as in the paper's table 4.

    ROOT holds SET/JPEGImages/VIDEO/00000.jpg and SET/Annotations/VIDEO/00000.png.
    """

    suite: ClassVar[str] = "sets"
    sets: Names = ""
    """Only these sets."""

    def options(self) -> Mapping[str, Any]:
        """What this suite is told beyond the others."""
        return {**super().options(), "sets": words_in(self.sets)}


@dataclass(frozen=True, kw_only=True)
class Photos(Evaluation):
    """Pictures: mean IoU after one click and after five, by set, over images and video frames.

    ROOT holds SET/SPLIT/ID.webp with label maps ID.0.png, ID.1.png, ...
    """

    suite: ClassVar[str] = "photos"
    split: Split = "val"
    """The folder in each set."""
    sets: Names = ""
    """Only these sets, by folder."""
    most: Annotated[int | None, tyro.conf.arg(metavar="N")] = None
    """At most so many pictures of a set, evenly spread over their names."""
    frames: MaybeFolder = None
    """A dataset of videos too, of which some frames are pictures."""
    layout: Layout = "davis"
    """How that dataset lies there."""

    def options(self) -> Mapping[str, Any]:
        """What this suite is told beyond the others."""
        return {
            "sets": words_in(self.sets),
            "most": self.most,
            "frames": self.frames,
            "layout": self.layout,
        }


@dataclass(frozen=True, kw_only=True)
class OnVideos(Evaluation):
    """Played on any dataset of videos."""

    layout: Layout = "davis"
    """How the dataset lies there, as the help of the suite of that name says; plain is as MOSE."""

    def options(self) -> Mapping[str, Any]:
        """What this suite is told beyond the others."""
        return {"layout": self.layout}


@dataclass(frozen=True, kw_only=True)
class ByObject(OnVideos):
    """Objects are played apart, or all of a video as one."""

    as_one: bool = False
    """All objects of a video are one, as in DAVIS 2016."""

    def options(self) -> Mapping[str, Any]:
        """What this suite is told beyond the others."""
        return {**super().options(), "union": self.as_one}


@dataclass(frozen=True, kw_only=True)
class Pvs(ByObject):
    """Interactive segmentation: clicks on up to 8 frames, offline and online.

    ROOT is a dataset in one of the layouts.
    """

    suite: ClassVar[str] = "pvs"


@dataclass(frozen=True, kw_only=True)
class DavisInteractive(OnVideos):
    """DAVIS interactive with clicks: J&F at 60 s and the area under the curve.

    ROOT is a dataset in one of the layouts.
    """

    suite: ClassVar[str] = "davis-interactive"


@dataclass(frozen=True, kw_only=True)
class Fairness(ByObject):
    """Fairness: J&F from one click, three clicks and the mask, by groups of videos, and the gap.

    ROOT is a dataset in one of the layouts.
    """

    suite: ClassVar[str] = "fairness"
    groups: Annotated[Path, tyro.conf.arg(metavar="FILE")]
    """A table (csv) with a column `video` and a column for every way to group, such as `gender`."""

    def options(self) -> Mapping[str, Any]:
        """What this suite is told beyond the others."""
        return {**super().options(), "groups": self.groups}


@dataclass(frozen=True, kw_only=True)
class Robustness(ByObject):
    """Robustness: J&F by size, speed, occlusion and company of objects, and through shot cuts.

    ROOT is a dataset in one of the layouts.
    """

    suite: ClassVar[str] = "robustness"
    shots: Annotated[str, tyro.conf.arg(metavar="N,N,N")] = "20,10,20"
    """Frames before a cut, of the other video, and after it."""

    def options(self) -> Mapping[str, Any]:
        """What this suite is told beyond the others. Raises PromptError."""
        from masklet.evaluate.running.suites import Shots

        words = words_in(self.shots)
        if len(words) != 3 or not all(word.isdecimal() and int(word) for word in words):
            raise PromptError(f"--shots={self.shots!r}: wanted three numbers, such as 20,10,20")
        return {**super().options(), "shots": Shots(*map(int, words))}


@dataclass(frozen=True, kw_only=True)
class Efficiency(ByObject):
    """Annotation: seconds, edits and clicks a frame, by pictures, by masks and by prompts.

    ROOT is a dataset in one of the layouts.
    """

    suite: ClassVar[str] = "efficiency"


AnySuite = (
    Annotated[Davis2016, tyro.conf.subcommand("davis2016")]
    | Annotated[Davis2017, tyro.conf.subcommand("davis2017")]
    | Annotated[SavVal, tyro.conf.subcommand("sav-val")]
    | Annotated[SavTest, tyro.conf.subcommand("sav-test")]
    | Annotated[Mose, tyro.conf.subcommand("mose")]
    | Annotated[Lvos, tyro.conf.subcommand("lvos")]
    | Annotated[Lvos2, tyro.conf.subcommand("lvos2")]
    | Annotated[YoutubeVos, tyro.conf.subcommand("youtube-vos")]
    | Annotated[Vost, tyro.conf.subcommand("vost")]
    | Annotated[Sets, tyro.conf.subcommand("sets")]
    | Annotated[Photos, tyro.conf.subcommand("photos")]
    | Annotated[Pvs, tyro.conf.subcommand("pvs")]
    | Annotated[DavisInteractive, tyro.conf.subcommand("davis-interactive")]
    | Annotated[Fairness, tyro.conf.subcommand("fairness")]
    | Annotated[Robustness, tyro.conf.subcommand("robustness")]
    | Annotated[Efficiency, tyro.conf.subcommand("efficiency")]
    | Annotated[Score, tyro.conf.subcommand("score")]
)


@dataclass(frozen=True)
class Evaluate:
    """Measure models as the paper does: a benchmark, its methods, and a report; or score masks."""

    suite: Annotated[AnySuite, tyro.conf.arg(name="")]

    @property
    def json(self) -> bool:
        """Whether a machine reads the output."""
        return self.suite.json

    def run(self) -> None:
        """Do what was asked. Raises MaskletError as the suites do."""
        self.suite.run()
