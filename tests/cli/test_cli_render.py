"""``masklet render`` on a real clip: outputs, stacks, how it stops, and what it refuses."""

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

from masklet.draw.effects import Scene, apply, usual
from masklet.formats.provenance import check_provenance
from masklet.formats.writer import open_writer
from masklet.media.pictures import read_picture, write_picture
from masklet.media.sources import open_source
from masklet.values import FrameResult, Size

SIZE = Size(90, 160)


def mask_of(frame: int, row: int) -> np.ndarray:
    """Two boxes that move apart."""
    mask = np.zeros(SIZE, bool)
    left = 60 + (2 * row - 1) * (10 + 3 * frame)
    mask[20:60, left : left + 24] = True
    return mask


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    """Masks of eight frames, of an object with a name and one with a number."""
    path = tmp_path / "clip.coco.json"
    with open_writer(path, size=SIZE, kind="coco") as writer:
        for frame in range(8):
            inside = np.stack([mask_of(frame, row) for row in (0, 1)])
            result = FrameResult(
                index=frame,
                objects=("dog", 2),
                logits=np.where(inside, np.float32(1), np.float32(-1)),
                scores=np.ones(2, np.float32),
                presence=np.ones(2, np.float32),
                size=SIZE,
            )
            writer.add(result)
    return path


def frames_in(path: Path | str) -> list[np.ndarray]:
    """Every frame of a video or folder."""
    with closing(open_source(path)) as source:
        return [source[index] for index in range(len(source))]


def test_effects_are_drawn_on_every_frame(
    masklet: Callable[..., Ran], small_clip: Path, masks: Path, tmp_path: Path
) -> None:
    asked = ("--effect", "spotlight:strength=1,objects=2", "--effect", "overlay:colour=#ff0000")
    ran = masklet("render", small_clip, masks, *asked, "--output", "out.mp4")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.split() == ["out.mp4", "out.mp4.credentials.json"]
    drawn = frames_in("out.mp4")
    assert len(drawn) == 8
    for frame, picture in enumerate(drawn):
        assert picture[80:, 150:].max() < 12
        inside = mask_of(frame, 0)
        assert picture[inside][:, 0].mean() == pytest.approx(128, abs=12)
        assert picture[inside][:, 1].mean() < 12
    told = check_provenance(tmp_path / "out.mp4", source=small_clip)
    assert told.problems == ()
    assert [effect.kind for effect in told.effects] == ["spotlight", "overlay"]
    assert told.effects[1].strength == usual("overlay").strength


def test_a_folder_holds_exactly_what_effects_draw(
    masklet: Callable[..., Ran], small_clip: Path, masks: Path
) -> None:
    ran = masklet(
        *("render", small_clip, masks, "--effect", "cut-out", "--output", "cut/"),
        *("--start", 2, "--stop", 4),
    )
    assert (ran.code, ran.out.split()) == (0, ["cut/"])
    names = sorted(path.name for path in Path("cut").iterdir())
    assert names == ["00002.png", "00003.png", "00004.png", "credentials.json"]
    both = np.stack([mask_of(3, row) for row in (0, 1)])
    source = frames_in(small_clip)[3]
    expected = apply([usual("cut-out")], source, both, scene=Scene(objects=(1, 2)))
    with Image.open("cut/00003.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), expected)


def test_a_picture_is_put_behind(
    masklet: Callable[..., Ran], small_clip: Path, masks: Path
) -> None:
    write_picture("sea.png", np.full((30, 30, 3), (10, 20, 200), np.uint8))
    effect = ("--effect", "replace-background:picture=sea.png")
    ran = masklet("render", small_clip, masks, *effect, "--output", "out/", "--no-credentials")
    assert ran.code == 0
    assert (read_picture("out/00000.png")[85, 155] == (10, 20, 200)).all()
    assert not Path("out/credentials.json").exists()


def test_machines_are_told_and_the_usual_name_follows_transparency(
    masklet: Callable[..., Ran], small_clip: Path, masks: Path
) -> None:
    ran = masklet("render", small_clip, masks, "--effect", "cut-out", "--json", "--no-credentials")
    *frames, done = ran.events
    assert [event["frame"] for event in frames] == list(range(8))
    assert frames[0]["objects"] == ["dog", 2]
    assert (done["event"], done["complete"]) == ("done", True)
    assert done["outputs"] == ["small.edited.mov"]
    assert not Path("small.edited.mov.credentials.json").exists()


def test_frames_without_masks_are_noted(
    masklet: Callable[..., Ran], small_clip: Path, masks: Path
) -> None:
    """Where masks are missing, nothing is hidden: a person must hear of it."""
    told = json.loads(masks.read_text())
    gone = {image["id"] for image in told["images"] if image["frame_index"] >= 5}
    told["images"] = [image for image in told["images"] if image["id"] not in gone]
    told["annotations"] = [one for one in told["annotations"] if one["image_id"] not in gone]
    masks.write_text(json.dumps(told))
    asked = ("render", small_clip, masks, "--effect", "blur-object", "--output", "out.mp4")
    ran = masklet(*asked)
    assert ran.code == 0
    assert "note: 3 of 8 frames have no masks" in ran.err
    assert "the first is frame 5" in ran.err
    assert len(frames_in("out.mp4")) == 8
    assert "no masks" in masklet(*asked, "--json").events[0]["message"]
    assert masklet(*asked, "--stop", 4).err == ""


@pytest.mark.parametrize(
    ("effects", "output", "said"),
    [
        ((), "out.mp4", "say what with --effect"),
        (("bluur",), "out.mp4", "'bluur' came; wanted one of overlay"),
        (("overlay:strenght=1",), "out.mp4", "--effect overlay:strenght=1: 'strenght=1' came"),
        (("overlay:strength=much",), "out.mp4", "strength 'much' came; wanted 0 to 1"),
        (("overlay:strength=2",), "out.mp4", "strength 2.0 came; wanted 0 to 1"),
        (("overlay:colour=red",), "out.mp4", "colour 'red' came; wanted #rrggbb"),
        (("overlay:objects=cat",), "out.mp4", "object cat came; the masks hold dog, 2"),
        (("overlay:picture=sea.png",), "out.mp4", "no use for a picture"),
        (("replace-background:picture=sea.png",), "out.mp4", "sea.png does not exist"),
        (("cut-out",), "out.mp4", "wanted .mov, .webm or a folder"),
        (("overlay",), "out.gif", "out.gif came; wanted a name that ends in"),
    ],
)
def test_bad_input_is_one_line(
    masklet: Callable[..., Ran],
    small_clip: Path,
    masks: Path,
    effects: tuple[str, ...],
    output: str,
    said: str,
) -> None:
    asked = [part for effect in effects for part in ("--effect", effect)]
    ran = masklet("render", small_clip, masks, *asked, "--output", output)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("masklet: error: ")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert not Path(output).exists()


def test_masks_of_another_video_are_refused(
    masklet: Callable[..., Ran], masks: Path, tmp_path: Path
) -> None:
    write_picture(tmp_path / "other" / "0.png", np.zeros((40, 60, 3), np.uint8))
    ran = masklet("render", "other", masks, "--effect", "overlay", "--output", "out.mp4")
    assert ran.code == 2
    assert "masks: they are 160x90, the video is 60x40" in ran.err


def test_an_interrupt_leaves_a_valid_video(small_clip: Path, masks: Path, tmp_path: Path) -> None:
    """The first Ctrl-C ends after the frame at hand, with the record written and code 130."""
    frames = tmp_path / "many"
    frames.mkdir()
    for index in range(400):
        os.link(_one_frame(small_clip, tmp_path), frames / f"{index:05d}.png")
    program = [sys.executable, "-m", "masklet.cli.main", "render", str(frames), str(masks)]
    asked = ["--effect", "fill-in", "--output", "out.mp4", "--json"]
    with subprocess.Popen(
        [*program, *asked], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if '"frame": 20' in line:
                running.send_signal(signal.SIGINT)
                break
        out, err = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "masklet: stopped" in err
    done = json.loads(out.splitlines()[-1])
    assert done["complete"] is False
    assert 20 < done["frames"] < 400
    assert len(frames_in(tmp_path / "out.mp4")) == done["frames"]
    assert check_provenance(tmp_path / "out.mp4", source=frames).problems == ()


def _one_frame(clip: Path, folder: Path) -> Path:
    path = folder / "one.png"
    if not path.exists():
        write_picture(path, frames_in(clip)[0])
    return path
