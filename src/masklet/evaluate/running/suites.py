"""The suites: each benchmark's layout, what it scores, and the tasks that are played on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from masklet.data.readers import layouts
from masklet.data.readers.annotated import AnnotatedVideo
from masklet.data.readers.layout_files import LabelVideo
from masklet.errors import FormatError, MediaError, PromptError
from masklet.evaluate.datasets.groups import read_groups
from masklet.evaluate.running.suite import Part, Suite
from masklet.evaluate.scores.convention import (
    DAVIS,
    DAVIS_UNION,
    LVOS,
    SAV,
    VOST,
    YOUTUBE,
    Convention,
)
from masklet.evaluate.tasks.cuts import CutsTask, pairs_of
from masklet.evaluate.tasks.davis_interactive import DavisInteractiveTask
from masklet.evaluate.tasks.efficiency import EfficiencyTask
from masklet.evaluate.tasks.fairness import FairnessTask
from masklet.evaluate.tasks.interactive import OfflineTask, OnlineTask
from masklet.evaluate.tasks.photos import AnnotatedPhoto, PhotoTask, frames_of, photos_in
from masklet.evaluate.tasks.robustness import RobustnessTask
from masklet.evaluate.tasks.sets import SetsTask
from masklet.evaluate.tasks.task import Task
from masklet.evaluate.tasks.vos import VosTask, first_prompt
from masklet.evaluate.tasks.youtube import YoutubeTask, seen_things

PROMPTS = ("mask", "box", "1", "3", "5")
Videos = Sequence[AnnotatedVideo]


class Shots(NamedTuple):
    """Frames before a cut, of the other video, and after it."""

    before: int = 20
    away: int = 10
    after: int = 20


SHOTS = Shots()


@dataclass(frozen=True, kw_only=True)
class SuiteSpec:
    """A suite as settings.

    Attributes:
        name: of ``SUITES``.
        root: the dataset's folder.
        split: of the dataset; empty takes everything there is.
        videos: only these, by name; all if empty.
        tasks: only these, by name; all if empty.
        layout: of ``LAYOUTS``, for suites that can be played on any dataset.
        prompts: to follow from: ``mask``, ``box`` or numbers of clicks.
        sets: of photos or of videos, by folder; all if empty.
        most: photos of a set; all if None.
        frames: a dataset of videos whose frames are photos too.
        groups: the list of the groups that videos are in, for fairness.
        shots: frames before a cut, of the other video, and after it, for robustness.
        seen: the training set's ``meta.json``, for YouTube-VOS's figure G.
        union: all objects of a video are one, for suites that can be played on any dataset.
    """

    name: str
    root: Path
    split: str = ""
    videos: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    layout: str = "davis"
    prompts: tuple[str, ...] = PROMPTS
    sets: tuple[str, ...] = ()
    most: int | None = None
    frames: Path | None = None
    groups: Path | None = None
    seen: Path | None = None
    union: bool = False
    shots: Shots = SHOTS

    def settings(self) -> dict[str, Any]:
        """Where the items come from."""
        shots = {"shots": list(self.shots)} if self.name == "robustness" else {}
        return {"root": str(self.root.resolve()), **shots}

    def build(self) -> Suite:
        """The suite itself.

        Raises:
            PromptError: an unknown task or prompt.
            MediaError, FormatError: the dataset is not there, or not in its layout.
        """
        suite = SUITES[self.name](self)
        return replace(suite, parts=chosen_parts(suite.parts, self.tasks))

    @property
    def only(self) -> tuple[str, ...] | None:
        """The videos that are asked for; None for all."""
        return self.videos or None


def chosen_parts(parts: tuple[Part, ...], names: Sequence[str]) -> tuple[Part, ...]:
    """The parts of these tasks, all without names. Raises PromptError for a name of none."""
    known = [part.task.name for part in parts]
    for name in names:
        if name not in known:
            raise PromptError(f"tasks: {name!r} came; wanted some of {', '.join(known)}")
    return tuple(part for part in parts if not names or part.task.name in names)


def read_davis(spec: SuiteSpec) -> Videos:
    """DAVIS: JPEGImages/480p, Annotations/480p, ImageSets/YEAR/SPLIT.txt, 2016 for the union."""
    year = 2016 if spec.union else 2017
    return layouts.davis(spec.root, year=year, split=spec.split or None, only=spec.only)


def read_sav(spec: SuiteSpec) -> Videos:
    """SA-V: JPEGImages_24fps, Annotations_6fps with a folder an object."""
    return layouts.sav(spec.root, split=spec.split or None, only=spec.only)


def read_youtube_vos(spec: SuiteSpec) -> Videos:
    """YouTube-VOS: JPEGImages, Annotations, meta.json. Raises PromptError for a split."""
    check_no_split(spec)
    return layouts.youtube_vos(spec.root, only=spec.only)


def check_no_split(spec: SuiteSpec) -> None:
    """Raises PromptError where a list is asked for of a dataset that has none."""
    if spec.split:
        raise PromptError(
            f"split: {spec.split!r} came; this layout has no lists, take the split's folder as root"
        )


def read_vost(spec: SuiteSpec) -> Videos:
    """VOST: JPEGImages, Annotations, ImageSets/SPLIT.txt."""
    return layouts.vost(spec.root, split=spec.split or None, only=spec.only)


def read_plain(spec: SuiteSpec) -> Sequence[LabelVideo]:
    """MOSE, LVOS and others: JPEGImages, Annotations. Raises PromptError for a split."""
    check_no_split(spec)
    pictures, annotations = spec.root / "JPEGImages", spec.root / "Annotations"
    return layouts.plain(pictures, annotations, only=spec.only)


class Layout(NamedTuple):
    """How a dataset lies on disk, and what it scores."""

    read: Callable[[SuiteSpec], Videos]
    convention: Convention

    def scored(self, spec: SuiteSpec) -> Convention:
        """What is scored, all objects as one where that is asked for."""
        return replace(self.convention, union=spec.union)


LAYOUTS: Mapping[str, Layout] = {
    "davis": Layout(read_davis, DAVIS),
    "sav": Layout(read_sav, SAV),
    "youtube-vos": Layout(read_youtube_vos, YOUTUBE),
    "vost": Layout(read_vost, VOST),
    "plain": Layout(read_plain, DAVIS),
}


def davis2016(spec: SuiteSpec) -> Suite:
    """All objects of a video are one; the first and the last frame do not count."""
    return first_prompts(spec, "DAVIS 2016", read_davis(replace(spec, union=True)), DAVIS_UNION)


def davis2017(spec: SuiteSpec) -> Suite:
    """Every object apart; the first and the last frame do not count."""
    published = "davis2017-test" if spec.split.startswith("test") else spec.name
    return first_prompts(spec, "DAVIS 2017", read_davis(spec), DAVIS, published=published)


def sav_val(spec: SuiteSpec) -> Suite:
    """Every object from the frame on where it is in the annotation or the answer."""
    return first_prompts(spec, "SA-V validation", read_sav(spec), SAV)


def sav_test(spec: SuiteSpec) -> Suite:
    """As SA-V validation."""
    return first_prompts(spec, "SA-V test", read_sav(spec), SAV)


def mose(spec: SuiteSpec) -> Suite:
    """As DAVIS 2017."""
    return first_prompts(spec, "MOSE", read_plain(spec), DAVIS)


def lvos(spec: SuiteSpec) -> Suite:
    """Long videos; every object between the first and the last frame that show it."""
    return first_prompts(spec, "LVOS", read_plain(spec), LVOS)


def lvos2(spec: SuiteSpec) -> Suite:
    """As LVOS."""
    return first_prompts(spec, "LVOS v2", read_plain(spec), LVOS)


def youtube_vos(spec: SuiteSpec) -> Suite:
    """Every object after its prompt, on annotated frames; G where training's list is given."""
    suite = first_prompts(spec, "YouTube-VOS", read_youtube_vos(spec), YOUTUBE)
    if spec.seen is None:
        return suite
    seen = seen_things(spec.root / "meta.json", spec.seen)
    parts = tuple(
        Part(YoutubeTask(vos=task, seen=seen), items)
        for task, items in suite.parts
        if isinstance(task, VosTask)
    )
    return replace(suite, parts=parts)


def vost(spec: SuiteSpec) -> Suite:
    """J alone, of the objects that the first frame shows."""
    return first_prompts(spec, "VOST", read_vost(spec), VOST)


def sets(spec: SuiteSpec) -> Suite:
    """Several datasets in one folder, each in the plain layout; the mean is over sets.

    Raises:
        MediaError: no folder of ``root`` holds a dataset.
    """
    names = spec.sets or tuple(
        path.parent.name for path in sorted(spec.root.glob("*/Annotations")) if path.is_dir()
    )
    if not names:
        raise MediaError(f"{spec.root}: no dataset in it; wanted SET/JPEGImages, SET/Annotations")
    videos = [
        replace(video, name=f"{name}/{video.name}")
        for name in names
        for video in read_plain(replace(spec, root=spec.root / name))
    ]
    suite = first_prompts(spec, "Several sets", videos, SAV)
    parts = tuple(
        Part(SetsTask(vos=task), items) for task, items in suite.parts if isinstance(task, VosTask)
    )
    return replace(suite, parts=parts)


def photos(spec: SuiteSpec) -> Suite:
    """Clicked objects of pictures, and of video frames where a dataset of videos is given.

    Raises:
        FormatError: there is no set.
    """
    names = spec.sets or tuple(
        path.name for path in sorted(spec.root.glob("*")) if (path / spec.split).is_dir()
    )
    if not names:
        raise FormatError(f"{spec.root}: no sets in it; wanted SET/{spec.split}/ID.webp")
    found: list[AnnotatedPhoto] = []
    for name in names:
        found += photos_in(spec.root / name / spec.split, name, spec.most)
    if spec.frames is not None:
        videos = replace(spec, root=spec.frames, split="")
        found += frames_of(LAYOUTS[spec.layout].read(videos), spec.frames.name)
    return played_on(spec, "Clicks on pictures", [PhotoTask()], found)


def pvs(spec: SuiteSpec) -> Suite:
    """Clicks on several frames, offline and online."""
    layout = LAYOUTS[spec.layout]
    tasks = [OfflineTask(layout.scored(spec)), OnlineTask(layout.scored(spec))]
    return played_on(spec, "Interactive segmentation", tasks, layout.read(spec))


def davis_interactive(spec: SuiteSpec) -> Suite:
    """Clicks on several frames against the method's time."""
    videos = LAYOUTS[spec.layout].read(spec)
    return played_on(spec, "DAVIS interactive", [DavisInteractiveTask()], videos)


def fairness(spec: SuiteSpec) -> Suite:
    """One click, three clicks and the mask, by groups of videos."""
    assert spec.groups is not None
    groups = read_groups(spec.groups)
    layout = LAYOUTS[spec.layout]
    videos = layout.read(replace(spec, videos=spec.videos or tuple(groups.videos)))
    task = FairnessTask(groups=groups, convention=layout.scored(spec))
    return played_on(spec, "Fairness", [task], videos)


def robustness(spec: SuiteSpec) -> Suite:
    """The mask, by what makes a frame hard; and through cuts to another clip and back.

    Raises:
        FormatError: fewer than two videos, or one that is too short to be cut.
    """
    layout = LAYOUTS[spec.layout]
    videos = layout.read(spec)
    parts = [Part(RobustnessTask(convention=layout.scored(spec)), tuple(videos))]
    cuts = CutsTask(union=spec.union)
    if not spec.tasks or cuts.name in spec.tasks:
        pairs = pairs_of(videos, **spec.shots._asdict())
        for video in videos:
            if len(video) <= spec.shots.before:
                raise FormatError(
                    f"{video.name}: it has {len(video)} frames, too few for a cut after "
                    f"{spec.shots.before}; take fewer by --shots, or only --tasks robustness"
                )
        parts.append(Part(cuts, pairs))
    return Suite(name=spec.name, title="Robustness", parts=tuple(parts))


def efficiency(spec: SuiteSpec) -> Suite:
    """The data engine's three ways of annotating."""
    videos = LAYOUTS[spec.layout].read(spec)
    return played_on(spec, "Annotation efficiency", [EfficiencyTask(union=spec.union)], videos)


def first_prompts(
    spec: SuiteSpec,
    title: str,
    videos: Videos,
    convention: Convention,
    *,
    published: str | None = None,
) -> Suite:
    """Following from a first prompt, one task a prompt.

    Args:
        spec: what is asked for.
        title: for people.
        videos: what on.
        convention: what is scored.
        published: the suite under whose name others' rows are kept; by default the same.

    Raises:
        PromptError: a prompt that is none.
    """
    try:
        prompts = [first_prompt(word) for word in spec.prompts]
    except ValueError as error:
        raise PromptError(f"settings: {error}") from error
    suite = published or spec.name
    tasks = [VosTask(prompt=prompt, convention=convention, suite=suite) for prompt in prompts]
    return played_on(spec, title, tasks, videos)


def played_on(
    spec: SuiteSpec, title: str, tasks: Sequence[Task[Any]], items: Sequence[Any]
) -> Suite:
    """Some tasks on the same items."""
    parts = tuple(Part(task, tuple(items)) for task in tasks)
    return Suite(name=spec.name, title=title, parts=parts)


SUITES: Mapping[str, Callable[[SuiteSpec], Suite]] = {
    "davis2016": davis2016,
    "davis2017": davis2017,
    "sav-val": sav_val,
    "sav-test": sav_test,
    "mose": mose,
    "lvos": lvos,
    "lvos2": lvos2,
    "youtube-vos": youtube_vos,
    "vost": vost,
    "sets": sets,
    "photos": photos,
    "pvs": pvs,
    "davis-interactive": davis_interactive,
    "fairness": fairness,
    "robustness": robustness,
    "efficiency": efficiency,
}
