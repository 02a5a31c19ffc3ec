"""``masklet evaluate`` on little videos with a small model: reports, going on, refusals."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from cli_ran import Ran
from evaluate.made_data import make_photos, make_video
from small_weights import small_weights

from masklet.cli.evaluate import AnySuite, Davis2017
from masklet.cli.evaluate_run import Evaluation, command_of, words_in
from masklet.errors import MediaError
from masklet.evaluate.methods.ours import ModelMethod
from masklet.evaluate.running.suites import LAYOUTS, SUITES

Masklet = Callable[..., Ran]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three videos in the layout of DAVIS, two sets of photos, and weights."""
    data = tmp_path_factory.mktemp("data")
    for seed, name in enumerate("abc"):
        make_video(data, name, frames=3, seed=seed)
    for name in ("apples", "coco"):
        make_photos(data / "photos" / name / "val", count=1)
    small_weights(data)
    return data


@pytest.fixture
def asked(data: Path) -> tuple[str, ...]:
    """``davis2017`` by a small model and by copying, from masks and clicks."""
    small = f"small={data / 'small.safetensors'}"
    flags = ("--split", "", "--settings", "mask,1", "--device", "cpu")
    return ("davis2017", "--root", str(data), *flags, "--method", small, "--method", "copy")


def without_speed(path: Path) -> Any:
    """A report's JSON without what differs from run to run."""
    report = json.loads(path.read_text())
    text = json.dumps([{**one, "figures": {}} for one in report["sections"]])
    figures = {
        section["name"]: {
            method: {name: value for name, value in row.items() if name != "frames a second"}
            for method, row in section["figures"].items()
        }
        for section in report["sections"]
    }
    bars = [block for section in json.loads(text) for block in section["blocks"]]
    return figures, [block for block in bars if block["kind"] == "bars"], report["notes"]


def test_a_run_writes_a_report(masklet: Masklet, asked: tuple[str, ...], tmp_path: Path) -> None:
    ran = masklet("evaluate", *asked, "--output", "out")
    assert ran.code == 0
    assert ran.err.splitlines() == [
        "masklet: copy does not take vos-1-click: copy: clicks or a box came, for which it has "
        "no image model; wanted a mask"
    ]
    head, mask, click, *paths = ran.out.splitlines()
    assert head.split() == ["small", "copy"]
    assert mask.startswith("First frame: mask, J&F")
    assert "-" not in mask
    assert click.split()[-1] == "-"
    assert paths == ["out/report.html", "out/report.json"]
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert [section["name"] for section in report["sections"]] == ["vos-mask", "vos-1-click"]
    assert report["methods"][0]["image_size"] == 64
    assert len(report["notes"]) == 1
    assert "copy does not take" in (tmp_path / "out" / "report.html").read_text()


def test_a_stopped_run_goes_on(
    masklet: Masklet, asked: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while the third video is opened; the refused units are passed over."""
    masklet("evaluate", *asked, "--output", "whole")
    opened, open_ = [], ModelMethod.open

    def stopped(self: ModelMethod, video: Any) -> Any:
        opened.append(video.name)
        if len(opened) == 3:
            raise KeyboardInterrupt
        return open_(self, video)

    with monkeypatch.context() as patch:
        patch.setattr(ModelMethod, "open", stopped)
        ran = masklet("evaluate", *asked, "--output", "out")
    assert ran.code == 130
    assert "what was played is kept in out; run again to go on" in ran.err
    assert not (tmp_path / "out" / "report.json").exists()
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.json")) == ["a.json", "b.json"]
    again = masklet("evaluate", *asked, "--output", "out", "--json")
    begin, *played, _ = again.events
    assert begin == {"event": "begin", "suite": "davis2017", "total": 12, "kept": 2}
    units = [event["item"] for event in played if event["event"] == "played"]
    assert units == ["c", "a", "b", "c", "a", "b", "c", "a"]
    reports = [without_speed(tmp_path / name / "report.json") for name in ("whole", "out")]
    assert reports[0] == reports[1]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["processes", "torchrun", "ray"])
def test_several_processes_report_what_one_reports(
    masklet: Masklet, asked: tuple[str, ...], tmp_path: Path, way: str
) -> None:
    masklet("evaluate", *asked, "--output", "one")
    modules = {"torchrun": ("torch.distributed.run", "--nproc-per-node=2", "-m")}
    flags = {"processes": ("--workers", "2"), "ray": ("--engine", "ray", "--workers", "2")}
    verb = ("masklet.cli.main", "evaluate", *asked, "--output", "two")
    done = subprocess.run(
        [sys.executable, "-m", *modules.get(way, ()), *verb, *flags.get(way, ())],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["two/report.html", "two/report.json"]
    one, two = (without_speed(tmp_path / name / "report.json") for name in ("one", "two"))
    assert one == two


def test_masks_are_kept_and_can_be_evaluated_again(
    masklet: Masklet, asked: tuple[str, ...], tmp_path: Path
) -> None:
    """Copied masks, read from their folder, score what copying scored; masks that are gone are
    made again."""
    only = ("--tasks", "vos-mask")
    masklet("evaluate", *asked, *only, "--output", "out", "--save-masks", "masks")
    folder = tmp_path / "masks" / "copy" / "vos-mask"
    assert sorted(path.name for path in folder.rglob("*.png")) == [
        *(["00000.png"] * 3 + ["00002.png"] * 3 + ["00004.png"] * 3)
    ]
    ran = masklet(
        *("evaluate", *asked, *only, "--output", "again", "--json"),
        *("--method", f"theirs=masks:{folder}"),
    )
    figures = ran.events[-1]["figures"]["vos-mask"]
    for name in ("J", "F"):
        assert figures["theirs"][name] == pytest.approx(figures["copy"][name], abs=1e-12)
    (folder / "b" / "00000.png").unlink()
    (folder / "b" / "00002.png").unlink()
    (folder / "b" / "00004.png").unlink()
    (folder / "b").rmdir()
    ran = masklet("evaluate", *asked, *only, "--output", "out", "--save-masks", "masks", "--json")
    assert [event["item"] for event in ran.events if event["event"] == "played"] == ["b"]


def test_photos_and_score(masklet: Masklet, data: Path, tmp_path: Path) -> None:
    small = str(data / "small.safetensors")
    ran = masklet("evaluate", "photos", "--root", data / "photos", "--method", small)
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "evaluation/photos/report.json"
    truth = data / "Annotations" / "480p"
    scored = masklet("evaluate", "score", truth, truth, "--json")
    assert json.loads(scored.out)["mean"]["J&F"] == 1
    assert (tmp_path / "evaluation" / "photos").is_dir()


def test_results_of_other_settings_need_fresh(masklet: Masklet, asked: tuple[str, ...]) -> None:
    only = ("--tasks", "vos-mask", "--videos", "a", "--output", "out")
    assert masklet("evaluate", *asked, *only).code == 0
    ran = masklet("evaluate", *asked, *only, "--image-size", 128)
    assert ran.code == 2
    assert "image size: None there, 128 asked for" in ran.err
    assert "--fresh" in ran.err
    ran = masklet("evaluate", *asked, *only, "--image-size", 128, "--fresh", "--json")
    assert ran.events[0] == {"event": "begin", "suite": "davis2017", "total": 2, "kept": 0}


def test_a_broken_file_stops_the_run_and_is_named(
    masklet: Masklet, asked: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_ = ModelMethod.open

    def broken(self: ModelMethod, video: Any) -> Any:
        if video.name == "b":
            raise MediaError("b/00002.jpg cannot be read")
        return open_(self, video)

    monkeypatch.setattr(ModelMethod, "open", broken)
    ran = masklet("evaluate", *asked, "--output", "out")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "masklet: error: b/00002.jpg cannot be read\n"
    assert [path.name for path in (tmp_path / "out").rglob("*.json")] == ["a.json"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--method", "magic"), "method 'magic'"),
        (("--method", "copy"), "two are named copy"),
        (("--method", "absent.pt"), "absent.pt"),
        (("--settings", "mask,0"), "settings: '0'"),
        (("--videos", "z"), "'z'"),
        (("--tasks", "z"), "tasks: 'z'"),
        (("--workers", "0"), "workers=0"),
        (("--split", "val"), "ImageSets/2017/val.txt"),
        (("--device", "toaster"), "device='toaster'"),
        (("--image-size", "33"), "33"),
    ],
)
def test_evaluate_refuses(
    masklet: Masklet, asked: tuple[str, ...], tmp_path: Path, flags: tuple[str, ...], said: str
) -> None:
    ran = masklet("evaluate", *asked, *flags)
    assert ran.code == 2
    assert ran.err.splitlines()[-1].startswith("masklet: error: ")
    assert said in ran.err
    assert list(tmp_path.rglob("report.*")) == []


def test_the_command_in_the_report_makes_it_again() -> None:
    """What is as by default is left out, and so is what changes no figure."""
    verb = Davis2017(root=Path("a b"), method=("nano", "x=my.pt@64"), json=True, fresh=True)
    assert command_of(verb) == (
        "masklet evaluate davis2017 --root 'a b' --method nano --method x=my.pt@64"
    )
    assert words_in(" a,b , ,c") == ("a", "b", "c")


def test_the_command_line_knows_every_suite_and_layout() -> None:
    verbs = [get_args(one)[0] for one in get_args(AnySuite)]
    suites = [verb for verb in verbs if issubclass(verb, Evaluation)]
    assert [verb.suite for verb in suites] == list(SUITES)
    assert all("ROOT" in (verb.__doc__ or "") for verb in suites)
    for verb in suites:
        for field in fields(verb):
            if field.name == "layout":
                assert set(get_args(get_args(field.type)[0])) == set(LAYOUTS)
