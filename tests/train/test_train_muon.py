"""Muon's step: orthogonal, of AdamW's size, and for those groups alone that ask for it."""

import pytest
import torch
from torch import Tensor, nn

from masklet.model.build import build_model
from masklet.train.muon import USUAL_SIZE, Muon, orthogonal
from masklet.train.optimizer import make_optimizer
from tests.train.tiny import NETWORK

RATE = 0.1


@pytest.mark.parametrize("shape", [(8, 8), (6, 40), (40, 6), (1, 30)])
def test_directions_become_equally_strong(shape: tuple[int, int]) -> None:
    """Singular values a thousand times apart end near 1; the directions stay what they were."""
    torch.manual_seed(0)
    left, values, right = torch.linalg.svd(torch.randn(shape), full_matrices=False)
    spread = torch.logspace(0, -2, len(values))
    turned = orthogonal(left @ torch.diag(spread) @ right)
    strengths = left.T @ turned @ right.T
    assert strengths.diag().min() > 0.5
    assert strengths.diag().max() < 1.3
    assert (strengths - torch.diag(strengths.diag())).abs().max() < 1e-3


def step_of(parameter: nn.Parameter, gradient: Tensor, **group: object) -> Tensor:
    """What a first step takes away."""
    before = parameter.detach().clone()
    parameter.grad = gradient
    Muon([{"params": [parameter], **group}], lr=RATE).step()
    return before - parameter.detach()


def test_a_step_is_as_large_as_those_of_adamw() -> None:
    """Whatever the shape and the gradient's size, also of convolutions; decay comes on top."""
    torch.manual_seed(1)
    for shape in ((32, 16, 3, 3), (64, 64), (12, 300)):
        for scale in (1e-4, 10.0):
            zeros, gradient = nn.Parameter(torch.zeros(shape)), scale * torch.randn(shape)
            step = step_of(zeros, gradient, muon=True, weight_decay=0.0)
            size = float(step.square().mean().sqrt()) / RATE
            assert size == pytest.approx(USUAL_SIZE, rel=0.25)
    still = step_of(nn.Parameter(torch.ones(8, 8)), torch.zeros(8, 8), muon=True, weight_decay=0.5)
    torch.testing.assert_close(still, torch.full((8, 8), RATE * 0.5))


def test_other_groups_are_those_of_adamw() -> None:
    """Bit for bit, beside groups that learn by Muon, over several steps and from a saved state."""
    torch.manual_seed(2)
    start = torch.randn(6, 5)
    plain, mixed, turned = (nn.Parameter(start.clone()) for _ in range(3))
    adamw = torch.optim.AdamW([plain], lr=RATE)
    both = Muon([{"params": [turned], "muon": True}, {"params": [mixed]}], lr=RATE)
    for step in range(4):
        gradient = torch.randn(6, 5)
        for parameter in (plain, mixed, turned):
            parameter.grad = gradient.clone()
        adamw.step()
        both.step()
        if step == 1:
            state = both.state_dict()
            both = Muon([{"params": [turned]}, {"params": [mixed]}], lr=RATE)
            both.load_state_dict(state)
    assert torch.equal(plain, mixed)
    assert not torch.equal(plain, turned)
    assert both.state[turned].keys() == {"step", "momentum"}


def test_matrices_and_convolutions_alone_learn_by_muon() -> None:
    """Not what is not decayed either: biases, scales, tokens, kernels with one channel."""
    model = build_model(NETWORK)
    optimizer = make_optimizer(model, peak=1e-3, weight_decay=0.1, muon=True)
    turned = {id(p) for g in optimizer.param_groups if g["muon"] for p in g["params"]}
    decayed = {id(p) for g in optimizer.param_groups if g["weight_decay"] for p in g["params"]}
    assert turned == decayed
    assert all(p.ndim >= 2 for p in model.parameters() if id(p) in turned)
    plain = make_optimizer(model, peak=1e-3, weight_decay=0.1)
    assert not any(group["muon"] for group in plain.param_groups)
