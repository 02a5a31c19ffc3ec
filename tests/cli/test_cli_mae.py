"""``masklet train mae``: pictures without masks in, an image encoder to start from out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cli_ran import Ran
from PIL import Image

from tests.data.conftest import data_root, shards
from tests.train.drawn_folder import write_beside

__all__ = ["data_root", "shards"]
SMALL = ("--size", 64, "--log-every", 1)


def test_a_folder_of_pictures_pretrains_what_photos_start_from(
    masklet: Callable[..., Ran],
) -> None:
    """It paints before, between and after, and goes on; fine-tuning may not follow."""
    write_beside(Path("shapes"), range(12))
    words = ("train", "mae", "--data", "shapes", "--output", "run", "--workers", 0, *SMALL)
    ran = masklet(*words, "--steps", 2, "--validate-every", 1)
    assert (ran.code, ran.err) == (0, "")
    said = [line.rpartition(" ")[0] for line in ran.out.splitlines()[:4]]
    assert said[:2] == ["step      1  loss", "step      2  loss"]
    assert said[2:] == [f"held out, step      {at}  hidden error" for at in (0, 2)]
    assert ran.out.splitlines()[4:] == ["run/run.pt", "run/log.jsonl"]
    sheets = sorted(Path("run/validation").iterdir())
    assert [sheet.name for sheet in sheets] == [f"step-00000{at}.png" for at in range(3)]
    with Image.open(sheets[0]) as sheet:
        assert sheet.width == 1600
    again = masklet(*words, "--steps", 3, "--json")
    assert [event["event"] for event in again.events] == ["begin", "log", "validation", "done"]
    assert again.events[0]["step"] == 2
    masklet("train", "cpu_smoke", "--show-batch", "smoke.png")
    pool = ("--pool", "runs/cpu_smoke/pool")
    photos = masklet("train", "photos", *pool, "--start", "run/run.pt", *SMALL, "--steps", 1)
    assert photos.code == 0, photos.err
    refused = masklet("train", "finetune", "--data", "shapes", "--start", "run/run.pt", *SMALL)
    assert refused.code == 2
    assert "holds an image encoder that was pre-trained and no more" in refused.err


@pytest.mark.parametrize("source", ["pool", "mix"])
def test_photos_with_masks_are_pictures_too(
    masklet: Callable[..., Ran], shards: Path, data_root: Path, source: str
) -> None:
    """Those of a pool, measured on its val shards, and of datasets as they lie."""
    pictures = {
        "pool": ("--pool", shards),
        "mix": ("--mix", f"photos={data_root / 'images/coco/train'}", "--workers", 0),
    }
    words = ("train", "mae", *pictures[source], *SMALL)
    ran = masklet(*words, "--steps", 1, "--json")
    assert ran.code == 0, ran.err
    measured = ["validation", "log", "validation"] if source == "pool" else ["log"]
    assert [event["event"] for event in ran.events] == ["begin", *measured, "done"]
    shown = masklet(*words, "--show-batch", "batch.png")
    assert shown.code == 0, shown.err
    assert Path("batch.png").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mae",), "--data: mae needs a folder of pictures, or --pool or --mix"),
        (("mae", "--data", "nowhere"), "nowhere is no folder"),
        (("mae", "--data", "good", "--pool", "x"), "wanted --data without the others"),
        (("mae", "--data", "good", "--rank", 3), "are of finetune, not mae"),
        (("mae", "--data", "good", "--model", "vit"), "'vit' came; wanted one of nano, sam2"),
        (("mae", "--data", "good", "--hidden", 1), "--hidden=1.0: wanted more than 0"),
        (("mae", "--data", "good", "--size", 32), "size=32: wanted a multiple of 32, at least 64"),
        (("mae", "--data", "good", "--workers", -1), "--workers=-1: wanted 0 or more"),
        (("photos", "--hidden", 0.5), "--hidden is of mae, not photos"),
    ],
)
def test_what_cannot_pretrain_is_one_line(
    masklet: Callable[..., Ran], words: tuple, said: str
) -> None:
    """It names the flag."""
    write_beside(Path("good"), range(5))
    ran = masklet("train", *words)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
