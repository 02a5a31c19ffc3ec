"""Two-way transformer: prompt tokens and image positions read each other.

Shapes: B rows, N tokens, L image positions, C channels. Source: reference ``sam/transformer.py``.
"""

from typing import NamedTuple

from jaxtyping import Bool, Float
from torch import Tensor, nn

from masklet.model.attention import Attention
from masklet.model.layers import MLP


class TwoWayState(NamedTuple):
    """Tokens and image as they stand after a layer."""

    tokens: Float[Tensor, "B N C"]
    image: Float[Tensor, "B L C"]


class TwoWayLayer(nn.Module):
    """Tokens read tokens, then the image; then the image reads the tokens."""

    def __init__(self, dim: int, *, heads: int, feedforward: int, first: bool) -> None:
        super().__init__()
        self.first = first
        self.self_attention = Attention(dim, heads=heads)
        self.token_to_image = Attention(dim, heads=heads, inner=dim // 2)
        self.image_to_token = Attention(dim, heads=heads, inner=dim // 2)
        self.mlp = MLP((dim, feedforward, dim))
        self.norm1 = nn.LayerNorm(dim)
        self.norm2 = nn.LayerNorm(dim)
        self.norm3 = nn.LayerNorm(dim)
        self.norm4 = nn.LayerNorm(dim)

    def forward(
        self,
        state: TwoWayState,
        token_positions: Float[Tensor, "B N C"],
        image_positions: Float[Tensor, "L C"],
        readable_BN: Bool[Tensor, "B N"] | None,
    ) -> TwoWayState:
        """One round; the first layer's tokens are their own positions."""
        tokens, image = state
        if self.first:
            tokens = self.self_attention(tokens, tokens, tokens, readable_BN)
        else:
            placed = tokens + token_positions
            tokens = tokens + self.self_attention(placed, placed, tokens, readable_BN)
        tokens = self.norm1(tokens)
        placed_image = image + image_positions
        placed = tokens + token_positions
        tokens = self.norm2(tokens + self.token_to_image(placed, placed_image, image))
        tokens = self.norm3(tokens + self.mlp(tokens))
        placed = tokens + token_positions
        read = self.image_to_token(placed_image, placed, tokens, readable_BN)
        return TwoWayState(tokens, self.norm4(image + read))


class TwoWayTransformer(nn.Module):
    """A few two-way layers and a last look of the tokens at the image."""

    def __init__(self, dim: int, *, layers: int, heads: int, feedforward: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            TwoWayLayer(dim, heads=heads, feedforward=feedforward, first=index == 0)
            for index in range(layers)
        )
        self.final_token_to_image = Attention(dim, heads=heads, inner=dim // 2)
        self.final_norm = nn.LayerNorm(dim)

    def forward(
        self,
        tokens_BNC: Float[Tensor, "B N C"],
        image_BLC: Float[Tensor, "B L C"],
        image_positions: Float[Tensor, "L C"],
        readable_BN: Bool[Tensor, "B N"] | None = None,
    ) -> TwoWayState:
        """Tokens that are not ``readable`` change, but nobody reads them."""
        state = TwoWayState(tokens_BNC, image_BLC)
        for layer in self.layers:
            state = layer(state, tokens_BNC, image_positions, readable_BN)
        placed = state.tokens + tokens_BNC
        placed_image = state.image + image_positions
        read = self.final_token_to_image(placed, placed_image, state.image)
        return TwoWayState(self.final_norm(state.tokens + read), state.image)
