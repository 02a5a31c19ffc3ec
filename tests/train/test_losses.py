"""The loss agrees with values worked out by hand, and learns from the right masks."""

import math

import pytest
import torch

from masklet.train.losses import LossWeights, mask_loss

LOGIT = math.log(3)  # sigmoid 0.75


def two_pixels(*logits: float) -> torch.Tensor:
    """One mask of two pixels side by side, as [1, 1, 1, 2]."""
    return torch.tensor(logits).view(1, 1, 1, 2)


def test_parts_of_a_two_pixel_mask_worked_by_hand() -> None:
    """Left pixel true with p = 0.75, right pixel false with p = 0.75."""
    loss = mask_loss(
        two_pixels(LOGIT, LOGIT),
        torch.tensor([[0.9]]),
        torch.tensor([0.0]),
        torch.tensor([[[True, False]]]),
    )
    right = 0.25 * 0.25**2 * -math.log(0.75)
    wrong = 0.75 * 0.75**2 * -math.log(0.25)
    dice = 1 - (2 * 0.75 + 1) / (1.5 + 1 + 1)
    assert loss.focal.item() == pytest.approx((right + wrong) / 2, rel=1e-5)
    assert loss.dice.item() == pytest.approx(dice, rel=1e-5)
    assert loss.iou.item() == pytest.approx(0.4, rel=1e-5)
    assert loss.presence.item() == pytest.approx(math.log(2), rel=1e-5)
    total = 20 * (right + wrong) / 2 + dice + 0.4 + math.log(2)
    assert loss.total.item() == pytest.approx(total, rel=1e-5)


def test_only_the_best_mask_and_every_iou_receives_a_gradient() -> None:
    logits = torch.stack([two_pixels(-3.0, 3.0), two_pixels(3.0, -3.0), two_pixels(0.0, 0.0)], 1)
    logits = logits.view(1, 3, 1, 2).requires_grad_()
    ious = torch.tensor([[0.5, 0.5, 0.5]], requires_grad=True)
    loss = mask_loss(logits, ious, torch.tensor([1.0]), torch.tensor([[[True, False]]]))
    loss.total.backward()
    assert loss.best.tolist() == [1]
    assert loss.real_ious.tolist() == [[0.0, 1.0, 0.0]]
    assert logits.grad is not None
    assert logits.grad.flatten(2).abs().sum(2).gt(0).tolist() == [[False, True, False]]
    assert ious.grad is not None
    assert ious.grad.tolist() == [pytest.approx([1 / 3, -1 / 3, 1 / 3])]


def test_an_absent_object_trains_presence_alone() -> None:
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    ious = torch.rand(1, 3, requires_grad=True)
    presence = torch.tensor([2.0], requires_grad=True)
    loss = mask_loss(logits, ious, presence, torch.zeros(1, 4, 4))
    loss.total.backward()
    assert loss.total.item() == pytest.approx(math.log(1 + math.exp(2)), rel=1e-5)
    assert logits.grad is not None
    assert ious.grad is not None
    assert presence.grad is not None
    assert not logits.grad.any()
    assert not ious.grad.any()
    assert presence.grad.item() == pytest.approx(1 / (1 + math.exp(-2)), rel=1e-5)


def test_objects_not_counted_change_nothing() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(4, 3, 8, 8, generator=generator)
    ious, presence = torch.rand(4, 3, generator=generator), torch.randn(4, generator=generator)
    truth = torch.rand(4, 8, 8, generator=generator) > 0.5
    few = mask_loss(logits[:2], ious[:2], presence[:2], truth[:2])
    weight = torch.tensor([0.5, 0.5, 0.0, 0.0])
    all_of_them = mask_loss(logits, ious, presence, truth, weight=weight)
    torch.testing.assert_close(all_of_them[:5], few[:5])
    nothing = mask_loss(logits, ious, presence, truth, weight=torch.zeros(4))
    assert nothing.total.item() == 0


def test_a_total_is_the_mean_over_objects_of_the_weighted_parts() -> None:
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(5, 3, 8, 8, generator=generator)
    ious, presence = torch.rand(5, 3, generator=generator), torch.randn(5, generator=generator)
    truth = torch.rand(5, 8, 8, generator=generator) > 0.7
    weights = LossWeights(focal=2.0, dice=3.0, iou=5.0, presence=7.0)
    single = [
        mask_loss(
            logits[i : i + 1],
            ious[i : i + 1],
            presence[i : i + 1],
            truth[i : i + 1],
            weights=weights,
        )
        for i in range(5)
    ]
    together = mask_loss(logits, ious, presence, truth, weights=weights)
    assert together.total.item() == pytest.approx(
        sum(loss.total.item() for loss in single) / 5, rel=1e-5
    )
    by_hand = 2 * together.focal + 3 * together.dice + 5 * together.iou + 7 * together.presence
    assert together.total.item() == pytest.approx(by_hand.item(), rel=1e-5)


def test_half_precision_logits_are_summed_in_float() -> None:
    logits = torch.full((1, 1, 64, 64), 8.0, dtype=torch.bfloat16)
    loss = mask_loss(logits, torch.ones(1, 1), torch.ones(1), torch.ones(1, 64, 64))
    assert loss.total.dtype == torch.float32
    assert loss.dice.item() == pytest.approx(0.0, abs=1e-3)
