"""Pictures of every kind come out as upright RGB, and are written whole or not at all."""

import resource
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from masklet.errors import MediaError
from masklet.media.pictures import picture_size, read_picture, write_picture

CORNERS = np.array([[(250, 10, 10), (10, 250, 10)], [(10, 10, 250), (250, 250, 10)]], np.uint8)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_followed(tmp_path: Path, orientation: int) -> None:
    upright = np.kron(CORNERS, np.ones((4, 8, 1), np.uint8))
    undo = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.png"
    Image.fromarray(np.ascontiguousarray(undo[orientation])).save(path, exif=exif)
    np.testing.assert_array_equal(read_picture(path), upright)
    assert picture_size(path) == upright.shape[:2]


def test_every_mode_becomes_rgb(tmp_path: Path) -> None:
    grey = np.array([[0, 100], [200, 255]], np.uint8)
    rgb = np.repeat(grey[..., None], 3, axis=2)
    clear = np.dstack([rgb, np.array([[0, 255], [255, 51]], np.uint8)])
    over_white = rgb.copy()
    over_white[0, 0] = 255
    palette = Image.fromarray(grey).convert("P")
    cases = {
        "L": (Image.fromarray(grey), rgb),
        "palette": (palette, rgb),
        "16 bits": (Image.fromarray(grey.astype(np.uint16) * 257), rgb),
        "alpha": (Image.fromarray(clear), over_white),
        "one bit": (Image.fromarray(grey > 127), np.where(rgb > 127, 255, 0)),
    }
    for name, (image, wanted) in cases.items():
        path = tmp_path / f"{name}.png"
        image.save(path)
        for given in (path, str(path), image):
            np.testing.assert_array_equal(read_picture(given), wanted, err_msg=name)
    for array, wanted in ((grey, rgb), (grey[..., None], rgb), (rgb, rgb), (clear, over_white)):
        np.testing.assert_array_equal(read_picture(array), wanted)
    np.testing.assert_array_equal(read_picture(grey.astype(np.uint16) * 257), rgb)


def test_bad_pictures_are_named(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    whole = tmp_path / "whole.jpg"
    Image.fromarray(noise).save(whole)
    short = tmp_path / "short.jpg"
    short.write_bytes(whole.read_bytes()[:1500])
    text = tmp_path / "text.png"
    text.write_text("no picture")
    cases = {
        short: "cannot be read",
        text: "is not an image",
        tmp_path: "is a folder",
        tmp_path / "absent.png": "does not exist",
    }
    for path, message in cases.items():
        with pytest.raises(MediaError, match=message) as raised:
            read_picture(path)
        assert str(path) in str(raised.value)
    for array in (np.zeros((4, 4, 2), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4), np.uint8)):
        with pytest.raises(MediaError, match="wanted uint8"):
            read_picture(array)


def test_a_picture_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 4), np.uint8)
    path = tmp_path / "new folder" / "a.png"
    write_picture(path, noise, notes={"key": "text"})
    with Image.open(path) as image:
        assert image.info["key"] == "text"
        np.testing.assert_array_equal(np.asarray(image), noise)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        with pytest.raises(MediaError, match=r"b\.png cannot be written"):
            write_picture(path.with_name("b.png"), noise)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [file.name for file in path.parent.iterdir()] == ["a.png"]
    with pytest.raises(MediaError, match="no ending of a picture"):
        write_picture(tmp_path / "a.txt", noise)


def test_a_size_is_read_from_a_file_that_is_cut_short(tmp_path: Path) -> None:
    """And what is no picture is named."""
    path = tmp_path / "cut.jpg"
    noise = np.random.default_rng(0).integers(0, 256, (30, 50, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:-400])
    assert picture_size(path) == (30, 50)
    path.write_bytes(b"no picture")
    with pytest.raises(MediaError, match=r"cut\.jpg is not an image"):
        picture_size(path)
    with pytest.raises(MediaError, match=r"none\.jpg cannot be read"):
        picture_size(tmp_path / "none.jpg")
