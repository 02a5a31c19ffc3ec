"""Processes that train together, started by torchrun: who they are and what they agree on."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
import torch.distributed as dist
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.distributed.tensor import DTensor
from torch.nn.parallel import DistributedDataParallel

from masklet.errors import MaskletError
from masklet.train.draws import Share
from masklet.train.recipes import Recipe


def share_of(environment: Mapping[str, str]) -> Share:
    """This process's place among torchrun's, from its environment variables."""
    return Share(int(environment.get("RANK", 0)), int(environment.get("WORLD_SIZE", 1)))


def own_device(device: str, environment: Mapping[str, str]) -> torch.device:
    """``cuda`` is a GPU of this process's own among torchrun's; any other name is what it says.

    Raises:
        MaskletError: there is no such device here.
    """
    if device == "cuda":
        device = f"cuda:{environment.get('LOCAL_RANK', 0)}"
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise MaskletError(f"device: {device!r} cannot be used here: {reason}") from error
    return torch.device(device)


@contextmanager
def joined(device: torch.device) -> Iterator[Share]:
    """Within the block, the processes that torchrun started can talk; alone there is none to."""
    share = share_of(os.environ)
    if share.world == 1:
        yield share
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield share
    finally:
        dist.destroy_process_group()


def check_shares(recipe: Recipe, share: Share) -> None:
    """Raises MaskletError where a batch does not fall into even parts."""
    for name, batch in (("batch", recipe.batch), ("pictures.batch", recipe.pictures.batch)):
        if batch % (share.world * recipe.accumulate):
            parts = "" if recipe.accumulate == 1 else f" times {recipe.accumulate} parts"
            raise MaskletError(
                f"recipe: its {name} is {batch}; "
                f"wanted a multiple of the {share.world} processes{parts}"
            )


def check_together(step: int, share: Share, device: torch.device) -> None:
    """Raises MaskletError, in all processes, where they would not go on from the same step."""
    if share.world == 1:
        return
    ends = torch.tensor([step, -step], device=device)
    dist.all_reduce(ends, op=dist.ReduceOp.MAX)
    last, first = int(ends[0]), -int(ends[1])
    if first != last:
        raise MaskletError(
            f"output: some processes go on from step {last}, others from step {first}; "
            "wanted one folder that all of them see"
        )


def spread(player: nn.Module, share: Share) -> nn.Module:
    """The module wrapped so that gradients are means over all processes."""
    return (
        DistributedDataParallel(player, find_unused_parameters=True) if share.world > 1 else player
    )


def mean_of(figures: Float[Tensor, "*shape"], share: Share) -> Float[Tensor, "*shape"]:
    """The mean over processes."""
    if share.world > 1:
        dist.all_reduce(figures)
        figures /= share.world
    return figures


def of_all(rows: Bool[Tensor, "r *rest"], share: Share) -> Bool[Tensor, "R *rest"]:
    """The rows of all processes in their order, of which this process has ``rows``."""
    if share.world == 1:
        return rows
    parts = [torch.empty_like(rows) for _ in range(share.world)]
    dist.all_gather(parts, rows.contiguous())
    return torch.cat(parts)


def any_of(flag: bool, share: Share, device: torch.device) -> bool:
    """Whether it is so in any process: all of them hear the same."""
    if share.world == 1:
        return flag
    said = torch.tensor(int(flag), device=device)
    dist.all_reduce(said, op=dist.ReduceOp.MAX)
    return bool(said.item())


def wait_for_all(share: Share, device: torch.device) -> None:
    """Go on once all processes are here."""
    any_of(False, share, device)


def whole(state: Any) -> Any:
    """The state with tensors whole, in main memory, of which processes have parts: all call this.

    Mappings and lists are gone through; what is whole already is the same.
    """
    if isinstance(state, DTensor):
        return state.full_tensor().cpu()
    if isinstance(state, Mapping):
        return {name: whole(value) for name, value in state.items()}
    if isinstance(state, list):
        return [whole(value) for value in state]
    return state
