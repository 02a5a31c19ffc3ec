"""A start for memory attention: compare embeddings, carry masks.

From random weights, memory attention stays blind for long: it learns what to compare only once what
it reads is of use, and the other way round. So the small model starts with a memory whose channels
hold a projection of the embedding and, apart from it, a few of the mask; with queries and keys that
are both the embedding; and with values that bring the mask's channels to channels of their own.
Training goes on from there and may undo all of it.
"""

import torch
from torch import Tensor, nn

from masklet.model.sam2 import Sam2

MASK_CHANNELS = 8
SHARPNESS = 1.0


@torch.no_grad()
def prime_memory(model: Sam2, generator: torch.Generator) -> None:
    """Set the first memory attention layer and the memory encoder's ends in place."""
    dim, memory_dim = model.config.dim, model.config.memory.dim
    seen, kept = dim - MASK_CHANNELS, memory_dim - MASK_CHANNELS
    basis, _ = torch.linalg.qr(torch.randn(seen, kept, generator=generator))
    encoder = model.memory_encoder
    _assign(encoder.image_projection, torch.eye(dim)[:seen], (0, 0))
    last = encoder.mask_downsampler.encoder[-1]
    assert isinstance(last, nn.Conv2d)
    last.weight[:seen] = 0
    projection = torch.zeros(memory_dim, dim)
    projection[:kept, :seen] = basis.T
    projection[kept:, seen:] = torch.eye(MASK_CHANNELS)
    _assign(encoder.out_projection, projection, (0, 0))
    layer = model.memory_attention.layers[0]
    cross = layer.get_submodule("cross_attention")
    _assign(cross.get_submodule("q_proj"), SHARPNESS * torch.eye(dim)[:seen], (0, 0))
    _assign(cross.get_submodule("k_proj"), basis, (0, 0))
    _assign(cross.get_submodule("v_proj"), torch.eye(MASK_CHANNELS), (seen, kept))
    _assign(cross.get_submodule("out_proj"), torch.eye(dim), (0, 0))


def _assign(layer: nn.Module, block: Tensor, corner: tuple[int, int]) -> None:
    """Zero a linear map but for ``block``, put with its first element at ``corner``."""
    assert isinstance(layer, nn.Linear | nn.Conv2d)
    weight = layer.weight.flatten(1)
    weight.zero_()
    row, column = corner
    weight[row : row + block.shape[0], column : column + block.shape[1]] = block
    layer.weight.copy_(weight.view_as(layer.weight))
    if layer.bias is not None:
        layer.bias.zero_()
