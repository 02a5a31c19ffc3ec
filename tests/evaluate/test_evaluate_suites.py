"""Suites: every layout is read, each has its tasks, items and convention, and words are checked."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from made_data import make_photos, make_video
from PIL import Image

from masklet.errors import FormatError, MaskletError, MediaError, PromptError
from masklet.evaluate.running.suite import Suite
from masklet.evaluate.running.suites import LAYOUTS, SUITES, Shots, SuiteSpec
from masklet.evaluate.scores.convention import (
    DAVIS,
    DAVIS_UNION,
    LVOS,
    SAV,
    VOST,
    YOUTUBE,
    Convention,
)
from masklet.evaluate.tasks.interactive import OfflineTask
from masklet.evaluate.tasks.vos import VosTask

VOS = ("vos-mask", "vos-box", "vos-1-click", "vos-3-clicks", "vos-5-clicks")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three videos in the layouts of DAVIS, SA-V and the others, and two sets of photos."""
    root = tmp_path_factory.mktemp("data")
    for name in "abc":
        make_video(root, name, frames=4)
        for kind in ("JPEGImages", "Annotations"):
            shutil.copytree(root / kind / "480p" / name, root / "plain" / kind / name)
        shutil.copytree(root / "JPEGImages/480p" / name, root / "sav/JPEGImages_24fps" / name)
        for annotation in (root / "Annotations/480p" / name).iterdir():
            split_objects(annotation, root / "sav/Annotations_6fps" / name)
    for year, names in (("2016", "ab"), ("2017", "bc")):
        write_list(root / "ImageSets" / year / "val.txt", names)
    write_list(root / "plain" / "ImageSets" / "val.txt", "ac")
    for name in ("coco", "apples"):
        make_photos(root / "photos" / name / "val", count=2)
    return root


def write_list(path: Path, names: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(names))


def split_objects(annotation: Path, folder: Path) -> None:
    """Objects 1 and 3 of a label picture into folders 000 and 002."""
    with Image.open(annotation) as labels:
        for label in (1, 3):
            inside = folder / f"{label - 1:03d}" / annotation.name
            inside.parent.mkdir(parents=True, exist_ok=True)
            labels.convert("L").point([255 * (value == label) for value in range(256)]).save(inside)


def items_of(suite: Suite) -> list[str]:
    """The names of the first task's."""
    return [item.name for item in suite.parts[0].items]


@pytest.mark.parametrize(
    ("name", "below", "split", "items", "convention"),
    [
        ("davis2016", "", "val", "ab", DAVIS_UNION),
        ("davis2017", "", "val", "bc", DAVIS),
        ("davis2017", "", "", "abc", DAVIS),
        ("sav-val", "sav", "", "abc", SAV),
        ("sav-test", "sav", "", "abc", SAV),
        ("mose", "plain", "", "abc", DAVIS),
        ("lvos", "plain", "", "abc", LVOS),
        ("lvos2", "plain", "", "abc", LVOS),
        ("youtube-vos", "plain", "", "abc", YOUTUBE),
        ("vost", "plain", "val", "ac", VOST),
    ],
)
def test_first_prompts_on_every_dataset(
    root: Path, name: str, below: str, split: str, items: str, convention: Convention
) -> None:
    suite = SuiteSpec(name=name, root=root / below, split=split).build()
    assert tuple(part.task.name for part in suite.parts) == VOS
    assert items_of(suite) == [*items]
    for task, _ in suite.parts:
        assert isinstance(task, VosTask)
        assert (task.convention, task.suite) == (convention, name)


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_interactive_on_every_layout(root: Path, layout: str) -> None:
    """All objects as one where that is asked for."""
    below = {"davis": "", "sav": "sav"}.get(layout, "plain")
    spec = SuiteSpec(name="pvs", root=root / below, layout=layout, videos=("b",))
    for union in (False, True):
        task, (item,) = replace(spec, union=union).build().parts[0]
        assert isinstance(task, OfflineTask)
        assert task.convention == replace(LAYOUTS[layout].convention, union=union)
        assert item.name == "b"


def test_the_other_suites_have_their_tasks(root: Path, tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    groups.write_text("video,place\na,here\nc,there\n")
    spec = SuiteSpec(name="", root=root, groups=groups, shots=Shots(2, 1, 2))
    found = {
        name: {part.task.name: [item.name for item in part.items] for part in made.parts}
        for name in ("davis-interactive", "fairness", "robustness", "efficiency")
        for made in [replace(spec, name=name).build()]
    }
    abc = [*"abc"]
    assert found == {
        "davis-interactive": {"davis-interactive-3-clicks": abc},
        "fairness": {"fairness": ["a", "c"]},
        "robustness": {"robustness": abc, "cuts": ["a - b", "b - c", "c - a"]},
        "efficiency": {"efficiency": abc},
    }


def test_photos_are_those_of_the_sets_and_frames_of_videos(root: Path) -> None:
    spec = SuiteSpec(name="photos", root=root / "photos", split="val", most=1)
    assert items_of(spec.build()) == ["apples/photo_0", "coco/photo_0"]
    assert items_of(replace(spec, sets=("coco",)).build()) == ["coco/photo_0"]
    with_frames = replace(spec, sets=("coco",), frames=root, videos=("b",)).build()
    assert items_of(with_frames)[:2] == ["coco/photo_0", f"{root.name}/b/00000"]


def test_tasks_are_chosen_by_name(root: Path) -> None:
    spec = SuiteSpec(name="davis2017", root=root, prompts=("mask", "7"), tasks=("vos-7-clicks",))
    assert [part.task.name for part in spec.build().parts] == ["vos-7-clicks"]


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"tasks": ("vos",)}, PromptError, "tasks: 'vos' came; wanted some of vos-mask"),
        ({"prompts": ("0",)}, PromptError, "settings: '0'"),
        ({"videos": ("z",)}, FormatError, "'z'"),
        ({"root": Path("absent")}, MediaError, "absent"),
        ({"name": "mose", "split": "val"}, PromptError, "split: 'val'"),
        ({"name": "youtube-vos", "split": "val"}, PromptError, "split: 'val'"),
        ({"name": "photos", "split": "val"}, FormatError, "SET"),
        ({"name": "robustness"}, FormatError, "a: it has 4 frames.*--shots"),
        ({"name": "robustness", "videos": ("a",)}, FormatError, "two or more"),
    ],
)
def test_what_cannot_be_played_is_an_error(
    root: Path, changes: dict, kind: type[MaskletError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        replace(SuiteSpec(name="davis2017", root=root), **changes).build()


def test_cuts_are_not_needed_where_only_the_other_task_is(root: Path) -> None:
    spec = SuiteSpec(name="robustness", root=root, tasks=("robustness",), videos=("a",))
    assert items_of(spec.build()) == ["a"]


def test_every_suite_says_what_it_is() -> None:
    assert all(make.__doc__ for make in SUITES.values())
