"""Videos are prompted on their first frame only and scored without their first and last."""

from pathlib import Path

import numpy as np
import pytest
from evaluate.made_data import labels_at, make_video
from small import small_model

from masklet.errors import FormatError, MediaError
from masklet.evaluate.boundary import boundary_accuracy
from masklet.evaluate.region import region_similarity
from masklet.evaluate.sequences import read_sequence, sequence_names
from masklet.evaluate.tracking import (
    FirstPrompt,
    ObjectScores,
    SequenceScores,
    TrackingScores,
    score_tracking,
    show,
)
from masklet.masks.clicks import center_click


def test_a_sequence_reads_pictures_with_their_labels(tmp_path: Path) -> None:
    make_video(tmp_path, "b", frames=4)
    make_video(tmp_path, "a", frames=3)
    assert sequence_names(tmp_path) == ["a", "b"]
    video = read_sequence(tmp_path, "b")
    assert len(video) == len(list(video)) == 4
    assert video.objects() == (1, 3)
    picture, labels = video[2]
    assert picture.shape == (*labels.shape, 3)
    assert np.array_equal(labels, labels_at(2))


def test_broken_sequences_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="Annotations"):
        sequence_names(tmp_path)
    make_video(tmp_path, "short", frames=2)
    with pytest.raises(FormatError, match="2 frames"):
        read_sequence(tmp_path, "short")
    make_video(tmp_path, "gap")
    (tmp_path / "Annotations/480p/gap/00004.png").unlink()
    with pytest.raises(FormatError, match="same names"):
        read_sequence(tmp_path, "gap")


@pytest.mark.parametrize("clicks", [0, 1, 3])
def test_scores_are_those_of_the_session_without_its_ends(tmp_path: Path, clicks: int) -> None:
    make_video(tmp_path, "one")
    make_video(tmp_path, "two", frames=4, seed=1)
    model = small_model()
    videos = [read_sequence(tmp_path, name) for name in ("one", "two")]
    done: list[SequenceScores] = []
    scores = score_tracking(model, videos, FirstPrompt(clicks), done.append)
    assert [sequence.name for sequence in done] == ["one", "two"]
    assert [sequence.frames for sequence in scores.sequences] == [4, 3]
    assert scores.frames_per_second > 0
    with model.video(videos[0].folder) as video:
        for label in (1, 3):
            show(video, label, labels_at(0) == label, FirstPrompt(clicks))
        results = list(video.propagate())
    for one in scores.sequences[0].objects:
        for row, index in enumerate((1, 2, 3)):
            pair = results[index].mask(one.label), labels_at(index) == one.label
            assert one.region[row] == region_similarity(*pair)
            assert one.boundary[row] == boundary_accuracy(*pair)
        assert len(one.region) == len(one.boundary) == 3
    assert len(scores.sequences[1].objects[0].region) == 2


def test_clicks_go_into_the_worst_error_one_after_the_other(tmp_path: Path) -> None:
    make_video(tmp_path, "one")
    model, truth = small_model(), labels_at(0) == 1
    with model.video(tmp_path / "JPEGImages/480p/one") as video:
        show(video, 1, truth, FirstPrompt(2))
        said = video.prompts(1)[0]
        first = center_click(None, truth)
        assert first is not None
        answer = video.prompt(frame=0, object=9, points=[(first.x, first.y)]).masks[0]
        second = center_click(answer, truth)
    assert second is not None
    scale = 64 / 72, 64 / 48
    wanted = [(click.x * scale[0], click.y * scale[1]) for click in (first, second)]
    np.testing.assert_allclose(said.points, wanted)
    assert said.labels == (first.label, second.label)


def test_means_go_over_frames_then_over_all_objects() -> None:
    def scored(label: int, *region: float) -> ObjectScores:
        return ObjectScores(label, np.array(region), np.zeros(len(region)))

    one = SequenceScores("one", (scored(1, 1.0, 1.0, 0.7), scored(2, 0.3)), 4, 1.0)
    two = SequenceScores("two", (scored(1, 0.6),), 8, 2.0)
    scores = TrackingScores(prompt=FirstPrompt(0), sequences=(one, two))
    assert scores.region == pytest.approx(0.6)
    assert scores.boundary == 0
    assert scores.both == pytest.approx(0.3)
    assert scores.frames_per_second == pytest.approx(4)
