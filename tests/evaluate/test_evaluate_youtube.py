"""G is the mean of J and F over seen and over unseen categories."""

import json
from pathlib import Path

import pytest
from evaluate.made_data import labels_at
from small import moving_pictures

from masklet.data.readers.annotated import truth_of_labels
from masklet.errors import FormatError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.baselines import CopyMethod
from masklet.evaluate.scores.convention import YOUTUBE
from masklet.evaluate.tasks.blocks import Table
from masklet.evaluate.tasks.played import from_plain
from masklet.evaluate.tasks.vos import MASK, VosTask
from masklet.evaluate.tasks.youtube import Thing, YoutubeTask, seen_things


def meta(path: Path, **categories: dict[str, str]) -> Path:
    """A ``meta.json`` of videos with the category of each object."""
    videos = {
        video: {"objects": {label: {"category": kind, "frames": []} for label, kind in of.items()}}
        for video, of in categories.items()
    }
    path.write_text(json.dumps({"videos": videos}))
    return path


def wandering() -> HeldVideo:
    """Object 1 moves four columns a frame, object 3 stays."""
    truths = {step: truth_of_labels(labels_at(step)) for step in range(4)}
    return HeldVideo(name="wandering", pictures=moving_pictures(4), truths=truths)


def test_categories_of_the_training_set_are_seen(tmp_path: Path) -> None:
    here = meta(tmp_path / "meta.json", wandering={"1": "cat", "3": "kite"})
    training = meta(tmp_path / "train.json", other={"1": "cat", "2": "dog"})
    assert seen_things(here, training) == {
        Thing("wandering", 1): True,
        Thing("wandering", 3): False,
    }


def test_g_is_the_mean_of_four_means() -> None:
    """The copied mask of the moving square shares 20 - 4 n of 20 + 4 n columns; the other all."""
    seen = {Thing("wandering", 1): True, Thing("wandering", 3): False}
    task = YoutubeTask(vos=VosTask(prompt=MASK, convention=YOUTUBE), seen=seen)
    plain = task.play(CopyMethod(), wandering())
    section = task.section({"copy": [plain]})
    found = task.figures([from_plain(plain)])
    assert found.region_seen == pytest.approx((16 / 24 + 12 / 28 + 8 / 32) / 3)
    assert (found.region_unseen, found.boundary_unseen) == (1, 1)
    assert 0 < found.boundary_seen < 1
    wanted = (found.region_seen + 1 + found.boundary_seen + 1) / 4
    assert section.figures["copy"]["G"] == pytest.approx(wanted)
    table = section.blocks[0]
    assert isinstance(table, Table)
    assert table.rows == (("copy", found.overall, *found),)


def test_an_object_of_no_known_category_is_named() -> None:
    task = YoutubeTask(
        vos=VosTask(prompt=MASK, convention=YOUTUBE), seen={Thing("wandering", 1): True}
    )
    plain = task.play(CopyMethod(), wandering())
    with pytest.raises(FormatError, match="object 3 of wandering"):
        task.section({"copy": [plain]})
