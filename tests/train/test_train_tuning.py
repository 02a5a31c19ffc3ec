"""The image encoder learns at a pace of its own, or not at all."""

import pytest
import torch
from small import SMALL

from masklet.errors import MaskletError
from masklet.model.build import build_model
from masklet.train.optimizer import make_optimizer
from masklet.train.tuning import Tuning, choose_parameters

ENCODER, TRUNK = "image_encoder.", "image_encoder.trunk."


def test_the_image_encoder_has_a_share_of_the_pace() -> None:
    """All of it, the neck too; within the trunk layer decay comes on top."""
    model = build_model(SMALL)
    optimizer = make_optimizer(
        model, peak=5e-6, weight_decay=0.1, layer_decay=0.5, encoder=0.6, betas=(0.9, 0.999)
    )
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    share = {
        names[id(parameter)]: group["share"]
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    assert {s for name, s in share.items() if not name.startswith(ENCODER)} == {1.0}
    assert share["image_encoder.skip4.weight"] == share[f"{TRUNK}pos_embed"] == 0.6
    assert share[f"{TRUNK}blocks.4.norm1.weight"] == pytest.approx(0.3)
    assert {group["betas"] for group in optimizer.param_groups} == {(0.9, 0.999)}


def test_a_tracker_learns_behind_an_image_encoder_that_stays() -> None:
    """Nothing of the encoder is in the optimizer, nor kept for gradients."""
    model = build_model(SMALL)
    choose_parameters(model, Tuning(what="tracker"))
    for name, parameter in model.named_parameters():
        assert parameter.requires_grad == (not name.startswith(ENCODER))
    features = model.encode(torch.zeros(1, 3, 64, 64))
    assert not features.stride16.requires_grad
    assert model.without_memory(features.stride16).requires_grad


def test_a_pace_that_cannot_be_is_named() -> None:
    """Nothing and less is none."""
    with pytest.raises(MaskletError, match=r"encoder=0\.0"):
        Tuning(encoder=0.0).check()
