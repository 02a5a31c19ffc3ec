"""Object pointers: one vector a frame that says which object it was, read by later frames.

Shapes: B rows (objects), P pointers, C channels, D memory channels.
Source: paper section 4, reference ``sam2_base.py`` lines 376-391 and 586-650.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from masklet.model.config import ModelConfig
from masklet.model.layers import MLP
from masklet.model.positions import sine_1d


class PointerTokens(NamedTuple):
    """Pointers cut to memory's width: C / D tokens each, and their temporal positions."""

    tokens: Float[Tensor, "B PK D"]
    positions: Float[Tensor, "B PK D"]


class Pointers(nn.Module):
    """Makes pointers of mask tokens, and memory tokens of pointers."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        dim, memory = config.dim, config.memory
        self.pieces = dim // memory.dim
        self.projection = MLP((dim, dim, dim, dim))
        self.absent = nn.Parameter(torch.zeros(1, dim))
        self.time = nn.Linear(dim, memory.dim) if memory.pointer_time else None

    def forward(
        self, token_BC: Float[Tensor, "B C"], presence_B: Float[Tensor, "B"]
    ) -> Float[Tensor, "B C"]:
        """The pointer of the chosen mask's token, or the learned one of an absent object."""
        present = (presence_B > 0)[:, None]
        return torch.where(present, self.projection(token_BC), self.absent)

    def as_tokens(
        self, pointers_BPC: Float[Tensor, "B P C"], distance_BP: Float[Tensor, "B P"]
    ) -> PointerTokens:
        """Cut pointers into tokens; ``distance`` is in frames over the most it can be."""
        tokens = pointers_BPC.unflatten(2, (self.pieces, -1)).flatten(1, 2)
        if self.time is None:
            return PointerTokens(tokens, torch.zeros_like(tokens))
        code = sine_1d(distance_BP, pointers_BPC.shape[2]).to(tokens.dtype)
        return PointerTokens(tokens, self.time(code).repeat_interleave(self.pieces, dim=1))
