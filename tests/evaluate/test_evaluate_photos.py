"""Objects of pictures are drawn by rule and clicked as the protocol says."""

from pathlib import Path

import numpy as np
import pytest
from evaluate.made_data import labels_at, make_photos
from PIL import Image
from small import moving_pictures, small_model

from masklet.data.readers.annotated import truth_of_labels
from masklet.errors import FormatError, PromptError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.ours import ModelMethod
from masklet.evaluate.tasks.photo_section import figures_of, photo_section
from masklet.evaluate.tasks.photos import (
    PhotoTask,
    frames_of,
    photos_in,
)
from masklet.masks.clicks import center_click
from masklet.masks.region import region_similarity
from masklet.predict.clicking import click_ious, drawn
from masklet.values import Size

SIZE = Size(48, 72)


def test_objects_of_all_maps_count_but_for_tiny_and_huge_ones(tmp_path: Path) -> None:
    make_photos(tmp_path / "val")
    photo = photos_in(tmp_path / "val", "made")[0]
    assert photo.name == "made/photo_0"
    assert [path.name for path in photo.maps] == ["photo_0.0.png", "photo_0.1.png"]
    assert [mask.sum() for mask in photo.masks(SIZE)] == [400, 200, 36 * 52]
    Image.fromarray(np.ones((48, 72), dtype=np.uint8)).save(photo.maps[0])
    assert len(photo.masks(SIZE)) == 1


def test_the_same_objects_are_drawn_every_time(tmp_path: Path) -> None:
    make_photos(tmp_path / "val", count=12)
    photos = photos_in(tmp_path / "val", "made")
    assert [photo.path.stem for photo in photos][9:] == ["photo_9", "photo_10", "photo_11"]

    def areas() -> list[int]:
        return [int(drawn(p.masks(SIZE), p.name, 1)[0].sum()) for p in photos]

    assert areas() == areas()
    assert len(set(areas())) > 1
    few = photos_in(tmp_path / "val", "made", 4)
    assert [photo.path.stem for photo in few] == ["photo_0", "photo_3", "photo_6", "photo_9"]


def test_frames_of_videos_are_pictures_too() -> None:
    pictures = moving_pictures(9)
    truths = {step: truth_of_labels(labels_at(step)) for step in range(0, 9, 2)}
    video = HeldVideo(name="held", pictures=pictures, truths=truths)
    photos = frames_of([video], "set", most=2)
    assert [photo.name for photo in photos] == ["set/held/00000", "set/held/00004"]
    assert np.array_equal(photos[1].picture(), pictures[4])
    assert [mask.sum() for mask in photos[1].masks(SIZE)] == [400, 200]


def test_a_batch_of_objects_scores_as_each_alone_by_hand(tmp_path: Path) -> None:
    make_photos(tmp_path / "val", count=1)
    image = small_model().image(tmp_path / "val" / "photo_0.webp")
    truths = [labels_at(0) == 1, labels_at(0) == 3]
    ious = click_ious(image, truths, 3)
    for row, truth in enumerate(truths):
        points, labels, answer, logits = [], [], None, None
        for number in range(3):
            click = center_click(answer, truth)
            assert click is not None
            points.append((click.x, click.y))
            labels.append(click.label)
            result = image.segment(points=points, labels=labels, mask=logits, multimask=number == 0)
            answer, logits = result.best, result.logits[result.scores.argmax()]
            assert ious[row, number] == pytest.approx(region_similarity(answer, truth), abs=1e-3)


def test_an_answer_without_error_is_left_alone(tmp_path: Path) -> None:
    make_photos(tmp_path / "val", count=1)
    model = small_model()
    decoder = model.runtime.model.mask_decoder
    decoder.upscale4.get_parameter("bias").fill_(100)
    for head in decoder.mask_heads:
        head.get_parameter("layers.2.weight").zero_()
        head.get_parameter("layers.2.bias").fill_(1)
    image = model.image(tmp_path / "val" / "photo_0.webp")
    whole, half = np.ones((2, 48, 72), dtype=bool)
    half[:24] = False
    assert click_ious(image, [whole, half], 3).tolist() == [[1.0] * 3, [0.5] * 3]


def test_a_task_keeps_every_objects_ious_and_sums_them_up(tmp_path: Path) -> None:
    make_photos(tmp_path / "val")
    task, method = PhotoTask(objects=2, clicks=3), ModelMethod("small", small_model())
    video = HeldVideo(
        name="held",
        pictures=moving_pictures(1),
        truths={0: truth_of_labels(labels_at(0))},
    )
    items = [*photos_in(tmp_path / "val", "made"), *frames_of([video], "set")]
    played = [task.play(method, item) for item in items]
    assert [len(photo["ious"]) for photo in played] == [2, 2, 2, 2]
    assert [photo["of_video"] for photo in played] == [False, False, False, True]
    rows = np.array([row for photo in played for row in photo["ious"]])
    figures = figures_of(played)
    assert figures["IoU 1"] == pytest.approx(rows[:, 0].mean())
    assert figures["made IoU 3"] == pytest.approx(rows[:6, 2].mean())
    assert figures["frames of videos IoU 3"] == pytest.approx(rows[6:, 2].mean())
    assert "IoU 5" not in figures
    section = photo_section("photos", {"small": played})
    assert section.figures == {"small": figures}


def test_a_method_without_an_image_model_is_refused(tmp_path: Path) -> None:
    make_photos(tmp_path / "val", count=1)
    method = ModelMethod("blind", small_model())
    method.pictures = None
    with pytest.raises(PromptError, match="blind takes no clicks"):
        PhotoTask().play(method, photos_in(tmp_path / "val", "made")[0])


def test_photos_and_maps_have_to_fit(tmp_path: Path) -> None:
    make_photos(tmp_path / "val", count=1)
    for path in (tmp_path / "val").glob("*.png"):
        Image.fromarray(labels_at(0)[:40]).save(path)
    photos = photos_in(tmp_path / "val", "made")
    with pytest.raises(FormatError, match=r"photo_0\.0"):
        PhotoTask().play(ModelMethod("small", small_model()), photos[0])
    for path in (tmp_path / "val").glob("*.png"):
        path.unlink()
    with pytest.raises(FormatError, match="no label map"):
        photos_in(tmp_path / "val", "made")
