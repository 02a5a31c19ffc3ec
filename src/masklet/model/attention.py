"""Scaled dot-product attention and its projections, with values of their own width.

Shapes: B rows, N queries, L keys, C query and key channels, V value channels, A attention heads.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional

QUERY_CHUNK = 512


def attend(
    query_BANC: Float[Tensor, "B A N C"],
    key_BALC: Float[Tensor, "B A L C"],
    value_BALV: Float[Tensor, "B A L V"],
    readable_BL: Bool[Tensor, "B L"] | None = None,
) -> Float[Tensor, "B A N V"]:
    """Softmax attention; keys that are not ``readable`` get no weight.

    PyTorch's fused CPU kernel wants values as wide as keys; narrower values go through plain
    matrix products over chunks of the queries, which here is also the quicker way.
    """
    mask = None if readable_BL is None else readable_BL[:, None, None, :]
    narrow = value_BALV.shape[-1] != key_BALC.shape[-1]
    if not (narrow and query_BANC.device.type == "cpu"):
        return functional.scaled_dot_product_attention(query_BANC, key_BALC, value_BALV, mask)
    scale = query_BANC.shape[-1] ** -0.5
    key_BACL = key_BALC.transpose(-1, -2)
    bias = None if mask is None else torch.zeros_like(mask, dtype=query_BANC.dtype)
    if bias is not None and mask is not None:
        bias = bias.masked_fill(~mask, float("-inf"))
    chunks = []
    for chunk in (query_BANC * scale).split(QUERY_CHUNK, dim=2):
        weight = chunk @ key_BACL
        weight = weight if bias is None else weight + bias
        chunks.append(weight.softmax(dim=-1) @ value_BALV)
    return torch.cat(chunks, dim=2)


class Attention(nn.Module):
    """Multi-head attention that may work at fewer channels inside than outside."""

    def __init__(self, channels: int, *, heads: int, inner: int | None = None) -> None:
        super().__init__()
        inner = channels if inner is None else inner
        self.heads = heads
        self.q_proj = nn.Linear(channels, inner)
        self.k_proj = nn.Linear(channels, inner)
        self.v_proj = nn.Linear(channels, inner)
        self.out_proj = nn.Linear(inner, channels)

    def forward(
        self,
        query_BNC: Float[Tensor, "B N C"],
        key_BLC: Float[Tensor, "B L C"],
        value_BLC: Float[Tensor, "B L C"],
        readable_BL: Bool[Tensor, "B L"] | None = None,
    ) -> Float[Tensor, "B N C"]:
        """Project, attend, project back."""
        query, key, value = (
            projection(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for projection, x in (
                (self.q_proj, query_BNC),
                (self.k_proj, key_BLC),
                (self.v_proj, value_BLC),
            )
        )
        mixed_BANC = attend(query, key, value, readable_BL)
        return self.out_proj(mixed_BANC.transpose(1, 2).flatten(2))
