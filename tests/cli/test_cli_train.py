"""``masklet train``: the smoke recipe from nothing, a batch drawn, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_ran import Ran
from PIL import Image

from masklet.train.checkpointing import averaged_weights
from masklet.train.journal import read_journal, validations
from tests.data.conftest import data_root, shards

__all__ = ["data_root", "shards"]


def test_the_smoke_recipe_needs_nothing_and_goes_on(masklet: Callable[..., Ran]) -> None:
    """It draws its pool, writes its files, and the same command has nothing left to do."""
    words = ("train", "cpu_smoke", "--steps", 4, "--log-every", 2, "--output", "here")
    ran = masklet(*words)
    assert ran.code == 0
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["step", "2"], ["step", "4"]]
    names = ("weights.safetensors", "run.pt", "log.jsonl")
    assert lines[2:] == [f"here/{name}" for name in names]
    assert averaged_weights(Path("here/run.pt"))
    again = masklet(*words, "--json")
    assert [event["event"] for event in again.events] == ["begin", "done"]
    assert again.events[0]["step"] == 4
    assert again.events[1]["complete"] is True


def test_machines_hear_every_line_of_the_log(masklet: Callable[..., Ran]) -> None:
    """And the next stage starts from the first."""
    ran = masklet("train", "cpu_smoke", "--steps", 2, "--log-every", 1, "--json")
    assert [event["event"] for event in ran.events] == ["begin", "log", "log", "done"]
    assert ran.events[2]["step"] == 2
    assert ran.events[2]["last"]["total"] > 0
    names = ("weights.safetensors", "run.pt", "log.jsonl")
    assert ran.events[3]["outputs"] == [f"runs/cpu_smoke/{name}" for name in names]
    start = ("--start", "runs/cpu_smoke/run.pt", "--pool", "runs/cpu_smoke/pool")
    small = ("--size", 64, "--steps", 1, "--peak", 1e-5)
    assert masklet("train", "photos", *start, *small).code == 0


@pytest.mark.parametrize("recipe", ["photos", "clips"])
def test_a_batch_is_shown_with_its_masks(masklet: Callable[..., Ran], recipe: str) -> None:
    """Every kind that it plays, in rows, and no run."""
    masklet("train", "cpu_smoke", "--show-batch", "smoke.png")
    pool = ("--pool", "runs/cpu_smoke/pool")
    words = ("--size", 64, "--augment", "paper", "--show-batch", "batch.png")
    ran = masklet("train", recipe, *pool, *words)
    assert ran.code == 0, ran.err
    assert ran.out == "batch.png\n"
    with Image.open("batch.png") as sheet:
        assert sheet.width == 1600
        assert len(sheet.getcolors(maxcolors=1 << 24) or ()) > 1000
    assert not list(Path().glob("runs/*/run.pt"))


def test_datasets_are_trained_on_as_they_lie(masklet: Callable[..., Ran], data_root: Path) -> None:
    """Named in words or in a file; read by workers or by none."""
    photos, videos = data_root / "images/coco/train", data_root / "davis-train"
    small = ("--size", 64, "--steps", 1)
    words = (f"photos={photos}:2", f"davis={videos}:1")
    assert masklet("train", "photos", "--mix", words[0], *small, "--workers", 0).code == 0
    ran = masklet("train", "joint", "--mix", *words, *small, "--show-batch", "mix.png")
    assert ran.code == 0, ran.err
    Path("mix.toml").write_text(
        f'[[set]]\nkind = "photos"\npath = "{photos}"\n'
        f'[[set]]\nkind = "davis"\npath = "{videos}"\nrepeat = 2\n'
    )
    ran = masklet("train", "joint", "--mix", "mix.toml", *small, "--workers", 1)
    assert ran.code == 0, ran.err
    assert averaged_weights(Path("runs/joint/run.pt"))


def test_a_run_on_datasets_is_measured_on_others(
    masklet: Callable[..., Ran], data_root: Path
) -> None:
    """Photos and videos that are named, before the first step and after the last."""
    photos, videos = data_root / "images/coco", data_root / "davis-train"
    mix = ("--mix", f"photos={photos / 'train'}", f"davis={videos}")
    held = ("--held-out", f"photos={photos / 'val'}", f"davis={videos}")
    ran = masklet("train", "joint", *mix, *held, "--size", 64, "--steps", 1, "--workers", 0)
    assert ran.code == 0, ran.err
    first, last = validations(read_journal(Path("runs/joint/log.jsonl")))
    assert (first["step"], last["step"]) == (0, 1)
    assert (first["photos"], first["objects"], first["clips"]) == (2, 4, 5)
    assert first["validation"].keys() == {"IoU 1", "IoU 3", "IoU 5", "J&F"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("joint", "--mix", "davis=HERE", "--validate-every", 5),
            "--held-out names datasets",
        ),
        (
            ("photos", "--pool", "POOL", "--held-out", "davis=HERE"),
            "videos alone came",
        ),
        (("photos", "--pool", "POOL", "--held-out", "photos=no"), "no"),
        (("finetune", "--held-out", "photos=no"), "finetune takes a folder"),
        (("mae", "--data", "good", "--held-out", "photos=no"), "without the others"),
    ],
)
def test_what_cannot_be_held_out_is_one_line(
    masklet: Callable[..., Ran], data_root: Path, shards: Path, words: tuple, said: str
) -> None:
    places = {"POOL": str(shards), "davis=HERE": f"davis={data_root / 'davis-train'}"}
    ran = masklet("train", *(places.get(word, word) for word in words))
    assert (ran.code, len(ran.err.splitlines())) == (2, 1), ran.err
    assert said in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("photos", "--mix", "sav"), "data: 'sav' came; wanted KIND=PATH"),
        (("photos", "--mix", "none.toml"), "none.toml cannot be read"),
        (("photos", "--mix", "sav=x", "--pool", "y"), "--pool, --mix: both came"),
        (("photos", "--mix", "sav=x", "--workers", -1), "--workers=-1: wanted 0 or more"),
        (("finetune", "--mix", "sav=x"), "finetune takes a folder"),
        (("photos",), "--pool: photos needs shards"),
        (("photos", "--pool", "nowhere"), "nowhere holds no train-"),
        (("cpu_smoke", "--steps", 0), "--steps=0: wanted 1 or more"),
        (("cpu_smoke", "--save-every", -1), "--save-every=-1: wanted 1 or more"),
        (("cpu_smoke", "--size", 100), "--size=100: wanted a positive multiple of 32"),
        (("cpu_smoke", "--start", "no.pt"), "no.pt: cannot be read as a run"),
        (("cpu_smoke", "--device", "gpu"), "device: 'gpu' cannot be used here"),
    ],
)
def test_what_cannot_be_used_is_one_line(
    masklet: Callable[..., Ran], words: tuple, said: str
) -> None:
    ran = masklet("train", *words)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
