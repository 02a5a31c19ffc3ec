"""Memory attention: the current frame's embedding reads its own grid, then the object's memories.

Shapes: B rows (objects), N image positions, M memories, P pointers, C channels, D memory channels.
Source: paper section 4, reference ``memory_attention.py`` and ``sam/transformer.py``.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from masklet.model.attention import attend
from masklet.model.config import ModelConfig
from masklet.model.positions import Rotation, axial_rotation, rotate


class MemoryTokens(NamedTuple):
    """What B objects remember, filled up to one length each of memories and pointer tokens.

    Attributes:
        memories: [B, M * N, D] memory features, one grid after the other.
        pointers: [B, P, D] pointer tokens; they have no place in the grid, so no rotation.
        memory_positions, pointer_positions: what is added to make keys of them.
        readable: [B, M * N + P] False where a row is only filled up.
    """

    memories: Float[Tensor, "B MN D"]
    pointers: Float[Tensor, "B P D"]
    memory_positions: Float[Tensor, "B MN D"]
    pointer_positions: Float[Tensor, "B P D"]
    readable: Bool[Tensor, "B L"] | None


class RotarySelfAttention(nn.Module):
    """Single-head self-attention over the grid with rotary positions."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.q_proj = nn.Linear(dim, dim)
        self.k_proj = nn.Linear(dim, dim)
        self.v_proj = nn.Linear(dim, dim)
        self.out_proj = nn.Linear(dim, dim)

    def forward(self, x_BNC: Float[Tensor, "B N C"], turn: Rotation) -> Float[Tensor, "B N C"]:
        """Read the frame's own positions."""
        query = rotate(self.q_proj(x_BNC), turn)
        key = rotate(self.k_proj(x_BNC), turn)
        read = attend(query[:, None], key[:, None], self.v_proj(x_BNC)[:, None])
        return self.out_proj(read[:, 0])


class RotaryCrossAttention(nn.Module):
    """Single-head attention to memories and pointers.

    A row of attention weights sums to one, so the value projection is applied to the mixture of
    64-wide memories instead of to every memory: exact, and a quarter of the multiplications.
    """

    def __init__(self, dim: int, memory_dim: int) -> None:
        super().__init__()
        self.q_proj = nn.Linear(dim, dim)
        self.k_proj = nn.Linear(memory_dim, dim)
        self.v_proj = nn.Linear(memory_dim, dim)
        self.out_proj = nn.Linear(dim, dim)

    def forward(
        self, x_BNC: Float[Tensor, "B N C"], tokens: MemoryTokens, turn: Rotation
    ) -> Float[Tensor, "B N C"]:
        """Read the memories; the rotation repeats for each of them."""
        query = rotate(self.q_proj(x_BNC), turn)
        grids = self.k_proj(tokens.memories + tokens.memory_positions)
        grids = rotate(grids.unflatten(1, (-1, x_BNC.shape[1])), turn).flatten(1, 2)
        pointers = self.k_proj(tokens.pointers + tokens.pointer_positions)
        key = torch.cat((grids, pointers), dim=1)
        value = torch.cat((tokens.memories, tokens.pointers), dim=1)
        mixed = attend(query[:, None], key[:, None], value[:, None], tokens.readable)
        return self.out_proj(self.v_proj(mixed[:, 0]))


class MemoryAttentionLayer(nn.Module):
    """Pre-norm self-attention, cross-attention and feed-forward."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        dim, memory = config.dim, config.memory
        self.self_attention = RotarySelfAttention(dim)
        self.cross_attention = RotaryCrossAttention(dim, memory.dim)
        self.linear1 = nn.Linear(dim, memory.feedforward)
        self.linear2 = nn.Linear(memory.feedforward, dim)
        self.norm1 = nn.LayerNorm(dim)
        self.norm2 = nn.LayerNorm(dim)
        self.norm3 = nn.LayerNorm(dim)
        self.dropout = nn.Dropout(memory.dropout)

    def forward(
        self, x_BNC: Float[Tensor, "B N C"], tokens: MemoryTokens, turn: Rotation
    ) -> Float[Tensor, "B N C"]:
        """One round of reading."""
        x = x_BNC + self.dropout(self.self_attention(self.norm1(x_BNC), turn))
        x = x + self.dropout(self.cross_attention(self.norm2(x), tokens, turn))
        hidden = self.dropout(self.linear1(self.norm3(x)).relu())
        return x + self.dropout(self.linear2(hidden))


class MemoryAttention(nn.Module):
    """A stack of layers and a last normalisation."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            MemoryAttentionLayer(config) for _ in range(config.memory.layers)
        )
        self.norm = nn.LayerNorm(config.dim)

    def forward(
        self,
        image_BCHW: Float[Tensor, "B C h w"],
        positions_CHW: Float[Tensor, "C h w"],
        tokens: MemoryTokens,
    ) -> Float[Tensor, "B C h w"]:
        """Condition the frame's embedding on what each object remembers."""
        _, channels, height, width = image_BCHW.shape
        turn = axial_rotation(height, width, channels, like=image_BCHW)
        x = (image_BCHW + 0.1 * positions_CHW).flatten(2).transpose(1, 2)
        for layer in self.layers:
            x = layer(x, tokens, turn)
        return self.norm(x).transpose(1, 2).unflatten(2, (height, width))
