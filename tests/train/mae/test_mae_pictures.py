"""Folders of pictures without masks: what is found, put aside, and read in which order."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from masklet.errors import FormatError, MediaError
from masklet.train.draws import Share
from masklet.train.loop import Setup, fit
from masklet.train.mae.autoencoder import Masking
from masklet.train.mae.pictures import PictureMaterial, PictureRows, random_crop, read_pictures
from masklet.train.mae.recipe import MaeRecipe, mae
from masklet.train.mae.task import PAINTING
from tests.train.tiny import NETWORK

CPU = torch.device("cpu")


def recipe(steps: int) -> MaeRecipe:
    """Four pictures of two by two units a step."""
    made = mae(steps, NETWORK)
    pictures = replace(made.pictures, size=64, batch=4)
    return replace(made, pictures=pictures, masking=Masking(width=32, blocks=1, heads=2))


def write(folder: Path, *names: str) -> Path:
    """Pictures, each of one grey of its own."""
    for at, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((40, 60, 3), 40 + 5 * at, dtype=np.uint8)).save(path)
    return folder


def test_pictures_are_found_however_deep_and_label_maps_are_none(tmp_path: Path) -> None:
    """Also as the project's own photos lie: a set, its train and val, maps beside pictures."""
    names = ("a/train/1.jpg", "a/train/2.webp", "a/val/3.jpg", "b/valid/4.png", "b/10.png")
    maps = ("a/train/1.png", "a/train/2.0.png", "a/masks/1.png", "b/10_mask.png", "b/test/5.jpg")
    write(tmp_path, *names, *maps, "b/.hidden/6.jpg")
    (tmp_path / "notes.txt").write_text("no picture")
    found = read_pictures(tmp_path)
    assert [photo.name for photo in found.train] == ["a/train/1.jpg", "a/train/2.webp", "b/10.png"]
    assert [photo.name for photo in found.val] == ["a/val/3.jpg", "b/valid/4.png"]


def test_without_val_a_tenth_is_put_aside_by_name(tmp_path: Path) -> None:
    """Two at least, always the same ones."""
    folder = write(tmp_path, *(f"{number}.jpg" for number in range(40)))
    found, again = read_pictures(folder), read_pictures(folder)
    assert found == again
    assert (len(found.train), len(found.val)) == (36, 4)
    few = read_pictures(write(tmp_path / "few", "1.jpg", "2.jpg", "3.jpg"))
    assert (len(few.train), len(few.val)) == (1, 2)


def test_folders_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    """No folder, too few pictures, data kept for evaluation."""
    with pytest.raises(MediaError, match="is no folder"):
        read_pictures(tmp_path / "none")
    with pytest.raises(FormatError, match="holds 2 pictures, of which 2 are put aside"):
        read_pictures(write(tmp_path / "two", "1.jpg", "2.jpg"))
    with pytest.raises(FormatError, match="evaluation data"):
        read_pictures(write(tmp_path, "davis-dev/1.jpg", "2.jpg", "3.jpg"))


def test_rows_follow_from_step_and_place_whoever_reads_them(tmp_path: Path) -> None:
    """A thread, two workers, two processes: the same; all pictures come before one comes again."""
    photos = read_pictures(write(tmp_path, *(f"{number}.png" for number in range(10)))).train
    how = recipe(4)
    seen = []
    for workers, share in ((0, Share()), (2, Share()), (0, Share(1, 2))):
        feed = PictureMaterial(photos=photos, device=CPU, workers=workers).feed(how, share)
        batches = [feed.batch(step).pictures for step in range(2)]
        feed.close()
        seen.append(torch.stack(batches))
    assert torch.equal(seen[0], seen[1])
    assert torch.equal(seen[0][:, 2:], seen[2])
    assert seen[0].shape == (2, 4, 3, 64, 64)
    greys = (seen[0][..., 0, 0].flatten(0, 1)[:, 0] * 255).round().tolist()
    assert len(set(greys)) == len(photos) == 8


def test_crops_are_parts_of_the_picture() -> None:
    """A fifth of it or more, up to a third wider than high, half of them mirrored."""
    across = np.broadcast_to(np.arange(200, dtype=np.uint8)[:, None], (100, 200, 3))
    across = np.ascontiguousarray(across)
    widths, mirrored = [], 0
    for seed in range(60):
        generator = torch.Generator().manual_seed(seed)
        row = random_crop(across, 32, generator, mirrored=0.5)[0, :, 0].astype(int)
        mirrored += int(row[0] > row[-1])
        widths.append(abs(row[0] - row[-1]) / 200)
    assert 0.35 < min(widths) < 0.55
    assert 0.9 < max(widths) <= 1.0
    assert 15 < mirrored < 45


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    """By a worker's row as by a run."""
    write(tmp_path, *(f"{number}.jpg" for number in range(4)))
    for path in tmp_path.iterdir():
        path.write_bytes(b"no picture")
    photos = read_pictures(tmp_path).train
    assert isinstance(PictureRows(recipe(2), photos)[(0, 0)], MediaError)
    material = PictureMaterial(photos=photos, device=CPU)
    with pytest.raises(MediaError, match=r"\d\.jpg is not an image"):
        fit(recipe(2), Setup(pool=material, folder=tmp_path / "run", task=PAINTING))
