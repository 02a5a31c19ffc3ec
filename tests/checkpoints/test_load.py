"""Weights held against a network, and what is said when they do not fit."""

import pytest
import torch
from torch import nn

from masklet.checkpoints.load import check_finite, check_weights, load_weights
from masklet.errors import CheckpointError


def network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def test_weights_that_fit_are_copied_into_the_networks_own_dtype() -> None:
    source, target = network().half(), network()
    load_weights(target, source.state_dict(), "x.pt")
    for name, tensor in target.state_dict().items():
        expected = source.state_dict()[name]
        assert torch.equal(tensor, expected.to(tensor.dtype))
        assert tensor.data_ptr() != expected.data_ptr()
    assert target[0].weight.dtype == torch.float32


def test_every_trouble_is_listed_and_nothing_is_loaded() -> None:
    target = network()
    before = {name: tensor.clone() for name, tensor in target.state_dict().items()}
    tensors = network().state_dict()
    tensors["2.weight"] = torch.zeros(5, 4)
    tensors["extra"] = tensors.pop("0.bias")
    tensors["1.num_batches_tracked"] = torch.tensor(1.0)
    with pytest.raises(CheckpointError) as caught:
        load_weights(target, tensors, "some/x.pt", "perhaps y")
    assert str(caught.value) == (
        "some/x.pt does not fit the model: tensors 1 missing (0.bias); 1 unexpected (extra); "
        "2 of another shape (1.num_batches_tracked [] where [] of whole numbers is wanted, "
        "2.weight [5, 4] where [2, 4] is wanted); perhaps y"
    )
    assert all(torch.equal(tensor, before[n]) for n, tensor in target.state_dict().items())


def test_only_five_names_of_each_are_shown() -> None:
    with pytest.raises(CheckpointError, match=r"9 missing \(([\w.]+, ){4}[\w.]+ and 4 more\)"):
        check_weights(network(), {}, "x.pt")


def test_a_network_without_memory_of_its_own_can_be_held_against() -> None:
    with torch.device("meta"):
        empty = network()
    check_weights(empty, network().state_dict(), "x.pt")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_not_finite_is_found(value: float) -> None:
    tensors = network().state_dict()
    check_finite(tensors, "x.pt")
    tensors["2.weight"][1, 2] = value
    with pytest.raises(CheckpointError, match=r"x\.pt .*not finite in 2\.weight;"):
        check_finite(tensors, "x.pt")
