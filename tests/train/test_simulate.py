"""The simulated annotator clicks where its rules say, and evenly."""

import pytest
import torch

from masklet.train.draws import Draws
from masklet.train.simulate import correction_clicks, first_click, noisy_box


def draws(seed: int = 0) -> Draws:
    return Draws(torch.Generator().manual_seed(seed))


def test_first_clicks_are_even_over_the_object() -> None:
    truth = torch.zeros(4000, 5, 7, dtype=torch.bool)
    truth[:, 1, 2] = truth[:, 3, 6] = truth[:, 4, 0] = truth[:, 0, 0] = True
    clicks = first_click(truth, draws())
    assert clicks.labels.eq(1).all()
    hits = torch.bincount((clicks.points[:, 1] * 7 + clicks.points[:, 0]).long(), minlength=35)
    assert hits.nonzero()[:, 0].tolist() == [0, 9, 27, 28]
    assert hits[hits > 0].sub(1000).abs().max() < 120


def test_corrections_fall_on_errors_with_the_label_of_their_kind() -> None:
    random = draws(3)
    truth = torch.rand(500, 6, 5, generator=random.generator) > 0.6
    prediction = torch.rand(500, 6, 5, generator=random.generator) > 0.6
    clicks = correction_clicks(prediction, truth, random, ignore=0.0)
    row = torch.arange(500)
    x, y = clicks.points.long().unbind(1)
    assert (prediction[row, y, x] != truth[row, y, x]).all()
    assert (clicks.labels == truth[row, y, x]).all()
    assert 0 < clicks.labels.float().mean() < 1


def test_one_in_ten_corrections_ignores_the_prediction() -> None:
    truth = torch.zeros(5000, 4, 4, dtype=torch.bool)
    truth[:, :2] = True
    surplus = truth.clone()
    surplus[:, 3, 3] = True
    clicks = correction_clicks(surplus, truth, draws())
    assert clicks.labels.float().mean().item() == pytest.approx(0.1, abs=0.02)


def test_with_nothing_wrong_the_click_is_negative_and_outside() -> None:
    truth = torch.zeros(300, 4, 4, dtype=torch.bool)
    truth[:100, :3] = True
    truth[200:] = True
    clicks = correction_clicks(truth, truth, draws(), ignore=0.0)
    assert clicks.labels[:200].eq(0).all()
    assert clicks.points[:100, 1].eq(3).all()
    assert len(clicks.points[100:200].unique(dim=0)) == 16
    assert clicks.labels[200:].eq(1).all()


def test_the_same_seed_gives_the_same_clicks() -> None:
    truth = torch.rand(8, 16, 16, generator=draws(1).generator) > 0.5
    once = correction_clicks(~truth, truth, draws(7))
    again = correction_clicks(~truth, truth, draws(7))
    assert torch.equal(once.points, again.points)
    assert not torch.equal(once.points, correction_clicks(~truth, truth, draws(8)).points)


def test_a_box_is_tight_without_noise_and_bounded_with_it() -> None:
    truth = torch.zeros(400, 100, 120, dtype=torch.bool)
    truth[:, 20:60, 10:110] = True
    exact = noisy_box(truth, draws(), noise=0.0)
    assert exact.unique(dim=0).tolist() == [[10.0, 20.0, 109.0, 59.0]]
    shift = (noisy_box(truth, draws()) - exact).abs().amax(0)
    assert (shift <= torch.tensor([9.9, 3.9, 9.9, 3.9])).all()
    assert (shift > 0.9 * torch.tensor([9.9, 3.9, 9.9, 3.9])).all()
    capped = (noisy_box(truth, draws(), most=2.0) - exact).abs().amax(0)
    assert (capped <= 2).all()


def test_boxes_stay_on_the_grid_and_an_empty_mask_has_none() -> None:
    truth = torch.ones(50, 8, 9, dtype=torch.bool)
    boxes = noisy_box(truth, draws(), noise=0.5)
    assert boxes.min() >= 0
    assert (boxes <= torch.tensor([8, 7, 8, 7])).all()
    assert noisy_box(torch.zeros(1, 8, 9, dtype=torch.bool), draws()).tolist() == [[0.0] * 4]
