"""The network's own promises: any size, no complex numbers, ragged rows, shapes of all models."""

from dataclasses import replace

import pytest
import torch
from small import SMALL

from masklet.model.attention import Attention, _attend_in_blocks, attend
from masklet.model.build import build_model
from masklet.model.config import CONFIGS, ModelConfig, at_size, named, nano
from masklet.model.positions import axial_rotation, rotate
from masklet.model.prompt_encoder import ABSENT, Prompts, draw_clicks, no_prompts
from masklet.stream.choice import choose, stability


@pytest.mark.parametrize("side", [32, 64, 96, 160])
@pytest.mark.parametrize("config", [SMALL, nano()], ids=["hiera", "convolutional"])
def test_any_multiple_of_32(config: ModelConfig, side: int) -> None:
    """Encoding, decoding and remembering work at every size."""
    network = build_model(at_size(config, side))
    with torch.inference_mode():
        features = network.encode(torch.rand(1, 3, side, side))
        assert features.stride16.shape == (1, config.dim, side // 16, side // 16)
        conditioned = network.without_memory(features.stride16)
        decoded = network.decode(conditioned, features, no_prompts(1, like=conditioned))
        assert decoded.logits.shape == (1, 4, side // 4, side // 4)
        memory = network.remember(features.stride16, torch.rand(1, 1, side, side), decoded.presence)
        assert memory.shape == (1, config.memory.dim, side // 16, side // 16)


@pytest.mark.parametrize("side", [0, -32, 100])
def test_other_sizes_are_refused(side: int) -> None:
    """A config cannot be made for them."""
    with pytest.raises(ValueError, match="multiple of 32"):
        at_size(SMALL, side)


def test_names_are_unique_and_found() -> None:
    """Nine models."""
    names = [make().name for make in CONFIGS]
    assert len(set(names)) == 9
    assert all(named(name) is not None for name in names)
    assert named("sam3") is None


def test_no_parameter_is_complex() -> None:
    """Rotary positions are real, so that the network can be compiled and exported."""
    network = build_model(SMALL)
    assert not any(p.is_complex() for p in [*network.parameters(), *network.buffers()])
    turn = axial_rotation(4, 4, 16, like=torch.zeros(1))
    assert not turn.cos_NC.is_complex()


def test_rotation_keeps_lengths_and_feels_only_distance() -> None:
    """Products of rotated vectors depend on how far apart they are, not on where they are."""
    torch.manual_seed(0)
    query, key = torch.randn(16), torch.randn(16)
    turn = axial_rotation(5, 5, 16, like=query)
    queries = rotate(query.expand(25, 16), turn)
    keys = rotate(key.expand(25, 16), turn)
    assert torch.allclose(queries.norm(dim=1), query.norm().expand(25), atol=1e-5)
    products = queries @ keys.T
    assert torch.allclose(products[0, 6], products[12, 18], atol=1e-4)
    assert not torch.allclose(products[0, 0], products[0, 6], atol=1e-3)


def test_blocks_of_attention_are_attention() -> None:
    """Values narrower than keys, rows with unread keys, lengths that are no multiple of a block."""
    torch.manual_seed(0)
    query, key, value = (
        torch.randn(2, 1, 1100, 8),
        torch.randn(2, 1, 1300, 8),
        torch.randn(2, 1, 1300, 4),
    )
    readable = torch.rand(2, 1300) < 0.5
    readable[0, :600] = False
    for mask in (None, readable):
        wanted = torch.nn.functional.scaled_dot_product_attention(
            query, key, value, None if mask is None else mask[:, None, None]
        )
        assert torch.allclose(_attend_in_blocks(query, key, value, mask), wanted, atol=1e-5)
        assert torch.allclose(attend(query, key, value, mask), wanted, atol=1e-5)


def test_unread_tokens_change_nothing() -> None:
    """A row that is filled up answers as without the filler."""
    torch.manual_seed(0)
    attention = Attention(16, heads=2)
    x = torch.randn(1, 3, 16)
    filled = torch.cat((x, torch.randn(1, 2, 16)), dim=1)
    readable = torch.tensor([[True, True, True, False, False]])
    assert torch.allclose(attention(x, x, x), attention(x, filled, filled, readable), atol=1e-6)


def test_filler_points_are_not_read() -> None:
    """Label -2 fills a row; label -1 is the reference's own token and is read."""
    network = build_model(SMALL)
    features = network.encode(torch.rand(1, 3, 64, 64))
    conditioned = network.without_memory(features.stride16)

    def logits(labels: list[int]) -> torch.Tensor:
        prompts = Prompts(
            torch.full((1, len(labels), 2), 20.0),
            torch.tensor([labels]),
            torch.zeros(1, 1, 0, 0),
            torch.tensor([False]),
        )
        return network.decode(conditioned, features, prompts).logits

    with torch.inference_mode():
        assert torch.allclose(logits([1]), logits([1, ABSENT, ABSENT]), atol=1e-5)
        assert not torch.allclose(logits([1]), logits([1, -1]), atol=1e-5)


def test_drawn_clicks_lie_where_they_were_made() -> None:
    """Clicks inside, outside, and the area of a box, at stride 4."""
    points = torch.tensor([[[10.0, 20.0], [50.0, 40.0], [8.0, 16.0], [32.0, 48.0]]])
    maps = draw_clicks(points, torch.tensor([[1, 0, 2, 3]]), 64)
    assert maps.shape == (1, 3, 16, 16)
    assert divmod(int(maps[0, 0].argmax()), 16) == (5, 2)
    assert divmod(int(maps[0, 1].argmax()), 16) == (10, 12)
    assert maps[0, 2].sum() == 6 * 8
    assert not draw_clicks(points, torch.full((1, 4), ABSENT), 64).any()


def test_an_unstable_single_mask_gives_way() -> None:
    """Mask 0 answers unless its edge is unsure; the token stays that of mask 0."""
    network = build_model(replace(SMALL))
    features = network.encode(torch.rand(1, 3, 64, 64))
    decoded = network.decode(
        network.without_memory(features.stride16), features, no_prompts(1, like=features.stride16)
    )
    sure = torch.full_like(decoded.logits, -5.0)
    sure[:, 0, :8] = 5.0
    unsure = sure.clone()
    unsure[:, 0, 8:12] = 0.0
    single = torch.tensor([False])
    assert stability(sure[:, 0]) == 1.0
    assert torch.equal(choose(decoded._replace(logits=sure), single).logits, sure[:, 0])
    fallen = choose(decoded._replace(logits=unsure), single)
    assert torch.equal(fallen.logits[0], unsure[0, 1 + int(decoded.ious[0, 1:].argmax())])
    assert torch.equal(fallen.token, decoded.tokens[:, 0])
