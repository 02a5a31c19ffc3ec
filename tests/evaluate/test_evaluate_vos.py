"""Objects get one prompt where they first show and are followed from there."""

import numpy as np
import pytest
from evaluate.made_data import labels_at
from small import moving_pictures, small_model

from masklet.data.readers.annotated import truth_of_labels
from masklet.errors import FormatError, PromptError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.baselines import CopyMethod
from masklet.evaluate.methods.ours import ModelMethod
from masklet.evaluate.scores.convention import DAVIS, DAVIS_UNION, SAV, VOST, YOUTUBE
from masklet.evaluate.tasks.blocks import Table
from masklet.evaluate.tasks.played import from_plain
from masklet.evaluate.tasks.vos import BOX, MASK, FirstPrompt, Kind, VosTask, first_prompt
from masklet.evaluate.tasks.vos_section import figures_of
from masklet.masks.region import region_similarity


def wandering(frames: int = 5, late: int = 0) -> HeldVideo:
    """Object 1 moves four columns a frame, object 3 stays and is first seen on frame ``late``."""
    truths = {}
    for step in range(frames):
        labels = labels_at(step)
        labels[(labels == 3) & (step < late)] = 0
        truths[step] = truth_of_labels(labels)
    return HeldVideo(name="wandering", pictures=moving_pictures(frames), truths=truths)


def region(plain: dict, label: int) -> list[float]:
    """J of one object, frame by frame."""
    played = from_plain(plain)
    (found,) = [one for one in played.rounds[0].objects if one.label == label]
    return found.region.tolist()


def test_a_copied_mask_scores_what_a_ruler_says() -> None:
    """A square of 20 columns moved by 4 n shares 20 - 4 n columns of 20 + 4 n."""
    plain = VosTask(prompt=MASK).play(CopyMethod(), wandering())
    assert region(plain, 1) == pytest.approx([16 / 24, 12 / 28, 8 / 32])
    assert region(plain, 3) == [1, 1, 1]
    played = from_plain(plain)
    assert (played.frames, played.rounds[0].prompted, played.rounds[0].clicks) == (5, (0,), 0)
    figures = figures_of([played])
    assert figures["J"] == pytest.approx((np.mean([16 / 24, 12 / 28, 8 / 32]) + 1) / 2)
    assert played.shown[0].frame == 3


def test_objects_that_come_later_are_prompted_then() -> None:
    """Until its prompt an object has no mask; the conventions count those frames or do not."""
    plain = VosTask(prompt=MASK, convention=DAVIS).play(CopyMethod(), wandering(late=2))
    assert from_plain(plain).rounds[0].prompted == (0, 2)
    assert region(plain, 3) == [1, 1, 1]
    lengths = []
    for convention in (SAV, YOUTUBE):
        plain = VosTask(prompt=MASK, convention=convention).play(CopyMethod(), wandering(late=2))
        lengths.append([len(region(plain, label)) for label in (1, 3)])
    assert lengths == [[3, 2], [4, 2]]


def test_a_model_that_reads_future_prompts_gets_no_mask_before_them() -> None:
    """masklet tracks an object before its prompt too; that is not what the benchmarks ask for."""
    task = VosTask(prompt=MASK, convention=DAVIS)
    plain = task.play(ModelMethod("small", small_model()), wandering(late=2))
    assert region(plain, 3)[0] == 1


def test_objects_that_do_not_count_are_not_prompted() -> None:
    plain = VosTask(prompt=MASK, convention=VOST).play(CopyMethod(), wandering(late=2))
    (only,) = from_plain(plain).rounds
    assert ([one.label for one in only.objects], only.prompted) == ([1], (0,))


def test_a_union_is_prompted_and_scored_as_one_object() -> None:
    plain = VosTask(prompt=MASK, convention=DAVIS_UNION).play(CopyMethod(), wandering())
    (only,) = from_plain(plain).rounds[0].objects
    shared = [(400 - 80 * n + 200) / (400 + 80 * n + 200) for n in (1, 2, 3)]
    assert only.region == pytest.approx(shared)


@pytest.mark.parametrize("prompt", [MASK, BOX, FirstPrompt(Kind.CLICKS, 1)])
def test_scores_are_those_of_a_session_driven_by_hand(prompt: FirstPrompt) -> None:
    model, video = small_model(), wandering()
    plain = VosTask(prompt=prompt).play(ModelMethod("small", model), video)
    truth = labels_at(0) == 1
    given = {
        "mask": {"mask": truth},
        "box": {"box": (5, 10, 24, 29)},
        "1-click": {"points": [(14, 19)], "labels": [1]},
    }
    with model.video(video.source) as session:
        session.prompt(frame=0, object=1, **given[prompt.name])
        results = list(session.propagate())
    wanted = [region_similarity(results[n].mask(1), labels_at(n) == 1) for n in (1, 2, 3)]
    assert region(plain, 1) == pytest.approx(wanted, abs=2e-3)


def test_methods_that_take_only_masks_say_so() -> None:
    with pytest.raises(PromptError, match="copy"):
        VosTask(prompt=first_prompt("3")).play(CopyMethod(), wandering())


def test_a_video_without_objects_is_refused() -> None:
    blank = {0: truth_of_labels(np.zeros((48, 72), dtype=int))}
    video = HeldVideo(name="blank", pictures=moving_pictures(2), truths=blank)
    with pytest.raises(FormatError, match="blank"):
        VosTask(prompt=MASK).play(CopyMethod(), video)


def test_words_for_prompts() -> None:
    assert [first_prompt(word).name for word in ("mask", "box", "1", "5")] == [
        "mask",
        "box",
        "1-click",
        "5-clicks",
    ]
    for word in ("0", "-1", "clicks", ""):
        with pytest.raises(ValueError, match="wanted mask"):
            first_prompt(word)


def test_a_chapter_has_a_row_and_a_bar_a_method() -> None:
    task = VosTask(prompt=MASK)
    method = ModelMethod("small", small_model())
    results = {
        "small": [task.play(method, wandering())],
        "copy": [task.play(CopyMethod(), wandering())],
    }
    section = task.section(results)
    assert section.figures["copy"]["J"] == pytest.approx(figures_of_plain(results["copy"]))
    assert set(section.figures) == {"small", "copy"}


def figures_of_plain(plains: list[dict]) -> float:
    """Mean J over the objects of all videos."""
    return figures_of([from_plain(plain) for plain in plains])["J"]


def test_without_f_a_chapter_is_about_j_alone() -> None:
    """Of the scored frames 1, 2 and 3 the last quarter begins with the third."""
    task = VosTask(prompt=MASK, convention=VOST)
    section = task.section({"copy": [task.play(CopyMethod(), wandering())]})
    (table, *_) = section.blocks
    assert isinstance(table, Table)
    assert table.head[:3] == ("method", "J", "J_tr")
    shared = np.array([16 / 24, 12 / 28, 8 / 32])
    assert table.rows[0][1:3] == pytest.approx(((shared.mean() + 1) / 2, (shared[2] + 1) / 2))
    assert "J&F" not in section.figures["copy"]
