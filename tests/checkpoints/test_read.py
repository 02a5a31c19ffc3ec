"""Weights files of every kind, sound and not."""

import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from masklet.checkpoints.config_json import from_json, to_json
from masklet.checkpoints.read import (
    FORMAT,
    read_file,
    read_ours,
    read_released,
    write_ours,
)
from masklet.errors import CheckpointError
from masklet.model.config import CONFIGS, ModelConfig, nano

TENSORS = {"a.weight": torch.randn(3, 4), "b": torch.arange(6.0).reshape(2, 3)}


class Harmful:
    """Writes a file when unpickled by the ordinary pickle."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str, str]]:
        return open, (str(self.mark), "w")


def same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    return left.keys() == right.keys() and all(torch.equal(left[n], right[n]) for n in left)


def test_a_released_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    for name in ("weights.pt", "weights.pt.part", "weights"):
        torch.save({"model": TENSORS, "epoch": 3}, tmp_path / name)
        assert same(read_released(tmp_path / name), TENSORS)


def test_an_old_style_pickle_and_parameters_are_read(tmp_path: Path) -> None:
    path = tmp_path / "old.pt"
    model = {name: torch.nn.Parameter(tensor) for name, tensor in TENSORS.items()}
    torch.save({"model": model}, path, _use_new_zipfile_serialization=False)
    assert same(read_released(path), TENSORS)


def test_a_safetensors_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    save_file(TENSORS, tmp_path / "weights.pt", {"format": "pt"})
    assert same(read_released(tmp_path / "weights.pt"), TENSORS)


def test_a_header_of_any_length_is_told_from_a_pickle(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    lengths = set()
    for padding in range(0, 256, 8):
        save_file(TENSORS, path, {"padding": "x" * padding})
        lengths.add(path.read_bytes()[0])
        assert same(read_released(path), TENSORS)
    assert 0x80 in lengths


def test_a_file_that_would_run_code_does_not(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for zipped in (True, False):
        path = tmp_path / f"harmful-{zipped}.pt"
        torch.save({"model": Harmful(mark)}, path, _use_new_zipfile_serialization=zipped)
        with pytest.raises(CheckpointError, match=r"harmful.*io\.open.*could run code.*save it"):
            read_released(path)
    bare = tmp_path / "bare.pt"
    bare.write_bytes(pickle.dumps({"model": Harmful(mark)}))
    with pytest.raises(CheckpointError, match=re.escape(str(bare))):
        read_released(bare)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"hello there\n", "a text file"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        (b"\x00\x01\x02\x03" * 30, "unknown kind"),
        (b"\xff\xff\x00\x00" + b"\x00" * 4 + b"{" + b" " * 50, "cut off in its header"),
        (b"\x02" + b"\x00" * 7 + b"{}", "holds no tensors"),
        (b"\x80\x02}q\x00.", "damaged or cut off"),
        (b"PK\x03\x04 and nothing more of it", "damaged or cut off"),
    ],
)
def test_what_is_not_a_weights_file_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file.pt"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=words) as caught:
        read_released(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TENSORS, r"no 'model' in it \(a dict with 'a.weight', 'b'\)"),
        ({}, r"a dict with nothing"),
        ([torch.zeros(1)], r"a list"),
        ({"model": [1, 2]}, r"no 'model' in it"),
        ({"model": {}}, r"holds no tensors"),
        ({"model": {"a": torch.zeros(1), "b": 3, "c": "x"}}, r"'b' is a int, 'c' is a str;"),
        ({"model": {f"n{i}": i for i in range(8)}}, r"and 3 more"),
        ({"model": {3: torch.zeros(1)}}, r"not weights: a int as a name is weights"),
        ({"model": {"a": torch.zeros(2, dtype=torch.complex64)}}, r"tensor of torch.complex64"),
        ({"model": {"a": torch.eye(3).to_sparse()}}, r"sparse"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*[Ss]parse.*")
def test_a_pt_file_of_something_else_says_how_to_save_it(
    tmp_path: Path, content: object, words: str
) -> None:
    path = tmp_path / "file.pt"
    torch.save(content, path)
    with pytest.raises(CheckpointError, match=words) as caught:
        read_released(path)
    assert str(path) in str(caught.value)
    assert "torch.save({'model': model.state_dict()}" in str(caught.value)


def test_a_folder_or_nothing_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="is a folder, wanted a weights file"):
        read_file(tmp_path)
    save_file(TENSORS, tmp_path / "model.safetensors")
    with pytest.raises(CheckpointError, match=r"did you mean .*model\.safetensors"):
        read_file(tmp_path)
    with pytest.raises(CheckpointError, match=r"absent\.pt.*No such file"):
        read_file(tmp_path / "absent.pt")


@pytest.mark.parametrize("half", [False, True])
def test_our_own_file_gives_back_what_was_written(tmp_path: Path, half: bool) -> None:
    path = tmp_path / "nano.safetensors"
    tensors = TENSORS | {"steps": torch.tensor(7), "turned": torch.randn(4, 3).T}
    write_ours(path, tensors, nano(), {"licence": "none yet"}, half=half)
    ours = read_ours(path)
    assert ours.config == nano()
    assert ours.extra == {"licence": "none yet"}
    assert ours.tensors["steps"] == 7
    for name, tensor in TENSORS.items():
        assert ours.tensors[name].dtype == (torch.float16 if half else torch.float32)
        torch.testing.assert_close(ours.tensors[name].float(), tensor, atol=0, rtol=1e-3)
    assert [path.name for path in tmp_path.iterdir()] == ["nano.safetensors"]


def test_tied_tensors_are_written_apart(tmp_path: Path) -> None:
    both = torch.randn(2, 2)
    write_ours(tmp_path / "x.safetensors", {"a": both, "b": both}, nano())
    assert same(read_ours(tmp_path / "x.safetensors").tensors, {"a": both, "b": both})


def test_half_refuses_what_it_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    with pytest.raises(CheckpointError, match=r"a has values up to 1e\+05, beyond float16"):
        write_ours(path, {"a": torch.tensor([1.0, -1e5])}, nano(), half=True)
    assert not path.exists()


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="cannot be written"):
        write_ours(tmp_path / "absent" / "x.safetensors", TENSORS, nano())
    path = tmp_path / "x.safetensors"
    write_ours(path, TENSORS, nano())
    code = (
        "import resource, signal, sys, torch\n"
        "from masklet.checkpoints.read import write_ours\n"
        "from masklet.errors import CheckpointError\n"
        "from masklet.model.config import nano\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "try:\n    write_ours(sys.argv[1], {'a': torch.zeros(100_000)}, nano())\n"
        "except CheckpointError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert "cannot be written" in done.stdout
    assert same(read_ours(path).tensors, TENSORS)
    assert [path.name for path in tmp_path.iterdir()] == ["x.safetensors"]


def test_a_file_of_others_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    for metadata, words in (
        (None, "format is none"),
        ({"format": "pt"}, "format is pt"),
        ({"format": "masklet-9"}, f"format is masklet-9, wanted {FORMAT}"),
        ({"format": FORMAT}, "config is not JSON"),
        ({"format": FORMAT, "config": to_json(nano()), "extra": "{"}, "extra is not JSON"),
        ({"format": FORMAT, "config": to_json(nano()), "extra": "3"}, "extra"),
    ):
        save_file(TENSORS, path, metadata)
        with pytest.raises(CheckpointError, match=words):
            read_ours(path)


@pytest.mark.parametrize("make", CONFIGS, ids=lambda make: make.__name__)
def test_every_config_survives_its_json(make: Callable[[], ModelConfig]) -> None:
    assert from_json(to_json(make()), ModelConfig) == make()


def test_a_config_keeps_whole_floats_and_takes_absent_defaults() -> None:
    config = replace(nano(), mask_scale=7.0)
    plain = json.loads(to_json(config))
    plain["mask_scale"] = 7
    del plain["mask_shift"]
    read = from_json(json.dumps(plain), ModelConfig)
    assert read == config
    assert isinstance(read.mask_scale, float)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"image_size": "256"}, r"config.image_size='256': wanted int"),
        ({"image_size": True}, r"config.image_size=True: wanted int"),
        ({"name": None}, r"config.name=None: wanted str"),
        ({"top_down": 3}, r"config.top_down=3: wanted a list"),
        ({"top_down": [2, "x"]}, r"config.top_down\[1\]='x': wanted int"),
        ({"trunk": {"kind": "Swin"}}, r"config.trunk='Swin': wanted one of HieraConfig, Conv"),
        ({"trunk": {"kind": "ConvConfig", "stem": 3}}, r"config.trunk.widths is missing"),
        (
            {"trunk": {"kind": "ConvConfig", "stem": 3, "widths": [1], "blocks": [1, 1, 1, 1]}},
            r"config.trunk.widths=\[1\]: wanted 4 items",
        ),
        ({"memory": {}}, r"config.memory: wanted a MemoryConfig"),
        ({"colour": 3}, r"does not know: colour"),
        ({"kind": "Other"}, r"config: wanted a ModelConfig"),
    ],
)
def test_a_wrong_config_names_its_field(edit: dict[str, object], words: str) -> None:
    plain = json.loads(to_json(nano())) | edit
    with pytest.raises(CheckpointError, match=words):
        from_json(json.dumps(plain), ModelConfig)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_what_is_not_a_config_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError, match="config"):
        from_json(text, ModelConfig)
