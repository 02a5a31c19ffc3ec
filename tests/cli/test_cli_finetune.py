"""``masklet train finetune``: a folder of drawn pictures in, better weights out."""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from cli_ran import Ran
from PIL import Image
from small import SMALL as SMALL_CONFIG
from small import small_model

from masklet import load
from masklet.checkpoints.read import write_ours
from tests.data.conftest import data_root, shards
from tests.train.drawn_folder import write_apart, write_beside

__all__ = ["data_root", "shards"]
SMALL = ("--size", 64, "--log-every", 5)


def test_a_folder_makes_the_bundled_model_better(masklet: Callable[..., Ran]) -> None:
    """Its clicks on pictures that were put aside; the weights load as any others."""
    write_beside(Path("shapes"), range(24))
    words = ("train", "finetune", "--data", "shapes", "--output", "run", "--validate-every", 0)
    ran = masklet(*words, *SMALL, "--steps", 20, "--save-every", 10)
    assert ran.code == 0, ran.err
    assert ran.err == ""
    *said, before, after = [line for line in ran.out.splitlines() if "/" not in line]
    assert said[-1].startswith("step     20")
    assert before.startswith("held out, step      0  IoU after 1, 3, 5 clicks 0.")
    assert after.startswith("held out, step     20  IoU after 1, 3, 5 clicks 0.")
    names = ("weights.safetensors", "finetune.json", "before-after.png", "run.pt", "log.jsonl")
    assert ran.out.splitlines()[-5:] == [f"run/{name}" for name in names]
    report = json.loads(Path("run/finetune.json").read_text())
    assert report["after"]["IoU 1"] > report["before"]["IoU 1"] + 0.05
    assert report["photos"] == {"train": 22, "val": 2}
    assert report["data"] == "shapes"
    assert report["parameters learned"] == report["parameters in all"]
    with Image.open("run/before-after.png") as picture:
        assert picture.width == 1120
    assert sorted(path.name for path in Path("run/validation").iterdir()) == [
        "step-000000.png",
        "step-000020.png",
    ]
    point = ("--point", "14,20", "--checkpoint", "run/weights.safetensors")
    segmented = masklet("segment", "shapes/000.jpg", *point)
    assert segmented.code == 0, segmented.err
    again = masklet(*words, *SMALL, "--steps", 20, "--json")
    assert [event["event"] for event in again.events] == ["begin", "done"]


@pytest.mark.parametrize("tune", ["decoder", "lora"])
def test_weights_of_every_kind_of_tuning_load(masklet: Callable[..., Ran], tune: str) -> None:
    """With the side that they were tuned at; most of the model was left alone."""
    write_apart(Path("shapes"), range(8))
    words = ("train", "finetune", "--data", "shapes", "--tune", tune, "--steps", 2, "--json")
    ran = masklet(*words, *SMALL, "--rank", 4, "--output", "run")
    assert ran.code == 0, ran.err
    assert [event["event"] for event in ran.events] == ["begin", *["validation"] * 3, "done"]
    assert ran.events[1]["validation"].keys() == {"IoU 1", "IoU 3", "IoU 5"}
    assert ran.events[1]["sheet"] == "run/validation/step-000000.png"
    report = json.loads(Path("run/finetune.json").read_text())
    assert report["tuning"]["what"] == tune
    assert report["parameters learned"] < 0.5 * report["parameters in all"]
    model = load(checkpoint="run/weights.safetensors")
    assert model.config.image_size == 64
    further = masklet(*words[:4], "--start", "run/weights.safetensors", *SMALL, "--steps", 1)
    assert further.code == 0, further.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("finetune",), "--data: finetune needs a folder"),
        (("finetune", "--data", "nowhere"), "nowhere is no folder"),
        (("finetune", "--data", "empty"), "empty holds no pictures"),
        (("finetune", "--data", "good", "--pool", "x"), "--held-out: finetune takes a folder"),
        (("finetune", "--data", "good", "--start", "no.safetensors"), "no.safetensors"),
        (("finetune", "--data", "good", "--start", "sam2.1-hiera-tiny"), "weights get"),
        (("finetune", "--data", "good", "--rank", 0), "rank=0: wanted 1 or more"),
        (("finetune", "--data", "good", "--validate-every", -1), "--validate-every=-1"),
        (("cpu_smoke", "--data", "good"), "are of finetune, not cpu_smoke"),
        (("cpu_smoke", "--validate-every", 5), "holds no val-*.safetensors"),
    ],
)
def test_what_cannot_be_used_is_one_line(
    masklet: Callable[..., Ran], words: tuple, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKLET_HOME", "store")
    Path("empty").mkdir()
    write_beside(Path("good"), range(3))
    ran = masklet("train", *words)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_objects_that_are_left_out_are_counted(masklet: Callable[..., Ran]) -> None:
    """Two pixels of 3,072 are too few; parts of an object may be objects."""
    labels = write_beside(Path("shapes"), range(4)) / "000.png"
    for number in range(4):
        with Image.open(labels.with_name(f"{number:03d}.png")) as image:
            pixels = image.copy()
        pixels.putpixel((0, 0), 9)
        pixels.putpixel((1, 0), 9)
        pixels.save(labels.with_name(f"{number:03d}.png"))
    words = ("train", "finetune", "--data", "shapes", "--show-batch", "batch.png", "--size", 64)
    ran = masklet(*words)
    assert ran.code == 0
    assert ran.err == (
        "masklet: 2 of 8 objects cover less than 0.1 % or more than 90 % of their picture and "
        "are left out\n"
    )


def test_tensorboard_is_written_or_asked_for(masklet: Callable[..., Ran]) -> None:
    """Where it is not installed, one line says how to."""
    write_beside(Path("shapes"), range(4))
    words = ("train", "finetune", "--data", "shapes", "--steps", 1, "--tensorboard")
    ran = masklet(*words, *SMALL, "--output", "run")
    if find_spec("tensorboard") is None:
        assert ran.code == 2
        assert ran.err == (
            "masklet: error: --tensorboard needs TensorBoard; pip install 'masklet[tensorboard]'\n"
        )
        return
    assert ran.code == 0, ran.err
    assert list(Path("run/tensorboard").glob("events.*"))


def test_another_trunk_is_tuned_from_its_file(masklet: Callable[..., Ran]) -> None:
    """Earlier blocks slower; the side is the model's own."""
    write_ours("small.safetensors", small_model().runtime.model.state_dict(), SMALL_CONFIG)
    write_beside(Path("shapes"), range(4))
    words = ("train", "finetune", "--data", "shapes", "--start", "small.safetensors", "--steps", 1)
    ran = masklet(*words, "--tune", "lora", "--layer-decay", 0.8, "--output", "run")
    assert ran.code == 0, ran.err
    report = json.loads(Path("run/finetune.json").read_text())
    assert (report["model"], report["size"]) == ("small", 64)
    assert report["start"] == "small.safetensors"
    assert report["peak rate"] == pytest.approx(5e-5)
    assert load(checkpoint="run/weights.safetensors").config.trunk == SMALL_CONFIG.trunk


def test_other_recipes_are_measured_on_val_shards(
    masklet: Callable[..., Ran], shards: Path
) -> None:
    """Clips also by J&F."""
    words = ("train", "clips", "--pool", shards, "--size", 64, "--steps", 1, "--json")
    ran = masklet(*words)
    assert ran.code == 0, ran.err
    measured = [event for event in ran.events if event["event"] == "validation"]
    assert [event["step"] for event in measured] == [0, 1]
    assert measured[1]["validation"].keys() == {"IoU 1", "IoU 3", "IoU 5", "J&F"}
    assert (measured[1]["photos"], measured[1]["clips"]) == (6, 5)
