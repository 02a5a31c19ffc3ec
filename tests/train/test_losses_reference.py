"""Our loss against what the reference's own loss said to the same random answers.

One difference is deliberate and does not show here, where truth is 0 or 1: we take losses at the
decoder's resolution against the share of each cell that is covered, the reference enlarges its
logits to the picture. A cell then counts as inside for the IoU from one half on.
"""

import json
from pathlib import Path

import pytest
import torch

from masklet.train.losses import MaskLoss, mask_loss
from tests.golden.losses_cases import CASES, LossCase, make_answers

RECORDED = Path(__file__).resolve().parents[1] / "golden" / "losses.json"
RECORDS = json.loads(RECORDED.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("case", "recorded"), list(zip(CASES, RECORDS, strict=True)))
def test_losses_and_gradients_are_those_of_the_reference(case: LossCase, recorded: dict) -> None:
    """Every part to 1e-5 of its size, and so every gradient."""
    given = make_answers(case)
    logits, ious, presence = (
        torch.from_numpy(array).requires_grad_()
        for array in (given.logits, given.ious, given.presence)
    )
    truth = torch.from_numpy(given.truth)
    losses = [mask_loss(logits[i], ious[i], presence[i, :, 0], truth) for i in range(case.answers)]
    torch.stack([loss.total for loss in losses]).sum().backward()
    for name in ("total", "focal", "dice", "iou", "presence"):
        summed = sum(getattr(loss, name).item() for loss in losses)
        assert summed == pytest.approx(recorded[name], rel=1e-5, abs=1e-6), name
    assert logits.grad is not None
    assert ious.grad is not None
    assert presence.grad is not None
    changes = logits.grad.abs().sum((3, 4))
    torch.testing.assert_close(
        changes, torch.tensor(recorded["logits_gradient"]), rtol=1e-5, atol=1e-6
    )
    torch.testing.assert_close(
        ious.grad, torch.tensor(recorded["ious_gradient"]), rtol=1e-5, atol=1e-6
    )
    expected = torch.tensor(recorded["presence_gradient"])[..., None]
    torch.testing.assert_close(presence.grad, expected, rtol=1e-5, atol=1e-6)


def test_the_cases_cover_absence_and_every_choice() -> None:
    """Absent and present objects, and each of three masks best at some time."""
    absent, best = 0, set()
    for case in CASES:
        given = make_answers(case)
        absent += int((~given.truth.any((1, 2))).sum())
        for logits, ious, presence in zip(*(map(torch.from_numpy, given[:3])), strict=True):
            loss: MaskLoss = mask_loss(logits, ious, presence[:, 0], torch.from_numpy(given.truth))
            best.update(loss.best.tolist())
    assert 5 <= absent <= sum(case.objects for case in CASES) - 5
    assert {0, 1, 2} <= best
