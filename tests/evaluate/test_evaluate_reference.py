"""The reference package as a method: what it is given, and that it and masklet agree."""

import importlib.util
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from small import moving_pictures

from masklet.errors import CheckpointError, MaskletError
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.reference import ReferenceMethod, frames_folder
from masklet.evaluate.methods.reference_package import build_reference, size_overrides

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "benchmarks" / ".venv-reference" / "bin" / "python"

absent = pytest.mark.skipif(
    importlib.util.find_spec("sam2") is not None, reason="sam2 is installed here"
)


class FolderVideo(HeldVideo):
    """Pictures that lie in a folder too."""

    folder: Path

    @property
    def source(self) -> Path:  # type: ignore[override]
        """The folder."""
        return self.folder


def in_folder(folder: Path, names: list[str]) -> FolderVideo:
    """A video whose files have these names."""
    pictures = moving_pictures(len(names))
    for name, picture in zip(names, pictures, strict=True):
        Image.fromarray(picture).save(folder / name)
    video = FolderVideo(name="folder", pictures=pictures, truths={})
    object.__setattr__(video, "folder", folder)
    return video


@absent
def test_the_error_says_how_to_get_the_package(tmp_path: Path) -> None:
    """One line that names the script."""
    weights = tmp_path / "weights.pt"
    weights.touch()
    with pytest.raises(MaskletError, match=r"scripts/make_reference_env\.py"):
        ReferenceMethod("sam2", "sam2.1-hiera-tiny", weights)


def test_unknown_words_are_refused(tmp_path: Path) -> None:
    """A model, a precision and a file that are not there."""
    with pytest.raises(MaskletError, match=r"model_name='nano': wanted one of sam2-hiera-tiny"):
        ReferenceMethod("sam2", "nano", tmp_path / "weights.pt")
    with pytest.raises(MaskletError, match="dtype='int4'"):
        ReferenceMethod("sam2", "sam2.1-hiera-tiny", tmp_path / "weights.pt", dtype="int4")
    with pytest.raises(CheckpointError, match=r"weights\.pt does not exist"):
        build_reference("sam2-hiera-tiny", tmp_path / "weights.pt", 256, torch.device("cpu"), 8)


def test_pictures_are_handed_over_without_loss(tmp_path: Path) -> None:
    """Under the names that the package reads, in order, every pixel as it was."""
    video = HeldVideo(name="held", pictures=moving_pictures(3), truths={})
    folder = frames_folder(video, tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [f"{n:05d}.jpg" for n in range(3)]
    for frame, picture in enumerate(video.pictures):
        with Image.open(folder / f"{frame:05d}.jpg") as image:
            assert np.array_equal(np.asarray(image.convert("RGB")), picture)


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        (["00000.jpg", "00002.jpeg", "00010.jpg"], True),
        (["00000.png", "00001.png", "00002.png"], False),
        (["a0.jpg", "a1.jpg", "a2.jpg"], False),
        (["0.jpg", "1.jpg", "2.webp"], False),
    ],
)
def test_a_folder_that_the_package_reads_is_used_as_it_is(
    tmp_path: Path, names: list[str], kept: bool
) -> None:
    """Numbered JPEG files and nothing else; others are written anew."""
    own, temporary = tmp_path / "own", tmp_path / "temporary"
    own.mkdir()
    temporary.mkdir()
    found = frames_folder(in_folder(own, names), temporary)
    assert found == (own if kept else temporary)
    assert len(list(found.iterdir())) == 3


def test_sizes_follow_from_the_side() -> None:
    """256 / 16 = 16 tokens a side."""
    assert size_overrides(256) == [
        "++model.image_size=256",
        "++model.memory_attention.layer.self_attention.feat_sizes=[16,16]",
        "++model.memory_attention.layer.cross_attention.feat_sizes=[16,16]",
    ]


@pytest.mark.slow
def test_the_harness_favours_nobody(tmp_path: Path, shared: Path) -> None:
    """masklet and the reference, same weights, same task: the same masks and scores.

    As they are, resizing and bfloat16 memories leave a difference; without these none is left
    but a pixel here and there.
    """
    if not PYTHON.exists():
        pytest.skip("`python scripts/make_reference_env.py benchmarks/.venv-reference` comes first")
    data, rows = shared / "data" / "davis-train", tmp_path / "rows.json"
    parts = (data / "JPEGImages/480p/tennis", data / "Annotations/480p/tennis")
    command = [str(PYTHON), "-m", "scripts.compare_reference", "--json", str(rows)]
    command += ["--pictures", str(parts[0]), "--annotations", str(parts[1])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(rows.read_text())
    assert [row["setting"] for row in found[::2]] == [
        "as they are",
        "same pictures",
        "same memories",
    ]
    for row in found:
        assert 0.05 < row["inside"] < 0.95, "there is something to agree on"
        assert row["ours"] == pytest.approx(row["theirs"], abs=0.02)
    for row in found[2:]:
        assert row["frame"] < 2e-3
        assert row["pixels"] < 1e-3
    for row in found[4:]:
        assert row["frame"] < 1e-4
        assert row["pixels"] < 1e-4
