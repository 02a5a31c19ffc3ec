"""Two folders of masks: scores worked out by hand, and one clear error for every broken file."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layouts_made import SIZE, labels, write_labels
from PIL import Image

from masklet.errors import FormatError, MaskletError, MediaError
from masklet.evaluate.scores.convention import SAV, Convention
from masklet.evaluate.scores.folders import FolderScores, means_of, score_folders

TRUTH = labels((1, 2, 2, 6, 6))
SHIFTED = labels((1, 2, 3, 6, 7))
"""One pixel to the right of TRUTH: 12 pixels in both, 20 in either, so J = 0.6. Outlines may be
off by ceil(0.008 * sqrt(12^2 + 16^2)) = 1 pixel, so F = 1."""
EMPTY = labels()
TWO = labels((1, 2, 2, 6, 6), (2, 7, 8, 11, 14))
FIRST_OF_TWO = labels((1, 2, 2, 6, 6))


def figures(scores: FolderScores, name: str) -> list[float]:
    """J, F and J&F of one video."""
    found = {one.name: one.objects for one in scores.sequences}
    return list(means_of(found[name]))


def make(root: Path, **videos: tuple[list[np.ndarray], list[np.ndarray]]) -> tuple[Path, Path]:
    """Folders of predictions and annotations, a video for each name."""
    for name, (predicted, annotated) in videos.items():
        write_labels(root / "predictions" / name, predicted)
        write_labels(root / "annotations" / name, annotated)
    return root / "predictions", root / "annotations"


def test_the_first_and_the_last_frame_do_not_count(tmp_path: Path) -> None:
    """J is 0, 1, 0.6, 0 over four frames and F 0, 1, 1, 0."""
    folders = make(tmp_path, dog=([EMPTY, TRUTH, SHIFTED, EMPTY], [TRUTH] * 4))
    assert figures(score_folders(*folders), "dog") == pytest.approx([0.8, 1.0, 0.9])
    every = score_folders(*folders, all_frames=True)
    assert figures(every, "dog") == pytest.approx([0.4, 0.5, 0.45])
    assert every.sequences[0].objects[0].region.tolist() == pytest.approx([0, 1, 0.6, 0])


def test_the_mean_is_over_objects_and_not_over_videos(tmp_path: Path) -> None:
    """Two objects of J 1 and 0 in one video, one of 0.6 in the other: 1.6 / 3, not 1.1 / 2."""
    scores = score_folders(
        *make(tmp_path, pair=([FIRST_OF_TWO] * 3, [TWO] * 3), one=([SHIFTED] * 3, [TRUTH] * 3))
    )
    assert figures(scores, "pair") == pytest.approx([0.5, 0.5, 0.5])
    assert figures(scores, "one") == pytest.approx([0.6, 1.0, 0.8])
    assert means_of(scores.objects).region == pytest.approx(1.6 / 3)
    assert [one.name for one in scores.sequences] == ["one", "pair"]


def test_objects_are_scored_by_their_value_or_as_one(tmp_path: Path) -> None:
    swapped = labels((2, 2, 2, 6, 6), (1, 7, 8, 11, 14))
    folders = make(tmp_path, pair=([swapped] * 3, [TWO] * 3))
    assert means_of(score_folders(*folders).objects) == (0, 0, 0)
    assert means_of(score_folders(*folders, union=True).objects) == (1, 1, 1)


def test_255_is_background_in_an_annotation_with_other_values(tmp_path: Path) -> None:
    undecided = labels((1, 2, 2, 6, 6), (255, 6, 2, 8, 6))
    scores = score_folders(*make(tmp_path, dog=([TRUTH] * 3, [undecided] * 3)))
    assert [one.label for one in scores.objects] == [1]
    assert means_of(scores.objects) == (1, 1, 1)


def test_255_is_the_object_where_there_is_no_other_value(tmp_path: Path) -> None:
    """As in DAVIS 2016; the first annotation that shows anything decides."""
    grey = labels((255, 2, 2, 6, 6))
    folders = make(tmp_path, dog=([grey] * 4, [EMPTY, grey, grey, grey]))
    scores = score_folders(*folders)
    assert [one.label for one in scores.objects] == [255]
    assert means_of(scores.objects) == (1, 1, 1)


def test_grey_predictions_meet_palette_annotations_by_union(tmp_path: Path) -> None:
    grey = labels((255, 2, 2, 6, 6))
    folders = make(tmp_path, dog=([grey] * 3, [TRUTH] * 3))
    assert means_of(score_folders(*folders, union=True).objects) == (1, 1, 1)
    with pytest.raises(FormatError, match=r"dog/00001\.png: object 255 came.* have 1; with union"):
        score_folders(*folders)


def test_an_object_of_the_last_frame_alone_counts(tmp_path: Path) -> None:
    """It is absent from the middle frame in both, which is right: 1."""
    folders = make(tmp_path, dog=([TRUTH] * 3, [TRUTH, TRUTH, TWO]))
    assert [one.label for one in score_folders(*folders).objects] == [1, 2]
    assert means_of(score_folders(*folders).objects) == (1, 1, 1)
    assert [one.label for one in score_folders(*folders, convention=SAV).objects] == [1]


@pytest.mark.parametrize("below", ["", "Annotations", "Annotations/480p", "480p"])
def test_annotations_may_be_those_of_a_dataset(tmp_path: Path, below: str) -> None:
    write_labels(tmp_path / "predictions/dog", [TRUTH] * 3)
    write_labels(tmp_path / "data" / below / "dog", [TRUTH] * 3)
    scores = score_folders(tmp_path / "predictions", tmp_path / "data")
    assert means_of(scores.objects) == (1, 1, 1)


def test_other_files_and_unscored_frames_are_not_read(tmp_path: Path) -> None:
    predictions, annotations = make(tmp_path, dog=([EMPTY, TRUTH, EMPTY, TRUTH], [TRUTH] * 3))
    (predictions / "dog/00000.png").write_text("no picture")
    (predictions / "dog/00002.png").unlink()
    (predictions / "scores.csv").write_text("J,F")
    (predictions / ".hidden").mkdir()
    (annotations / "dog/notes.txt").write_text("so it is")
    assert means_of(score_folders(predictions, annotations).objects) == (1, 1, 1)


def test_named_videos_alone(tmp_path: Path) -> None:
    predictions, annotations = make(
        tmp_path, a=([TRUTH] * 3, [TRUTH] * 3), b=([EMPTY] * 3, [TRUTH] * 3)
    )
    write_labels(annotations / "c", [TRUTH] * 3)
    scores = score_folders(predictions, annotations, only=["a"])
    assert [one.name for one in scores.sequences] == ["a"]
    for name, said in (("c", r"predictions/c is missing"), ("d", r"annotations/d is missing")):
        with pytest.raises(FormatError, match=said):
            score_folders(predictions, annotations, only=["a", name])


def test_the_number_of_threads_changes_nothing(tmp_path: Path) -> None:
    folders = make(tmp_path, pair=([FIRST_OF_TWO, SHIFTED, TWO] * 3, [TWO] * 9))
    once, more = (score_folders(*folders, workers=count) for count in (1, 5))
    assert [one.region.tolist() for one in once.objects] == [
        one.region.tolist() for one in more.objects
    ]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_perfect_is_1_and_swapped_values_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    random = np.random.default_rng(seed)
    truths = [random.integers(0, 3, SIZE, dtype=np.uint8) for _ in range(3)]
    answers = [random.integers(0, 3, SIZE, dtype=np.uint8) for _ in range(3)]
    swap = np.array([0, 2, 1], dtype=np.uint8)
    root = tmp_path_factory.mktemp("scored")
    folders = make(
        root,
        perfect=(truths, truths),
        given=(answers, truths),
        swapped=([swap[one] for one in answers], [swap[one] for one in truths]),
    )
    scores = score_folders(*folders)
    assert figures(scores, "perfect") == [1, 1, 1]
    assert figures(scores, "given") == pytest.approx(figures(scores, "swapped"), abs=1e-12)
    assert all(0 <= value <= 1 for value in figures(scores, "given"))


def test_a_convention_comes_alone(tmp_path: Path) -> None:
    folders = make(tmp_path, dog=([TRUTH] * 3, [TRUTH] * 3))
    with pytest.raises(FormatError, match="convention"):
        score_folders(*folders, union=True, convention=SAV)
    only_region = score_folders(*folders, convention=Convention(boundary=False))
    assert only_region.objects[0].boundary is None
    assert means_of(only_region.objects).both == 1


def break_missing_frame(dog: Path) -> None:
    (dog / "00001.png").unlink()


def break_colours(dog: Path) -> None:
    Image.fromarray(np.zeros((*SIZE, 3), np.uint8)).save(dog / "00001.png")


def break_alpha(dog: Path) -> None:
    Image.fromarray(np.zeros((*SIZE, 4), np.uint8)).save(dog / "00001.png")


def break_sixteen_bits(dog: Path) -> None:
    Image.fromarray(np.full(SIZE, 300, np.uint16)).save(dog / "00001.png")


def break_size(dog: Path) -> None:
    Image.fromarray(np.zeros((5, 9), np.uint8)).save(dog / "00001.png")


def break_text(dog: Path) -> None:
    (dog / "00001.png").write_text("this is no picture")


def break_nothing_in_it(dog: Path) -> None:
    (dog / "00001.png").write_bytes(b"")


def break_jpeg(dog: Path) -> None:
    Image.fromarray(TRUTH).save(dog / "00001.png", format="JPEG")


def break_folder(dog: Path) -> None:
    (dog / "00001.png").unlink()
    (dog / "00001.png").mkdir()


def break_loop(dog: Path) -> None:
    (dog / "00001.png").unlink()
    (dog / "00001.png").symlink_to(dog / "00001.png")


def break_dangling(dog: Path) -> None:
    (dog / "00001.png").unlink()
    (dog / "00001.png").symlink_to(dog / "nowhere")


BREAKS: dict[Callable[[Path], None], str] = {
    break_missing_frame: r"00001\.png is missing",
    break_colours: r"00001\.png: a picture in RGB came",
    break_alpha: r"00001\.png: a picture in RGBA came",
    break_sixteen_bits: r"00001\.png: a picture in I;16 came",
    break_size: r"00001\.png: 9x5 pixels came; wanted 16x12",
    break_text: r"00001\.png cannot be read: it is no PNG",
    break_nothing_in_it: r"00001\.png cannot be read: it is no PNG",
    break_jpeg: r"00001\.png cannot be read: it is no PNG",
    break_folder: r"00001\.png cannot be read",
    break_loop: r"00001\.png cannot be read",
    break_dangling: r"00001\.png cannot be read",
}


@pytest.mark.parametrize("broken", BREAKS, ids=lambda function: function.__name__)
def test_a_broken_prediction_is_named(tmp_path: Path, broken: Callable[[Path], None]) -> None:
    folders = make(tmp_path, ant=([TRUTH] * 3, [TRUTH] * 3), dog=([TRUTH] * 3, [TRUTH] * 3))
    broken(folders[0] / "dog")
    with pytest.raises((FormatError, MediaError), match="dog.*" + BREAKS[broken]):
        score_folders(*folders)


@pytest.mark.parametrize("part", ["predictions", "annotations"])
@pytest.mark.parametrize("seed", range(30))
def test_bytes_that_are_wrong_give_scores_or_one_error(
    tmp_path: Path, part: str, seed: int
) -> None:
    """PNG files cut short or with bytes changed, so that every part of one is hit at times."""
    random = np.random.default_rng(seed)
    folders = make(tmp_path, dog=([TWO] * 3, [TWO] * 3))
    path = tmp_path / part / "dog/00001.png"
    content = bytearray(path.read_bytes())
    if seed % 3 == 0:
        content = content[: random.integers(0, len(content))]
    else:
        for at in random.integers(0, len(content), 1 + seed % 4):
            content[at] = random.integers(0, 256)
    path.write_bytes(content)
    said = str(path)
    try:
        score_folders(*folders)
    except MaskletError as error:
        said = str(error)
    assert str(path) in said


def test_folders_that_are_not_there_or_hold_nothing(tmp_path: Path) -> None:
    predictions, annotations = make(tmp_path, dog=([TRUTH] * 3, [TRUTH] * 3))
    with pytest.raises(MediaError, match="absent cannot be read: No such file"):
        score_folders(predictions, tmp_path / "absent")
    with pytest.raises(FormatError, match="predictions/dog: no folders in it; wanted one for"):
        score_folders(predictions / "dog", annotations)
    (annotations / "cat").mkdir()
    with pytest.raises(FormatError, match=r"predictions/cat is missing; the annotations have"):
        score_folders(predictions, annotations)
    (predictions / "cat").mkdir()
    with pytest.raises(FormatError, match=r"annotations/cat: no label pictures"):
        score_folders(predictions, annotations)
    write_labels(annotations / "cat", [TRUTH] * 2)
    with pytest.raises(FormatError, match=r"annotations/cat: 2 annotations came.*3 or more"):
        score_folders(predictions, annotations)
    (predictions / "extra").mkdir()
    (predictions / "other").mkdir()
    with pytest.raises(FormatError, match=r"annotations/extra is missing.*2 are missing"):
        score_folders(predictions, annotations)


QUICK = ("car-shadow", "drift-straight")


@pytest.mark.parametrize("names", [QUICK, pytest.param(None, marks=pytest.mark.slow)])
def test_frames_score_as_the_toolkit_says(shared: Path, names: tuple[str, ...] | None) -> None:
    recorded = json.loads((shared / "golden/jf/expected.json").read_text())["sequences"]
    scores = score_folders(
        shared / "golden/jf/results",
        shared / "data/davis-dev",
        union=True,
        all_frames=True,
        only=names,
    )
    assert {one.name for one in scores.sequences} == set(names or recorded)
    for one in scores.sequences:
        wanted, (found,) = recorded[one.name], one.objects
        assert found.boundary is not None
        np.testing.assert_allclose(found.region, wanted["J"], rtol=0, atol=1e-6)
        np.testing.assert_allclose(found.boundary, wanted["F"], rtol=0, atol=1e-6)
