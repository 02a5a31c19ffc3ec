"""Names of transformers' Sam2VideoModel against the released names, for every released model."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from their_models import blanks, shapes_of, their_config, their_shapes
from transformers import Sam2VideoModel

from masklet.checkpoints.catalogue import RELEASES, Release, identify
from masklet.checkpoints.huggingface import (
    DIRECTIONS,
    DIRECTIONS_AGAIN,
    POINTS,
    to_huggingface,
    to_released,
)
from masklet.checkpoints.names import to_ours
from masklet.errors import CheckpointError
from masklet.model.build import build_model
from masklet.model.config import HieraConfig, MemoryConfig

each_release = pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)


@each_release
def test_every_tensor_finds_its_released_name_and_back(release: Release) -> None:
    theirs = blanks(their_shapes(release))
    released = to_released(theirs)
    assert len(released) == len(theirs) - 1 - 1 + 4
    assert shapes_of(to_huggingface(released)) == shapes_of(theirs)
    assert identify(released) == release


@each_release
def test_the_released_names_are_the_published_ones(release: Release, shared: Path) -> None:
    published = json.loads((shared / "golden" / f"names-{release.name}.json").read_text())
    found = shapes_of(to_released(blanks(their_shapes(release))))
    assert found == {name: tuple(shape) for name, shape in published.items()}


@each_release
def test_their_tensors_fill_our_model(release: Release) -> None:
    with torch.device("meta"):
        ours = build_model(release.config()).state_dict()
    assert shapes_of(to_ours(to_released(blanks(their_shapes(release))))) == shapes_of(ours)


def test_a_small_random_model_that_transformers_saved_keeps_its_values(tmp_path: Path) -> None:
    trunk = HieraConfig(embed_dim=24, heads=1, blocks=(1, 1, 1, 1), global_blocks=(2,))
    memory = MemoryConfig(layers=1)
    small = replace(RELEASES[0].config(), trunk=trunk, memory=memory)
    model = Sam2VideoModel(their_config(small))
    state = model.state_dict()
    state[DIRECTIONS_AGAIN].copy_(state[DIRECTIONS])
    model.save_pretrained(tmp_path)
    theirs = load_file(tmp_path / "model.safetensors")
    released = to_released(theirs)
    qkv = "image_encoder.trunk.blocks.1.attn.qkv.weight"
    assert torch.equal(released[qkv], state["vision_encoder.backbone.blocks.1.attn.qkv.weight"])
    point = released["sam_prompt_encoder.point_embeddings.2.weight"]
    assert torch.equal(point, state[POINTS][2:3])
    back = to_huggingface(released)
    assert back.keys() == theirs.keys()
    assert all(torch.equal(back[name], theirs[name]) for name in theirs)


def test_directions_kept_once_are_enough() -> None:
    directions = torch.randn(2, 128)
    for name in (DIRECTIONS, DIRECTIONS_AGAIN):
        (released,) = to_released({name: directions}).items()
        assert released[0] == "sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"
        assert torch.equal(released[1], directions)


def test_directions_that_differ_are_refused() -> None:
    tensors = {DIRECTIONS: torch.zeros(2, 128), DIRECTIONS_AGAIN: torch.ones(2, 128)}
    with pytest.raises(CheckpointError, match="differ"):
        to_released(tensors)


@pytest.mark.parametrize("shape", [(), (4,), (3, 256), (4, 2, 2)])
def test_point_embeddings_that_are_not_four_rows_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(CheckpointError, match="point_embed"):
        to_released({POINTS: torch.zeros(shape)})


def test_an_unknown_name_stays_to_be_reported() -> None:
    assert to_released({"text_encoder.weight": torch.zeros(1)}).keys() == {"text_encoder.weight"}
