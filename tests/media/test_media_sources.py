"""Folders, lists and files become frames of one size, or one clear error."""

import re
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numbered_videos import Recipe, numbers_of, write_video
from PIL import Image

from masklet.errors import MediaError
from masklet.media.camera import camera
from masklet.media.picture_folder import natural_key
from masklet.media.sources import FrameSource, open_source
from masklet.media.video_file import VideoFile


def save(path: Path, grey: int, size: tuple[int, int] = (6, 4)) -> None:
    """A grey picture, width and height as PIL has them."""
    Image.new("RGB", size, (grey, grey, grey)).save(path)


@given(st.lists(st.integers(0, 10**30), min_size=2, max_size=8), st.text("abXY_- ", max_size=4))
def test_natural_order_is_the_order_of_numbers(numbers: list[int], stem: str) -> None:
    names = [f"{stem}{number}.png" for number in numbers]
    in_order = [f"{stem}{number}.png" for number in sorted(numbers)]
    assert sorted(names, key=natural_key) == in_order


@given(st.lists(st.text(max_size=12), max_size=8, unique=True), st.randoms())
def test_natural_order_is_total(names: list[str], random: Random) -> None:
    shuffled = random.sample(names, len(names))
    assert sorted(shuffled, key=natural_key) == sorted(names, key=natural_key)


def test_folder_in_natural_order(tmp_path: Path) -> None:
    for name, grey in (("f10.png", 30), ("F2.PNG", 20), ("f1.webp", 10), ("f11.JPeG", 40)):
        save(tmp_path / name, grey)
    save(tmp_path / ".f0.png", 255)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "f0.png").mkdir()
    source = open_source(tmp_path)
    assert isinstance(source, FrameSource)
    assert (len(source), source.size, source.fps) == (4, (4, 6), None)
    greys = [int(source[index].mean().round()) for index in range(4)]
    assert np.abs(np.array(greys) - [10, 20, 30, 40]).max() <= 2
    with pytest.raises(IndexError, match="wanted 0 to 3"):
        source[4]


def test_folder_names_the_picture_that_does_not_fit(tmp_path: Path) -> None:
    save(tmp_path / "1.png", 10)
    save(tmp_path / "2.png", 10, size=(5, 4))
    (tmp_path / "3.png").write_bytes((tmp_path / "1.png").read_bytes()[:40])
    source = open_source(str(tmp_path))
    with pytest.raises(MediaError, match=r"2\.png is 5x4, the first frame 6x4"):
        source[1]
    with pytest.raises(MediaError, match=r"3\.png"):
        source[2]


def test_arrays_are_frames() -> None:
    arrays = [np.full((4, 6, 3), grey, dtype=np.uint8) for grey in (1, 2, 3)]
    for given_arrays in (arrays, tuple(arrays), np.stack(arrays)):
        source = open_source(given_arrays)
        assert (len(source), source.size) == (3, (4, 6))
        assert int(source[2][0, 0, 0]) == 3
    source = open_source([*arrays, arrays[0][:3]])
    with pytest.raises(MediaError, match="frame 3 is 6x3, the first frame 6x4"):
        source[3]


def test_a_source_is_taken_as_it_is(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", Recipe(count=3))
    with VideoFile(path) as video:
        assert open_source(video) is video
    source = open_source(str(path))
    assert numbers_of(source[index] for index in range(len(source))) == [0, 1, 2]
    source.close()


def refused(tmp_path: Path) -> dict[str, Path | np.ndarray | list[np.ndarray]]:
    """What is no video, by what is said of it."""
    save(tmp_path / "photo.JPG", 10)
    (tmp_path / "nothing").mkdir()
    return {
        "photo.JPG is a single picture; use `masklet segment`": tmp_path / "photo.JPG",
        "nothing holds no pictures (jpeg, jpg, png, webp)": tmp_path / "nothing",
        "absent does not exist": tmp_path / "absent",
        "an empty list came": [],
        "one array [4, 6, 3] came": np.zeros((4, 6, 3), np.uint8),
        "float64 [4, 6, 3] came; wanted uint8": [np.zeros((4, 6, 3))],
    }


def test_anything_else_is_refused(tmp_path: Path) -> None:
    for message, source in refused(tmp_path).items():
        with pytest.raises(MediaError, match=re.escape(message)):
            open_source(source)


def test_camera_gives_pictures_until_the_stream_ends(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", Recipe(count=20))
    assert numbers_of(camera(str(path))) == list(range(20))


def test_no_camera_is_said_at_once() -> None:
    openings: list[Callable[[], object]] = [
        lambda: camera(97),
        lambda: camera("97"),
        lambda: camera("rtsp://127.0.0.1:9/live"),
    ]
    for opening in openings:
        with pytest.raises(MediaError, match=r"camera: .* (cannot be opened|does not exist)"):
            opening()
