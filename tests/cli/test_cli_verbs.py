"""The verbs on a real clip with the bundled model: what they write, and how they stop."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from cli_ran import Ran
from PIL import Image

from masklet.demo import CLICKS, CLIP
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.media.pictures import read_picture, write_picture
from masklet.media.sources import open_source
from masklet.values import Size

SMALL = ("--image-size", "64")
POINT = ("--point", "105,70")


def labels_in(path: Path | str) -> np.ndarray:
    """A picture's samples as they are, [H, W] or [H, W, 4]."""
    with Image.open(path) as picture:
        return np.asarray(picture)


def length(path: Path | str) -> int:
    """Frames in a video."""
    with closing(open_source(path)) as source:
        return len(source)


def test_track_writes_every_kind_of_output(
    masklet: Callable[..., Ran], small_clip: Path, tmp_path: Path
) -> None:
    videos = ["out.mp4", "out.mov", "out.webm", "out.masks.mkv"]
    folders = ["masks/", "out.objects", "out.cutouts/", "out.yolo"]
    names = [*videos, *folders, "out.coco.json", "out.sav.json", "out.vis.json", "out.jsonl"]
    outputs = [part for name in names for part in ("--output", name)]
    ran = masklet(
        *("track", small_clip, "--point", "cat:105,70", "--box", "0:dog:5,5,60,80", *outputs),
        *("--contact-sheet", "sheet.png", *SMALL),
    )
    assert ran.code == 0
    assert all(line.startswith("masklet: note: ") for line in ran.err.splitlines())
    assert ran.out.split() == [*names, "sheet.png"]
    for name in (*videos, "masks", "out.cutouts", "out.yolo/images"):
        assert length(name) == 8
    told = json.loads((tmp_path / "out.coco.json").read_text())
    assert [entry["object"] for entry in told["objects"]] == ["cat", "dog"]
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) >= 8
    assert read_picture("sheet.png").shape[1] == 1600
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_track_tells_machines_what_it_does(masklet: Callable[..., Ran], small_clip: Path) -> None:
    ran = masklet("track", small_clip, *POINT, "--stop", 3, "--json", *SMALL)
    *frames, done = ran.events
    assert [event["frame"] for event in frames] == [0, 1, 2, 3]
    assert all(event["objects"] == [1] for event in frames)
    assert (done["event"], done["complete"], done["frames"]) == ("done", True, 4)
    assert done["outputs"] == ["small.masklet.mp4"]
    assert done["memory_mb"] > 0


def test_track_goes_backwards_and_only_where_it_is_told(
    masklet: Callable[..., Ran], small_clip: Path
) -> None:
    asked = ("--point", "5:1:105,70", "--reverse", "--stop", "2", "--json")
    *frames, _ = masklet("track", small_clip, *asked, *SMALL).events
    assert [event["frame"] for event in frames] == [5, 4, 3, 2]


@pytest.mark.parametrize("verb", ["track", "stream"])
def test_a_later_prompt_corrects_what_was_tracked(
    masklet: Callable[..., Ran], small_clip: Path, tmp_path: Path, verb: str
) -> None:
    """Frames before it stay as they were, its own frame changes, and its click is heeded."""
    mask = np.zeros((90, 160), np.uint8)
    mask[:60, :60] = 255
    write_picture(tmp_path / "mask.png", mask)
    late = ("--mask", "4:1:mask.png")
    for name, more in (("plain", ()), ("corrected", late)):
        ran = masklet(verb, small_clip, *POINT, *more, "--output", name, *SMALL)
        assert (ran.code, ran.err) == (0, "")
    frames = [f"{index:05d}.png" for index in range(8)]
    same = [
        np.array_equal(labels_in(f"plain/{frame}"), labels_in(f"corrected/{frame}"))
        for frame in frames
    ]
    assert same[:4] == [True] * 4
    assert not same[4]
    found = labels_in("corrected/00004.png") > 0
    assert (found & (mask > 0)).sum() / (found | (mask > 0)).sum() > 0.8


def test_track_takes_a_folder_and_a_mask(
    masklet: Callable[..., Ran], small_clip: Path, tmp_path: Path
) -> None:
    (tmp_path / "frames").mkdir()
    with closing(open_source(small_clip)) as source:
        for index in range(3):
            write_picture(tmp_path / "frames" / f"{index}.png", source[index])
    mask = np.zeros((90, 160), np.uint8)
    mask[40:90, 85:125] = 255
    write_picture(tmp_path / "mask.png", mask)
    ran = masklet("track", "frames", "--mask", "0:7:mask.png", "--output", "masks", *SMALL)
    assert (ran.code, ran.out) == (0, "masks\n")
    labels = labels_in(tmp_path / "masks" / "00000.png")
    overlap = ((labels > 0) & (mask > 0)).sum() / ((labels > 0) | (mask > 0)).sum()
    assert overlap > 0.8


def test_specks_are_removed(masklet: Callable[..., Ran], small_clip: Path) -> None:
    """With a limit of the whole picture nothing is left."""
    everything = 64 * 64
    for limit, some in ((0, True), (everything, False)):
        asked = ("--remove-sprinkles", limit, "--output", f"{limit}.coco.json", "--stop", 0)
        assert masklet("track", small_clip, *POINT, *asked, *SMALL).code == 0
        assert bool(json.loads(Path(f"{limit}.coco.json").read_text())["annotations"]) == some


def test_a_video_that_breaks_off_keeps_what_was_tracked(
    masklet: Callable[..., Ran], tmp_path: Path
) -> None:
    (tmp_path / "cut.mp4").write_bytes(CLIP.read_bytes()[:80_000])
    ran = masklet("track", "cut.mp4", *POINT, "--output", "out.mp4", "--json", *SMALL)
    assert ran.code == 2
    assert "cut short" in ran.err
    tracked = sum(event["event"] == "frame" for event in ran.events)
    assert tracked > 2
    assert length("out.mp4") == tracked
    (done,) = [event for event in ran.events if event["event"] == "done"]
    assert (done["complete"], done["frames"], done["outputs"]) == (False, tracked, ["out.mp4"])


def test_stream_writes_what_track_writes(masklet: Callable[..., Ran], small_clip: Path) -> None:
    """Eight frames of one prompt: the same label pictures but for clips' pointer distances."""
    common = (*POINT, "--frames", "5", *SMALL)
    ran = masklet("stream", small_clip, *common, "--output", "streamed", "--output", "out.mp4")
    assert (ran.code, ran.out) == (0, "streamed\nout.mp4\n")
    assert length("streamed") == length("out.mp4") == 5
    tracked = masklet("track", small_clip, *POINT, "--stop", 0, "--output", "tracked", *SMALL)
    assert tracked.code == 0
    np.testing.assert_array_equal(labels_in("streamed/00000.png"), labels_in("tracked/00000.png"))


def test_stream_says_that_a_prompt_was_never_reached(
    masklet: Callable[..., Ran], small_clip: Path
) -> None:
    asked = ("--point", "20:1:5,5", "--output", "out.mp4")
    ran = masklet("stream", small_clip, *asked, *SMALL)
    assert ran.code == 2
    assert "frame 20 has a prompt, and the input ended after 8" in ran.err
    assert length("out.mp4") == 8


def test_segment_writes_every_kind_of_output(
    masklet: Callable[..., Ran], small_clip: Path, tmp_path: Path
) -> None:
    with closing(open_source(small_clip)) as source:
        write_picture(tmp_path / "picture.png", source[0])
    names = ["over.png", "alone.cutout.png", "two.mask.png", "codes.json"]
    outputs = [part for name in names for part in ("--output", name)]
    boxes = ("--box", "85,35,130,90", "--box", "0,25,60,90")
    ran = masklet("segment", "picture.png", *boxes, *outputs, *SMALL)
    assert (ran.code, ran.out.split()) == (0, names)
    labels = labels_in("two.mask.png")
    alone = labels_in("alone.cutout.png")
    assert alone.shape == (90, 160, 4)
    np.testing.assert_array_equal(alone[..., 3] > 0, labels > 0)
    codes = json.loads(Path("codes.json").read_text())["annotations"]
    for code in codes:
        assert code["area"] >= (labels == code["track_id"]).sum()
    (done,) = masklet("segment", "picture.png", "--point", "9,9", "--json", *SMALL).events
    assert done["objects"] == [1]
    assert done["outputs"] == ["picture.masklet.png"]
    three = masklet("segment", "picture.png", *POINT, "--multimask", "--json", *SMALL).events
    assert three[0]["objects"] == ["1-1", "1-2", "1-3"]
    assert done["event"] == "done"


def started(*arguments: object) -> "subprocess.Popen[str]":
    """The command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "masklet.cli.main", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals work otherwise on Windows")
def test_ctrl_c_leaves_whole_files(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    asked = ("track", CLIP, "--point", "430,310", "--output", out, "--json", *SMALL)
    with started(*asked) as running:
        assert running.stdout is not None
        for _ in range(3):
            running.stdout.readline()
        running.send_signal(signal.SIGINT)
        rest, err = running.communicate(timeout=120)
    assert (running.returncode, err) == (130, "masklet: stopped\n")
    done = json.loads(rest.splitlines()[-1])
    assert (done["event"], done["complete"]) == ("done", False)
    assert 3 <= done["frames"] < 92
    assert length(out) == done["frames"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise on Windows")
def test_a_broken_pipe_is_quiet(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    asked = ("track", CLIP, "--point", "430,310", "--output", out, "--json", *SMALL)
    with started(*asked) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        err = running.stderr.read()
        assert (running.wait(timeout=120), err) == (141, "")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise on Windows")
def test_help_may_be_cut_off() -> None:
    """As by ``head``; it is longer than what a pipe holds."""
    with started("train", "--help") as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        err = running.stderr.read()
        assert (running.wait(timeout=120), err) == (141, "")


def test_version_and_help_name_every_verb(masklet: Callable[..., Ran]) -> None:
    assert masklet("--version").out.startswith("masklet 0.")
    for verb in ("segment", "track", "stream", "weights", "doctor"):
        assert masklet(verb, "--help").code == 0
        assert verb in masklet("--help").out


def test_doctor_reports_and_passes(masklet: Callable[..., Ran]) -> None:
    ran = masklet("doctor", "--json")
    assert (ran.code, ran.err) == (0, "")
    *findings, done = ran.events
    assert done["event"] == "done"
    assert {"python", "torch", "cpu", "devices", "reads", "writes", "nano", "trial"} <= {
        finding["name"] for finding in findings
    }
    assert all(finding["ok"] for finding in findings)


def test_the_default_model_follows_the_astronaut(
    masklet: Callable[..., Ran], tmp_path: Path
) -> None:
    """Three clicks: she is found before she is hidden, and found again after."""
    clicks = [part for x, y in CLICKS for part in ("--point", f"{x},{y}")]
    ran = masklet("track", CLIP, *clicks, "--output", "masks")
    assert ran.code == 0
    truth = json.loads(Path(__file__).with_name("clip_masks.json").read_text())
    size, overlaps = Size(*truth["size"]), []
    for index, counts in enumerate(truth["counts"]):
        wanted = rle.decode(Rle(size, counts))
        found = labels_in(tmp_path / "masks" / f"{index:05d}.png") > 0
        overlaps.append((wanted & found).sum() / max((wanted | found).sum(), 1))
    assert np.mean(overlaps[:25]) > 0.6
    assert np.mean(overlaps[70:]) > 0.5
