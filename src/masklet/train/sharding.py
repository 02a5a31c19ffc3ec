"""A run in parts: each process keeps its own of parameters, gradients, optimizer and average.

PyTorch's FSDP2. Parameters of a unit are gathered from all processes while it computes, and
gradients are reduced to parts, so that memory falls with the number of processes. What a run says
and what is written stays whole, see ``processes.whole``.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from masklet.model.conv_trunk import ResidualBlock
from masklet.model.hiera import HieraBlock
from masklet.model.memory_attention import MemoryAttentionLayer
from masklet.model.two_way import TwoWayTransformer
from masklet.train.checkpointing import Run
from masklet.train.draws import Share

UNITS = (HieraBlock, ResidualBlock, MemoryAttentionLayer, TwoWayTransformer)


def shard_run(run: Run, player: nn.Module, share: Share) -> None:
    """Leave this process its part of the run, in place.

    Blocks of the trunk, layers of memory attention and the decoder's transformer are units; all
    other parameters are gathered for the whole step. The decoder as a whole is no unit: it hands
    out views, at which FSDP2 warns.

    Args:
        player: holds the run's model; what is called for a step.
    """
    whole = list(run.model.parameters())
    for parameter in whole:
        parameter.data = parameter.data.contiguous()
    mesh = init_device_mesh(whole[0].device.type, (share.world,))
    for module in run.model.modules():
        if isinstance(module, UNITS):
            fully_shard(module, mesh=mesh)
    fully_shard(player, mesh=mesh)
    parts = dict(zip(whole, run.model.parameters(), strict=True))
    shard_optimizer(run.optimizer, parts)
    for name, parameter in run.model.named_parameters():
        run.average[name] = part_of(run.average[name], parameter)


def shard_optimizer(
    optimizer: torch.optim.Optimizer, parts: Mapping[nn.Parameter, nn.Parameter]
) -> None:
    """Let it go on with a part of each parameter and of what it knows of it, in place."""
    for group in optimizer.param_groups:
        group["params"] = [parts[parameter] for parameter in group["params"]]
    for parameter, known in list(optimizer.state.items()):
        part = parts[parameter]  # pyright: ignore[reportArgumentType]
        del optimizer.state[parameter]
        optimizer.state[part] = {name: known_part(value, part) for name, value in known.items()}


def known_part(value: Any, like: Tensor) -> Any:
    """The part of what is of a parameter's shape; all of what is not, such as a count of steps."""
    matches = isinstance(value, Tensor) and value.shape == like.shape
    return part_of(value, like) if matches else value


def part_of(tensor: Tensor, like: Tensor) -> Tensor:
    """Of a tensor that all processes have alike, the part that this one has of ``like``."""
    assert isinstance(like, DTensor)
    whole = tensor.detach().contiguous()
    return distribute_tensor(whole, like.device_mesh, like.placements, src_data_rank=None)
