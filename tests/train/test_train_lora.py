"""Adapters change nothing at first, learn alone, and vanish into plain weights."""

from typing import NamedTuple

import pytest
import torch
from small import SMALL
from torch import nn

from masklet.errors import MaskletError
from masklet.model.build import build_model
from masklet.model.config import ModelConfig
from masklet.model.prompt_encoder import Prompts
from masklet.model.sam2 import Sam2
from masklet.train.lora import LoraConv, LoraLinear, add_adapters, merged
from masklet.train.optimizer import make_optimizer
from masklet.train.tuning import Tuning, choose_parameters, plain_weights
from tests.train.tiny import NETWORK

LORA = Tuning(what="lora", rank=4, alpha=8.0)
MODELS = pytest.mark.parametrize("config", [NETWORK, SMALL], ids=["convolutional", "hiera"])


class Answers(NamedTuple):
    """Whatever adapters can change: masks of a click without and with memory."""

    alone: torch.Tensor
    tracked: torch.Tensor


def fresh(config: ModelConfig) -> Sam2:
    """Random weights, always the same."""
    torch.manual_seed(1)
    return build_model(config)


@torch.no_grad()
def answers(model: Sam2) -> Answers:
    """In double precision, so that only a difference in kind shows."""
    model = model.double()
    generator = torch.Generator().manual_seed(2)
    picture = torch.randn(1, 3, 64, 64, generator=generator, dtype=torch.float64)
    mask = (torch.rand(1, 1, 64, 64, generator=generator) > 0.5).double()
    features = model.encode(picture)
    points, labels = torch.tensor([[[20.0, 30.0]]]).double(), torch.tensor([[1]])
    nothing = torch.zeros(1, 1, 0, 0, dtype=torch.float64)
    prompts = Prompts(points, labels, nothing, torch.tensor([False]))
    memory = model.remember(features.stride16, mask, torch.ones(1).double())[:, None]
    pointer = torch.randn(1, 1, model.config.dim, generator=generator, dtype=torch.float64)
    tokens = model.memory_tokens(memory, torch.tensor([[0]]), pointer, torch.ones(1, 1).double())
    alone = model.decode(model.without_memory(features.stride16), features, prompts)
    tracked = model.decode(model.with_memory(features.stride16, tokens), features, prompts)
    return Answers(alone.logits, tracked.logits)


def stirred(model: Sam2) -> Sam2:
    """With adapters as if they had learned something."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("lora_up"):
                parameter.copy_(0.1 * torch.randn(parameter.shape, generator=generator))
    return model


@MODELS
def test_adapters_change_nothing_at_first_and_merge(config: ModelConfig) -> None:
    """Equal to the base bit for bit; once stirred, far from it, and equal to the merged model."""
    base = answers(fresh(config))
    model = fresh(config)
    choose_parameters(model, LORA)
    assert all(map(torch.equal, answers(model), base))
    unmerged = answers(stirred(model))
    assert all((a - b).abs().max() > 0.1 for a, b in zip(unmerged, base, strict=True))
    plain = fresh(config).double()
    plain.load_state_dict(plain_weights(model.state_dict(), LORA))
    for left, right in zip(answers(plain), unmerged, strict=True):
        torch.testing.assert_close(left, right, rtol=0, atol=1e-6)


def test_every_part_that_should_has_adapters() -> None:
    """Attention and MLPs of the decoder and of memory attention, and both kinds of trunk."""
    for config, wanted in (
        (NETWORK, "image_encoder.trunk.stages.1.0.first.0"),
        (SMALL, "image_encoder.trunk.blocks.2.attn.qkv"),
    ):
        model = fresh(config)
        choose_parameters(model, LORA)
        kinds = {name: type(part) for name, part in model.named_modules()}
        assert kinds[wanted] in (LoraLinear, LoraConv)
        assert kinds["mask_decoder.transformer.layers.0.mlp.layers.0"] is LoraLinear
        assert kinds["memory_attention.layers.0.cross_attention.v_proj"] is LoraLinear
        assert kinds["image_encoder.neck.laterals.3"] is LoraConv
        assert kinds["memory_encoder.image_projection"] is nn.Conv2d
        learning = [p.numel() for p in model.parameters() if p.requires_grad]
        assert 0 < sum(learning) < 0.35 * sum(p.numel() for p in model.parameters())


def test_narrow_and_grouped_layers_are_left_alone() -> None:
    layers = nn.Sequential(
        nn.Linear(3, 32), nn.Conv2d(32, 32, 3, groups=32), nn.Conv2d(32, 4, 1), nn.Linear(32, 32)
    )
    assert add_adapters(layers, rank=4, scale=1.0) == 1
    assert [type(layer) is LoraLinear for layer in layers] == [False, False, False, True]


def test_merging_adds_the_scaled_product() -> None:
    weights = {
        "a.weight": torch.zeros(2, 3),
        "a.lora_down": torch.tensor([[1.0, 2.0, 3.0]]),
        "a.lora_up": torch.tensor([[1.0], [-1.0]]),
        "b.weight": torch.ones(1),
    }
    plain = merged(weights, scale=2.0)
    assert sorted(plain) == ["a.weight", "b.weight"]
    assert plain["a.weight"].tolist() == [[2.0, 4.0, 6.0], [-2.0, -4.0, -6.0]]
    assert weights["a.weight"].abs().sum() == 0


def test_blocks_learn_slower_the_earlier_they_are() -> None:
    """Positions and what is not of the trunk learn at the full rate."""
    for config, first, last in (
        (NETWORK, "stem.", "stages.3.0."),
        (SMALL, "patch_embed.", "blocks.4."),
    ):
        model = fresh(config)
        optimizer = make_optimizer(model, peak=1e-3, weight_decay=0.1, layer_decay=0.5)
        names = {id(p): name for name, p in model.named_parameters()}
        share = {
            names[id(p)]: group["share"]
            for group in optimizer.param_groups
            for p in group["params"]
        }
        assert len(share) == len(names)
        trunk = {name: s for name, s in share.items() if name.startswith("image_encoder.trunk.")}
        assert all(s == 1 for name, s in share.items() if name not in trunk)
        of = {name.removeprefix("image_encoder.trunk."): s for name, s in trunk.items()}
        assert {s for name, s in of.items() if name.startswith(last)} == {0.5}
        assert {s for name, s in of.items() if name.startswith(first)} == {
            0.5 ** (1 + 4 + (config is SMALL))
        }
        assert all(s == 1 for name, s in of.items() if name.startswith("pos_embed"))


@pytest.mark.parametrize(
    ("tuning", "said"),
    [
        (Tuning(rank=0), "rank=0"),
        (Tuning(alpha=-1.0), "alpha=-1.0"),
        (Tuning(layer_decay=0.0), "layer_decay=0.0"),
        (Tuning(layer_decay=1.5), "layer_decay=1.5"),
    ],
)
def test_settings_that_cannot_be_are_named(tuning: Tuning, said: str) -> None:
    with pytest.raises(MaskletError, match=said):
        tuning.check()
