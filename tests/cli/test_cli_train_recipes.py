"""``masklet train`` with every recipe that plays the game, for two steps on drawn pictures."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from cli_ran import Ran

from masklet import load
from masklet.train.checkpointing import averaged_weights
from masklet.train.drawn import draw_pool
from masklet.train.journal import read_journal

TINY = ("--size", 64, "--batch", 2, "--objects", 1, "--frames", 3, "--log-every", 1)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pool of shapes, still and moving."""
    return draw_pool(tmp_path_factory.mktemp("pool"), side=64)


@pytest.mark.parametrize(
    "words",
    [
        ("image_pretrain", "--accumulate", 2),
        ("full_training",),
        ("long_clips", "--float32"),
        ("one_small_gpu", "--accumulate", 2),
        ("image_pretrain", "--model", "sam2.1-hiera-tiny", "--float32"),
    ],
    ids=lambda words: words[0],
)
def test_every_recipe_takes_two_steps(
    masklet: Callable[..., Ran], drawn: Path, words: tuple
) -> None:
    """And leaves weights that load, of the side that was seen."""
    ran = masklet("train", *words, "--pool", drawn, *TINY, "--steps", 2, "--output", "run")
    assert ran.code == 0, ran.err
    assert ran.err == ""
    assert ran.out.splitlines()[-3:] == ["run/weights.safetensors", "run/run.pt", "run/log.jsonl"]
    assert [line["step"] for line in read_journal(Path("run/log.jsonl"))] == [1, 2]
    assert load(checkpoint="run/weights.safetensors", device="cpu").config.image_size == 64


def test_one_command_trains_the_small_model_stage_by_stage(
    masklet: Callable[..., Ran], drawn: Path
) -> None:
    """Each in a folder of its own; said again, it goes on in the stage where it was stopped.

    Only the first stage changes what normalisation layers have measured.
    """
    words = ("train", "nano_from_scratch", "--pool", drawn, *TINY, "--steps", 12, "--output", "all")
    ran = masklet(*words, "--json")
    assert ran.code == 0, ran.err
    assert ran.events[-1]["outputs"][0] == "all/joint/weights.safetensors"
    assert steps_begun(ran) == {"photos": (0, 7), "clips": (0, 1), "joint": (0, 4)}
    kept = averaged_weights(Path("all/photos/run.pt"))
    Path("all/joint/run.pt").unlink()
    again = masklet(*words, "--json")
    assert steps_begun(again) == {"photos": (7, 7), "clips": (1, 1), "joint": (0, 4)}
    torch.testing.assert_close(averaged_weights(Path("all/photos/run.pt")), kept, rtol=0, atol=0)
    measured = "image_encoder.trunk.stem.0.1.running_mean"
    joint = averaged_weights(Path("all/joint/run.pt"))
    assert kept[measured].any()
    assert torch.equal(joint[measured], kept[measured])


def steps_begun(ran: Ran) -> dict[str, tuple[int, int]]:
    """The step at which each run began, and how many it has."""
    begun = [event for event in ran.events if event["event"] == "begin"]
    return {event["recipe"]: (event["step"], event["steps"]) for event in begun}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("photos", "--model", "nano"), "--model: photos has a model of its own"),
        (("nano_from_scratch", "--model", "nano"), "--model: nano_from_scratch has a model"),
        (("long_clips", "--model", "huge"), "--model: 'huge' came; wanted one of nano, sam2"),
        (("long_clips", "--frames", 0), "--frames=0: wanted 1 or more"),
        (("photos", "--accumulate", 0), "--accumulate=0: wanted 1 or more"),
        (("mae", "--recompute"), "--recompute, --compile: mae has neither"),
        (("joint", "--bfloat16", "--float32"), "--bfloat16, --float32: both came"),
        (("nano_from_scratch",), "--pool: nano_from_scratch needs shards"),
        (("one_small_gpu", "--model", "sam2.1-hiera-large", "--pool", "x"), "x holds no train-"),
    ],
)
def test_what_a_recipe_cannot_use_is_one_line(
    masklet: Callable[..., Ran], words: tuple, said: str
) -> None:
    ran = masklet("train", *words)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
