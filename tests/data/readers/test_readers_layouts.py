"""Every layout read from little datasets on disk, and what is said where they are broken."""

import json
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from layouts_made import SIZE, labels, stems, write_labels, write_pictures
from PIL import Image

from masklet.data.readers.annotated import appearances
from masklet.data.readers.layouts import (
    Category,
    davis,
    lvos,
    mose,
    plain,
    sav,
    vost,
    youtube_categories,
    youtube_vos,
)
from masklet.errors import FormatError, MediaError

ONE = labels((1, 2, 2, 6, 6))
TWO = labels((1, 2, 2, 6, 6), (2, 7, 8, 11, 14))
GREY = labels((255, 2, 2, 6, 6))
UNDECIDED = labels((1, 2, 2, 6, 6), (255, 6, 2, 8, 6))


def make(
    root: Path, name: str, drawn: Sequence[np.ndarray], *, below: str = "", step: int = 1
) -> None:
    """A video with an annotation on every ``step``-th of its frames."""
    names = stems(step * len(drawn) - step + 1)
    write_pictures(root / "JPEGImages" / below / name, [f"{stem}.jpg" for stem in names])
    files = dict(zip([f"{stem}.png" for stem in names[::step]], drawn, strict=True))
    write_labels(root / "Annotations" / below / name, files)


def make_list(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_davis_2017(tmp_path: Path) -> None:
    for name in ("bear", "dog", "cow"):
        make(tmp_path, name, [TWO, UNDECIDED, ONE], below="480p")
    make_list(tmp_path, "ImageSets/2017/val.txt", "dog\nbear\n\n")
    assert [video.name for video in davis(tmp_path)] == ["bear", "cow", "dog"]
    assert [video.name for video in davis(tmp_path, split="val")] == ["bear", "dog"]
    (dog,) = davis(tmp_path, split="val", only=["dog"])
    assert len(dog) == 3
    assert dog.annotated == (0, 1, 2)
    assert dog.source == tmp_path / "JPEGImages/480p/dog"
    assert appearances(dog) == {1: (0, 1, 2), 2: (0,)}
    np.testing.assert_array_equal(dog.truth(0).mask(2), TWO == 2)
    assert not dog.truth(1).mask(2).any()
    assert dog.picture(2).shape == (*SIZE, 3)
    assert abs(int(dog.picture(2).mean()) - 20) <= 2


def test_davis_2016_has_255_for_its_object(tmp_path: Path) -> None:
    make(tmp_path, "bear", [GREY] * 3, below="480p")
    (video,) = davis(tmp_path, year=2016)
    assert list(video.truth(0).masks) == [255]
    (video,) = davis(tmp_path, year=2017)
    assert list(video.truth(0).masks) == []


def test_davis_2016_lists_pictures(tmp_path: Path) -> None:
    for name in ("bear", "dog", "cow"):
        make(tmp_path, name, [GREY] * 2, below="480p")
    rows = [
        f"/JPEGImages/480p/{name}/{stem}.jpg /Annotations/480p/{name}/{stem}.png"
        for name in ("bear", "dog")
        for stem in stems(2)
    ]
    make_list(tmp_path, "ImageSets/480p/val.txt", "\n".join(rows))
    names = [video.name for video in davis(tmp_path, year=2016, split="val")]
    assert names == ["bear", "dog"]


def test_davis_at_full_resolution(tmp_path: Path) -> None:
    make(tmp_path, "bear", [ONE], below="Full-Resolution")
    (video,) = davis(tmp_path, resolution="Full-Resolution")
    assert video.source == tmp_path / "JPEGImages/Full-Resolution/bear"


def test_sav_has_a_folder_an_object_and_every_fourth_frame(tmp_path: Path) -> None:
    """Objects 000 and 002 overlap; 002 is not there on the second annotated frame."""
    for name in ("v1", "v2"):
        write_pictures(tmp_path / "JPEGImages_24fps" / name, [f"{stem}.jpg" for stem in stems(9)])
        for number, drawn in (("000", [ONE] * 3), ("002", [GREY, labels(), ONE])):
            files = dict(zip([f"{stem}.png" for stem in stems(3, 4)], drawn, strict=True))
            write_labels(tmp_path / "Annotations_6fps" / name / number, files)
    make_list(tmp_path, "sav_val.txt", "v2\n")
    assert len(sav(tmp_path)) == 2
    (video,) = sav(tmp_path, split="val")
    assert (video.name, len(video), video.annotated) == ("v2", 9, (0, 4, 8))
    assert appearances(video) == {1: (0, 4, 8), 3: (0, 8)}
    np.testing.assert_array_equal(video.truth(0).mask(1), video.truth(0).mask(3))
    with pytest.raises(KeyError):
        video.truth(1)
    (tmp_path / "Annotations_6fps/v1/first").mkdir()
    with pytest.raises(FormatError, match="v1/first: wanted the number of an object"):
        sav(tmp_path)


def test_youtube_vos_has_objects_that_come_later(tmp_path: Path) -> None:
    """Pictures are every fifth frame; only frames on which an object first shows have a file."""
    for name in ("003234408d", "0062f687f1", "unlisted"):
        write_pictures(tmp_path / "JPEGImages" / name, [f"{stem}.jpg" for stem in stems(4, step=5)])
        drawn = {"00000.png": ONE, "00010.png": labels((2, 7, 8, 11, 14))}
        write_labels(tmp_path / "Annotations" / name, drawn)
    about = {"objects": {"1": {"category": "dog", "frames": ["00000"]}, "2": {"category": "ape"}}}
    meta = {"videos": {"003234408d": about, "0062f687f1": {"objects": {}}}}
    make_list(tmp_path, "meta.json", json.dumps(meta))
    videos = youtube_vos(tmp_path)
    assert [video.name for video in videos] == ["003234408d", "0062f687f1"]
    assert videos[0].annotated == (0, 2)
    assert appearances(videos[0]) == {1: (0,), 2: (2,)}
    assert youtube_categories(tmp_path / "meta.json") == (
        Category("003234408d", 1, "dog"),
        Category("003234408d", 2, "ape"),
    )
    (tmp_path / "meta.json").unlink()
    assert len(youtube_vos(tmp_path)) == 3


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ("{", "no JSON"),
        ("{}", "the key 'videos' is missing"),
        ('{"videos": []}', "videos: .* wanted an object"),
        ('{"videos": {"v": {}}}', "videos.v: the key 'objects' is missing"),
        ('{"videos": {"v": {"objects": {"x": {}}}}}', "'x' came; wanted the number"),
        ('{"videos": {"v": {"objects": {"1": {}}}}}', "the key 'category' is missing"),
        ('{"videos": {"v": {"objects": {"1": {"category": 3}}}}}', "3 came; wanted text"),
    ],
)
def test_a_broken_meta_file_is_named(tmp_path: Path, meta: str, said: str) -> None:
    make_list(tmp_path, "meta.json", meta)
    with pytest.raises(FormatError, match=said):
        youtube_categories(tmp_path / "meta.json")


def test_mose_lvos_and_vost(tmp_path: Path) -> None:
    make(tmp_path, "a", [TWO, UNDECIDED], step=3)
    make(tmp_path, "b", [TWO])
    make_list(tmp_path, "ImageSets/val.txt", "a\n")
    for videos in (mose(tmp_path), lvos(tmp_path), vost(tmp_path)):
        assert [video.name for video in videos] == ["a", "b"]
        assert videos[0].annotated == (0, 3)
        assert list(videos[0].truth(3).masks) == [1]
    assert [video.name for video in vost(tmp_path, split="val")] == ["a"]
    assert [video.name for video in mose(tmp_path, only=["b"])] == ["b"]


def test_plain_folders_in_natural_order(tmp_path: Path) -> None:
    """frame10 comes after frame9, in any kind of picture."""
    names = [*(f"frame{number}.png" for number in (8, 9, 10)), "frame11.webp"]
    write_pictures(tmp_path / "clips/x", names)
    write_labels(tmp_path / "masks/x", {"frame9.png": ONE, "frame11.png": TWO})
    (video,) = plain(tmp_path / "clips", tmp_path / "masks")
    assert (video.name, len(video), video.annotated) == ("x", 4, (1, 3))


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    make(tmp_path, "bear", [ONE] * 3, below="480p")
    (tmp_path / "Annotations/480p/bear/00001.png").write_text("no picture")
    (tmp_path / "JPEGImages/480p/bear/00001.jpg").write_text("no picture")
    (video,) = davis(tmp_path)
    assert list(video.truth(0).masks) == [1]
    with pytest.raises(MediaError, match=r"bear/00001\.png cannot be read: it is no PNG"):
        video.truth(1)
    with pytest.raises(MediaError, match=r"bear/00001\.jpg"):
        video.picture(1)


def test_videos_travel_to_other_processes(tmp_path: Path) -> None:
    make(tmp_path, "bear", [TWO] * 2, below="480p")
    (video,) = davis(tmp_path)
    again = pickle.loads(pickle.dumps(video))
    np.testing.assert_array_equal(again.truth(1).mask(2), video.truth(1).mask(2))


def test_what_is_said_where_something_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="Annotations/480p cannot be read: No such file"):
        davis(tmp_path)
    (tmp_path / "Annotations/480p").mkdir(parents=True)
    with pytest.raises(FormatError, match="Annotations/480p: no folders in it"):
        davis(tmp_path)
    make(tmp_path, "bear", [ONE] * 2, below="480p")
    with pytest.raises(FormatError, match="only: 'cat' came; there is no such video"):
        davis(tmp_path, only=["cat"])
    with pytest.raises(FormatError, match="no videos were asked for"):
        davis(tmp_path, only=[])
    with pytest.raises(MediaError, match=r"ImageSets/2017/val\.txt cannot be read"):
        davis(tmp_path, split="val")
    make_list(tmp_path, "ImageSets/2017/val.txt", "bear\ncow")
    with pytest.raises(FormatError, match="480p/cow is missing; the dataset lists this video"):
        davis(tmp_path, split="val")
    write_labels(tmp_path / "Annotations/480p/bear", {"00002.png": ONE})
    with pytest.raises(FormatError, match=r"bear/00002\.png: no picture of that name in .*bear"):
        davis(tmp_path)
    write_labels(tmp_path / "Annotations/480p/ant", [ONE])
    with pytest.raises(MediaError, match="JPEGImages/480p/ant cannot be read"):
        davis(tmp_path)
    (tmp_path / "JPEGImages/480p/ant").mkdir()
    with pytest.raises(FormatError, match="JPEGImages/480p/ant: no pictures in it"):
        davis(tmp_path)


def test_what_is_said_of_an_annotation_that_cannot_be_used(tmp_path: Path) -> None:
    make(tmp_path, "bear", [ONE] * 3, below="480p")
    folder = tmp_path / "Annotations/480p/bear"
    Image.fromarray(ONE[:, 1:].copy()).save(folder / "00001.png")
    Image.fromarray(np.zeros((*SIZE, 3), np.uint8)).save(folder / "00002.png")
    (video,) = davis(tmp_path)
    with pytest.raises(FormatError, match=r"00001\.png: 15x12 pixels came; wanted 16x12"):
        video.truth(1)
    with pytest.raises(FormatError, match=r"00002\.png: a picture in RGB came; wanted a PNG"):
        video.truth(2)
    Image.fromarray(np.zeros((5, 5, 3), np.uint8)).save(tmp_path / "JPEGImages/480p/bear/00001.jpg")
    with pytest.raises(MediaError, match=r"00001\.jpg is 5x5, the first frame 16x12"):
        video.picture(1)
