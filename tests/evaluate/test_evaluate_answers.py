"""Answers written to files and played back: the same masks, and an error that names the file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from layouts_made import labels, stems, write_labels, write_pictures
from PIL import Image
from small import moving_pictures, small_model

from masklet.data.readers.annotated import AnnotatedVideo, Mask, truth_of_labels
from masklet.data.readers.layout_files import LabelVideo
from masklet.data.readers.layouts import plain, sav
from masklet.errors import FormatError, PromptError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.answer_files import (
    KeptMethod,
    LabelAnswers,
    ObjectAnswers,
    frame_names,
)
from masklet.evaluate.methods.answers import MasksMethod
from masklet.evaluate.methods.method import Answer, Method
from masklet.evaluate.methods.ours import ModelMethod
from masklet.evaluate.scores.convention import EVERY_FRAME
from masklet.evaluate.scores.folders import means_of, score_folders
from masklet.evaluate.scores.scoring import Scorer
from masklet.masks.palette import davis_palette

ONE = labels((1, 2, 2, 6, 6))
TWO = labels((1, 2, 2, 6, 6), (2, 7, 8, 11, 14))
SHIFTED = labels((1, 2, 3, 6, 7))


@pytest.fixture
def video(tmp_path: Path) -> LabelVideo:
    """Five frames, 00000 to 00020, of which 0, 2 and 4 are annotated with two objects."""
    names = stems(5, step=5)
    write_pictures(tmp_path / "pictures/dog", [f"{stem}.jpg" for stem in names])
    write_labels(tmp_path / "truth/dog", {f"{stem}.png": TWO for stem in names[::2]})
    (found,) = plain(tmp_path / "pictures", tmp_path / "truth")
    return found


def played(method: Method, video: AnnotatedVideo, *objects: int) -> dict[int, Mapping[int, Mask]]:
    """The answers by frame, the first frame's masks being given."""
    with method.open(video) as session:
        for label in objects:
            mask = video.truth(0).mask(label)
            np.testing.assert_array_equal(session.prompt(frame=0, object=label, mask=mask), mask)
        return {answer.frame: answer.masks for answer in session.propagate()}


def read(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.mode == "P"
        assert image.getpalette() == davis_palette().ravel().tolist()
        return np.asarray(image)


def test_masks_in_a_folder_are_played_back(tmp_path: Path, video: LabelVideo) -> None:
    """The prompt's own frame keeps what was given, whatever its file says."""
    files = {f"{stem}.png": SHIFTED for stem in stems(5, step=5)}
    write_labels(tmp_path / "masks/dog", files)
    answers = played(MasksMethod("theirs", tmp_path / "masks"), video, 1, 2)
    assert list(answers) == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(answers[0][2], TWO == 2)
    for frame in range(1, 5):
        np.testing.assert_array_equal(answers[frame][1], SHIFTED == 1)
        assert not answers[frame][2].any()
    assert set(played(MasksMethod("theirs", tmp_path / "masks"), video, 1)[3]) == {1}


def test_a_prompt_without_a_mask_gives_the_files(tmp_path: Path, video: LabelVideo) -> None:
    files = {f"{stem}.png": SHIFTED for stem in stems(5, step=5)}
    write_labels(tmp_path / "masks/dog", files)
    with MasksMethod("theirs", tmp_path / "masks").open(video) as session:
        with pytest.raises(PromptError, match="prompt an object first"):
            next(session.propagate())
        first = session.prompt(frame=0, object=1, points=[(3, 3)], labels=[1])
        again = session.prompt(frame=0, object=1, points=[(9, 9)], labels=[0])
        later = [answer.frame for answer in session.propagate(3)]
    np.testing.assert_array_equal(first, SHIFTED == 1)
    np.testing.assert_array_equal(again, first)
    assert later == [3, 4]


def test_frames_that_nobody_scores_may_lack_a_file(tmp_path: Path, video: LabelVideo) -> None:
    folder = write_labels(tmp_path / "masks/dog", {"00010.png": ONE, "00020.png": ONE})
    method = MasksMethod("theirs", tmp_path / "masks")
    assert list(played(method, video, 1)) == [0, 2, 4]
    (folder / "00010.png").unlink()
    with pytest.raises(FormatError, match=r"dog/00010\.png is missing; wanted the masks of frame"):
        played(method, video, 1)
    with pytest.raises(FormatError, match="nowhere/dog is missing"):
        played(MasksMethod("theirs", tmp_path / "nowhere"), video, 1)


def test_objects_of_the_masks_alone_are_named(tmp_path: Path, video: LabelVideo) -> None:
    write_labels(
        tmp_path / "masks/dog", {f"{stem}.png": labels((7, 1, 1, 3, 3)) for stem in stems(5, 5)}
    )
    with pytest.raises(FormatError, match=r"00005\.png: object 7 came; the annotations have 1, 2"):
        played(MasksMethod("theirs", tmp_path / "masks"), video, 1)
    answers = played(MasksMethod("theirs", tmp_path / "masks", binary=True), video, 1)
    assert answers[1][1].sum() == 4
    with pytest.raises(PromptError, match=r"object=2: the masks in .*dog are of one object"):
        played(MasksMethod("theirs", tmp_path / "masks", binary=True), video, 1, 2)


class Scripted:
    """A method that answers drawn masks."""

    name = "scripted"
    pictures = None

    def __init__(self, drawn: Mapping[int, Mapping[int, Mask]]) -> None:
        self._drawn = drawn

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator["Scripted"]:  # noqa: ARG002
        """Begins, whatever the video."""
        yield self

    def prompt(self, *, frame: int, object: int, mask: Mask | None = None, **_: object) -> Mask:  # noqa: A002, ARG002
        """What was given."""
        assert mask is not None
        return mask

    def propagate(self, start: int = 0) -> Iterator[Answer]:
        """The drawn masks."""
        return (Answer(frame, self._drawn[frame]) for frame in self._drawn if frame >= start)


def test_kept_answers_score_as_they_did(tmp_path: Path, video: LabelVideo) -> None:
    """Written under the pictures' names with the annotation's values; extra frames too."""
    drawn = {frame: truth_of_labels(TWO if frame < 3 else SHIFTED).masks for frame in range(5)}
    method = KeptMethod(Scripted(drawn), tmp_path / "kept")
    assert (method.name, method.pictures) == ("scripted", None)
    answers = played(method, video, 1, 2)
    kept = tmp_path / "kept/dog"
    assert sorted(path.name for path in kept.iterdir()) == [f"{s}.png" for s in stems(5, 5)]
    np.testing.assert_array_equal(read(kept / "00010.png"), TWO)
    np.testing.assert_array_equal(read(kept / "00015.png"), SHIFTED)
    with Scorer(video, EVERY_FRAME) as scorer:
        for frame, masks in answers.items():
            scorer.add(frame, masks)
        wanted = scorer.scores()
    found = score_folders(tmp_path / "kept", tmp_path / "truth", all_frames=True)
    assert means_of(found.objects) == means_of(wanted)
    again = played(MasksMethod("again", tmp_path / "kept"), video, 1, 2)
    for frame, masks in again.items():
        np.testing.assert_array_equal(masks[1], answers[frame].get(1))


def test_overlaps_are_lost_in_label_pictures_and_counted(tmp_path: Path, video: LabelVideo) -> None:
    """Object 2 covers the 16 pixels of object 1, which keeps them, and 100 more."""
    large = labels((1, 0, 0, 12, 16)) == 1
    writer = LabelAnswers(tmp_path / "kept", video)
    writer.add(Answer(1, {2: large, 1: ONE == 1}))
    assert writer.overlaps == 16
    written = read(tmp_path / "kept/dog/00005.png")
    assert np.count_nonzero(written == 1) == 16
    assert np.count_nonzero(written == 2) == 12 * 16 - 16
    for label, said in ((0, "object 0 came"), (256, "object 256 came")):
        with pytest.raises(FormatError, match=said):
            writer.add(Answer(1, {label: large}))
    with pytest.raises(FormatError, match=r"frame 1: a mask \(3, 3\) came; wanted \(12, 16\)"):
        writer.add(Answer(1, {1: np.zeros((3, 3), dtype=bool)}))


def test_an_objects_folder_as_sav_wants_it(tmp_path: Path) -> None:
    """Overlaps are kept, an absent object has an empty file, and it all reads back."""
    names = stems(9)
    write_pictures(tmp_path / "JPEGImages_24fps/v", [f"{stem}.jpg" for stem in names])
    for number in ("000", "002"):
        write_labels(
            tmp_path / "Annotations_6fps/v" / number, {f"{stem}.png": ONE for stem in names[::4]}
        )
    (video,) = sav(tmp_path)
    drawn: dict[int, dict[int, Mask]] = {
        frame: {1: ONE == 1, 3: SHIFTED == 1} for frame in range(8)
    }
    drawn[8] = {3: SHIFTED == 1}
    answers = played(KeptMethod(Scripted(drawn), tmp_path / "kept", per_object=True), video, 1, 3)
    folder = tmp_path / "kept/v"
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*.png")) == [
        f"{number}/{stem}.png" for number in ("000", "002") for stem in names[::4]
    ]
    assert not read(folder / "000/00008.png").any()
    again = played(MasksMethod("again", tmp_path / "kept"), video, 1, 3)
    assert list(again) == [0, 4, 8]
    np.testing.assert_array_equal(again[4][3], answers[4][3])
    assert not again[8][1].any()
    writer = ObjectAnswers(tmp_path / "more", video, objects=[1])
    with pytest.raises(FormatError, match=r"object 3 came; wanted one of \[1\]"):
        writer.add(Answer(0, {3: ONE == 1}))
    (folder / "002/00004.png").unlink()
    with pytest.raises(FormatError, match=r"002/00004\.png is missing"):
        played(MasksMethod("again", tmp_path / "kept"), video, 1, 3)


def test_a_models_answers_are_kept(tmp_path: Path) -> None:
    """The real small model on a video in memory, whose frames are named by number."""
    pictures = moving_pictures(3, (48, 64), 0)
    square = np.zeros((48, 64), dtype=np.uint8)
    square[10:30, 10:30] = 1
    truths = {frame: truth_of_labels(square) for frame in range(3)}
    video = HeldVideo(name="moving", pictures=pictures, truths=truths)
    assert frame_names(video) == ("00000", "00001", "00002")
    method = KeptMethod(ModelMethod("small", small_model()), tmp_path / "kept")
    with method.open(video) as session:
        session.prompt(frame=0, object=1, mask=square == 1)
        answers = list(session.propagate())
    for answer in answers:
        written = read(tmp_path / "kept/moving" / f"{answer.frame:05d}.png")
        np.testing.assert_array_equal(written == 1, answer.masks[1])
