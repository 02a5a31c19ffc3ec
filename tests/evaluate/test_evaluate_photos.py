"""Objects of photos are drawn by rule and clicked as the protocol says."""

from pathlib import Path

import numpy as np
import pytest
from evaluate.made_data import labels_at, make_photos
from PIL import Image
from small import small_model

from masklet.errors import FormatError
from masklet.evaluate.photos import (
    PhotoScores,
    click_ious,
    objects_of,
    photos_in,
    score_photos,
    together,
)
from masklet.evaluate.region import region_similarity
from masklet.masks.clicks import center_click


def test_objects_of_all_maps_count_but_for_tiny_and_huge_ones(tmp_path: Path) -> None:
    make_photos(tmp_path / "val")
    photo = photos_in(tmp_path / "val")[0]
    assert [path.name for path in photo.maps] == ["photo_0.0.png", "photo_0.1.png"]
    found = objects_of(photo, most=9)
    assert [mask.sum() for mask in found] == [400, 200, 36 * 52]
    Image.fromarray(np.ones((48, 72), dtype=np.uint8)).save(photo.maps[0])
    assert len(objects_of(photo, most=9)) == 1


def test_the_same_objects_are_drawn_every_time(tmp_path: Path) -> None:
    make_photos(tmp_path / "val", count=12)
    photos = photos_in(tmp_path / "val")
    assert [path.picture.stem for path in photos][9:] == ["photo_9", "photo_10", "photo_11"]
    drawn = [[int(mask.sum()) for mask in objects_of(photo, most=1)] for photo in photos]
    assert drawn == [[int(mask.sum()) for mask in objects_of(p, most=1)] for p in photos]
    assert len({areas[0] for areas in drawn}) > 1
    few = photos_in(tmp_path / "val", 4)
    assert [photo.picture.stem for photo in few] == ["photo_0", "photo_3", "photo_6", "photo_9"]


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


def test_scores_of_sets_can_be_put_together(tmp_path: Path) -> None:
    make_photos(tmp_path / "val")
    scores = score_photos(small_model(), "made", photos_in(tmp_path / "val"), objects=2, clicks=2)
    assert (scores.photos, scores.objects) == (3, 6)
    assert 0 <= scores.at(1) <= 1
    none = PhotoScores(name="none", photos=1, ious=np.zeros((0, 2)))
    assert np.isnan(none.at(1))
    other = PhotoScores(name="other", photos=2, ious=np.ones((6, 2)))
    both = together("both", [scores, none, other])
    assert (both.photos, both.objects) == (6, 12)
    assert both.at(2) == pytest.approx((scores.at(2) + 1) / 2)


def test_photos_and_maps_have_to_fit(tmp_path: Path) -> None:
    make_photos(tmp_path / "val", count=1)
    for path in (tmp_path / "val").glob("*.png"):
        Image.fromarray(labels_at(0)[:40]).save(path)
    photos = photos_in(tmp_path / "val")
    with pytest.raises(FormatError, match=r"photo_0\.0"):
        score_photos(small_model(), "made", photos)
    for path in (tmp_path / "val").glob("*.png"):
        path.unlink()
    with pytest.raises(FormatError, match="no label map"):
        photos_in(tmp_path / "val")
