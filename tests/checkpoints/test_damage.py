"""Damaged weights files, cut and flipped at random: an error that says so, and nothing else."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masklet.checkpoints.config_json import from_json, to_json
from masklet.checkpoints.open import check_file
from masklet.checkpoints.read import as_ours, is_ours, read_file, write_ours
from masklet.errors import CheckpointError
from masklet.model.build import build_model
from masklet.model.config import ConvConfig, MemoryConfig, ModelConfig, nano

pytestmark = pytest.mark.timeout(120)

TENSORS = {"a.weight": torch.randn(3, 4), "b": torch.randn(2, 3)}
CONFIG = ModelConfig(
    name="nano",
    image_size=64,
    trunk=ConvConfig(stem=4, widths=(4, 4, 8, 8), blocks=(1, 1, 1, 1)),
    memory=MemoryConfig(dim=8, layers=1, feedforward=8),
    dim=32,
    decoder_feedforward=8,
)

often = partial(
    settings,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class Damage(NamedTuple):
    """Where a file is cut, as a part of its length, and which of its bytes are replaced."""

    cut: float
    flips: list[tuple[float, int]]

    def done_to(self, sound: bytes) -> bytes:
        """The file as it would be after the damage."""
        damaged = bytearray(sound[: int(self.cut * len(sound))])
        for place, value in self.flips:
            if damaged:
                damaged[int(place * len(damaged))] = value
        return bytes(damaged)


places = st.floats(0, 1, exclude_max=True)
flips = st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)
damages = st.builds(Damage, st.just(1.0) | places, flips)


def refusal(call: Callable[[], object]) -> str:
    """What the call's CheckpointError says; empty where it raised none."""
    try:
        call()
    except CheckpointError as error:
        return str(error)
    return ""


def read_through(path: Path) -> None:
    """Read every byte of a file, and its header if it is ours."""
    file = read_file(path)
    for tensor in file.tensors.values():
        tensor.clone()
    if is_ours(file):
        as_ours(file)


def sound_file(kind: str, folder: Path) -> bytes:
    path = folder / "sound"
    if kind == "safetensors":
        write_ours(path, TENSORS, nano(), {"note": "x"})
    else:
        torch.save({"model": TENSORS}, path, _use_new_zipfile_serialization=kind == "zip")
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["zip", "pickle", "safetensors"])
def test_a_damaged_file_is_read_or_refused(kind: str, tmp_path: Path) -> None:
    sound = sound_file(kind, tmp_path)

    @often(max_examples=250)
    @given(damages)
    def damaged(damage: Damage) -> None:
        path = tmp_path / "damaged"
        path.write_bytes(damage.done_to(sound))
        assert refusal(lambda: read_through(path)).isprintable()

    damaged()


def test_a_damaged_header_never_opens_as_something_else(tmp_path: Path) -> None:
    path = tmp_path / "sound.safetensors"
    write_ours(path, build_model(CONFIG).state_dict(), CONFIG)
    assert check_file(path).config == CONFIG
    sound = path.read_bytes()
    start = sound.index(b'{\\"kind\\"')
    end = sound.index(b'"extra"')

    @often(max_examples=120)
    @given(flips.filter(bool))
    def damaged(flips: list[tuple[float, int]]) -> None:
        text = Damage(1.0, flips).done_to(sound[start:end])
        path.write_bytes(sound[:start] + text + sound[end:])
        assert str(path) in (refusal(lambda: check_file(path)) or str(path))

    damaged()


@often(max_examples=200)
@given(st.text(alphabet='0123456789.-e{}[]:," ntfabl', max_size=40), st.data())
def test_a_config_with_other_text_in_it_is_read_or_refused(text: str, data: st.DataObject) -> None:
    sound = to_json(nano())
    start = data.draw(st.integers(0, len(sound)))
    end = data.draw(st.integers(start, min(start + 40, len(sound))))
    try:
        config = from_json(sound[:start] + text + sound[end:], ModelConfig)
    except CheckpointError:
        return
    assert from_json(to_json(config), ModelConfig) == config
