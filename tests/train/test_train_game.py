"""The game of training, priming and the schedule, on a small network."""

import pytest
import torch
from small import SMALL

from masklet.model.build import build_model
from masklet.model.config import at_size, nano
from masklet.model.image_encoder import ImageFeatures
from masklet.train.draws import Draws
from masklet.train.follow import Follower, follow
from masklet.train.game import Player, normalise, on_grid, rough_mask
from masklet.train.priming import dense_prompt, prime_memory
from masklet.train.prompting import First, Start

SIDE = 128


def squares(rows: int, shift: int = 0) -> torch.Tensor:
    """One square each, bool [rows, SIDE, SIDE]."""
    masks = torch.zeros(rows, SIDE, SIDE, dtype=torch.bool)
    masks[:, 32:96, 16 + shift : 80 + shift] = True
    return masks


@pytest.fixture
def player() -> Player:
    """A small network and a seeded annotator."""
    torch.manual_seed(0)
    return Player(build_model(at_size(SMALL, SIDE)), Draws(torch.Generator().manual_seed(0)))


@pytest.mark.parametrize("first", [First.CLICK, First.BOX, First.HINT])
def test_every_answer_has_a_loss_with_a_gradient(player: Player, first: First) -> None:
    """Three rounds, from each kind of first prompt; the trunk and the decoder learn."""
    features = player.model.encode(torch.rand(2, 3, SIDE, SIDE))
    played = player.play(
        player.model.without_memory(features.stride16),
        features,
        on_grid(squares(2)),
        torch.tensor([0.5, 0.5]),
        first=first,
        clicks=2,
    )
    assert len(played.losses) == 3
    torch.stack([loss.total for loss in played.losses]).sum().backward()
    assert player.model.mask_decoder.mask_tokens.grad is not None
    assert player.model.image_encoder.trunk.get_parameter("pos_embed").grad is not None


def test_a_clip_teaches_memory(player: Player) -> None:
    """Gradients of later frames reach memory attention, memory encoder and pointers."""
    clips, frames = 2, 3
    features = player.model.encode(torch.rand(clips * frames, 3, SIDE, SIDE))
    masks = torch.stack([squares(clips, shift=4 * t) for t in range(frames)], dim=1)
    truth = on_grid(masks.flatten(0, 1)).unflatten(0, (clips, frames))[:, :, None]
    losses = follow(player, features, truth, torch.tensor([0.5, 0.5]), start=Start())
    assert len(losses) >= frames - 1
    torch.stack([loss.total for loss in losses]).sum().backward()
    for module in (
        player.model.memory_attention,
        player.model.memory_encoder,
        player.model.pointers,
    ):
        assert any(p.grad is not None and p.grad.any() for p in module.parameters())


def test_truth_at_the_decoder_is_the_covered_share() -> None:
    """Stride 4, half-covered cells are one half."""
    masks = torch.zeros(1, 8, 8, dtype=torch.bool)
    masks[0, :4, :2] = True
    assert torch.equal(on_grid(masks)[0], torch.tensor([[0.5, 0.0], [0.0, 0.0]]))


def test_a_rough_mask_is_near_the_mask() -> None:
    """High inside, low outside, nowhere beyond 0 to 1."""
    truth = on_grid(squares(3))
    rough = rough_mask(truth, Draws(torch.Generator().manual_seed(0)))
    assert rough.shape == truth.shape
    assert 0 <= rough.min() <= rough.max() <= 1
    assert rough[truth > 0.5].mean() > rough[truth < 0.5].mean() + 0.2


def textured() -> torch.Tensor:
    """A fixed random texture with a patch of another one."""
    generator = torch.Generator().manual_seed(3)
    picture = torch.rand(3, SIDE, SIDE, generator=generator)
    patch = torch.rand(3, 64, 64, generator=generator)
    picture[:, 32:96, 16:80] = patch
    return picture


def test_primed_memory_carries_a_mask_along() -> None:
    """Before any clip is seen, memory says "inside" where the object still is."""
    torch.manual_seed(0)
    model = build_model(nano())
    masks = squares(2)
    with torch.no_grad():
        features = model.encode(normalise(torch.stack([textured(), textured()])))
        seed = torch.Generator().manual_seed(0)
        prime_memory(model, features.stride16, masks[:, None].float(), generator=seed)
        follower = Follower(Player(model, Draws(torch.Generator().manual_seed(0))), length=2)
        frames = [ImageFeatures(*(x[t : t + 1] for x in features)) for t in range(2)]
        first, truth = First.MASK, on_grid(masks[:1])
        follower.start(0, frames[0], truth, torch.tensor([1.0]), first=first, clicks=0)
        conditioned = follower.recall(1, frames[1].stride16)
        dense = dense_prompt(model, SIDE)
        carried = (dense.inside - dense.outside) @ conditioned[0].flatten(1)
    inside = torch.nn.functional.avg_pool2d(masks[1:, None].float(), 16).flatten() > 0.5
    assert carried[inside].mean() > carried[~inside].mean()
