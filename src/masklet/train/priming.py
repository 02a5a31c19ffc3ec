"""A start for memory attention: find the same place again by its embedding, bring its mask along.

From random weights, memory attention stays blind for long: it learns what to compare only once what
it reads is of use, and the other way round. So a model that has learned pictures starts clips with
a memory whose channels hold a projection of the embedding and one channel of the mask; with queries
and keys that are both the embedding; with values that turn the mask into the dense prompt that
the decoder knows from corrections; and with every other branch silent. It follows things at
once, roughly, and training goes on from there.

Shapes: R rows, C channels, D memory channels, H W pixels, h w grid at stride 16.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from masklet.model.sam2 import Sam2

SHARPNESS = 6.0
GAIN = 4.0
RIDGE = 1e-3
FLOOR = 0.02
LOGIT = 10.0


class Affine(NamedTuple):
    """A linear map [D, C] and what is added after it, [D]."""

    weight: Float[Tensor, "D C"]
    bias: Float[Tensor, "D"]


class Dense(NamedTuple):
    """The decoder's dense prompt inside and outside of a mask, [C] each, beside that of none."""

    inside: Float[Tensor, "C"]
    outside: Float[Tensor, "C"]


@torch.no_grad()
def prime_memory(
    model: Sam2,
    stride16: Float[Tensor, "R C h w"],
    masks_R1HW: Float[Tensor, "R 1 H W"],
    *,
    generator: torch.Generator,
    sharpness: float = SHARPNESS,
) -> None:
    """Set memory encoder and memory attention of a model that has learned pictures, in place.

    Args:
        stride16: embeddings of pictures.
        masks_R1HW: masks of objects in them, 0 or 1.
        generator: draws the projection.
        sharpness: how much like the best match wins.
    """
    _silence(model)
    _fit_mask_channel(model, masks_R1HW)
    _tie_embeddings(model, stride16, generator, sharpness)
    dense = dense_prompt(model, 16 * stride16.shape[-1])
    cross = model.memory_attention.layers[0].get_submodule("cross_attention")
    _assign(
        cross.get_submodule("v_proj"), torch.ones(1, 1) / GAIN, column=model.config.memory.dim - 1
    )
    _assign(cross.get_submodule("out_proj"), (dense.inside - dense.outside)[:, None])
    out = cross.get_submodule("out_proj")
    assert isinstance(out, nn.Linear)
    out.bias.copy_((dense.inside + dense.outside) / 2)
    model.memory_attention.norm.weight.fill_(stride16.std(dim=1).mean())
    model.memory_attention.norm.bias.copy_(model.no_memory[0])


def _silence(model: Sam2) -> None:
    """No branch of memory attention and of the fuser adds anything."""
    for layer in model.memory_attention.layers:
        for name in ("self_attention.out_proj", "cross_attention.out_proj", "linear2"):
            branch = layer.get_submodule(name)
            assert isinstance(branch, nn.Linear)
            branch.weight.zero_()
            branch.bias.zero_()


def _fit_mask_channel(model: Sam2, masks_R1HW: Float[Tensor, "R 1 H W"]) -> None:
    """The last channel of the embedded mask is its share of each cell, -0.5 to 0.5."""
    *stages, last = model.memory_encoder.mask_downsampler.encoder
    assert isinstance(last, nn.Conv2d)
    assert last.bias is not None
    scaled = masks_R1HW * model.config.mask_scale + model.config.mask_shift
    hidden = nn.Sequential(*stages)(scaled).permute(0, 2, 3, 1).flatten(0, 2)
    wanted = functional.avg_pool2d(masks_R1HW, 16).flatten() - 0.5
    fitted = _fitted(hidden, wanted[:, None])
    last.weight.zero_()
    last.bias.zero_()
    last.weight[-1] = fitted.weight[0, :, None, None]
    last.bias[-1] = fitted.bias[0]


def _tie_embeddings(
    model: Sam2, stride16: Float[Tensor, "R C h w"], generator: torch.Generator, sharpness: float
) -> None:
    """Memories, keys and queries are the whitened embedding: unlike places are far apart."""
    dim, memory_dim = model.config.dim, model.config.memory.dim
    kept = memory_dim - 1
    tokens = stride16.permute(0, 2, 3, 1).flatten(0, 2)
    whitening = _whitening(tokens, kept)
    projection = torch.zeros(memory_dim, dim)
    projection[:kept, :kept] = GAIN * torch.eye(kept)
    projection[kept, dim - 1] = GAIN
    _assign(model.memory_encoder.image_projection, whitening)
    _assign(model.memory_encoder.out_projection, projection)
    normed = functional.layer_norm(tokens, (dim,))
    queries = _fitted(normed, tokens @ whitening.weight.T + whitening.bias)
    basis, _ = torch.linalg.qr(torch.randn(dim, kept, generator=generator))
    basis = basis.to(tokens.device)
    cross = model.memory_attention.layers[0].get_submodule("cross_attention")
    turned = Affine(sharpness * basis @ queries.weight, sharpness * basis @ queries.bias)
    _assign(cross.get_submodule("q_proj"), turned)
    _assign(cross.get_submodule("k_proj"), basis / GAIN)


def _whitening(tokens_NC: Float[Tensor, "N C"], kept: int) -> Affine:
    """The ``kept`` widest directions of some tokens, centred and brought to one width."""
    mean = tokens_NC.mean(dim=0)
    centred = (tokens_NC - mean).double()
    spread, directions = torch.linalg.eigh(centred.T @ centred / len(centred))
    width = (spread[-kept:] + FLOOR * spread.mean()).sqrt()
    weight = (directions[:, -kept:] / width).T.float()
    return Affine(weight, -weight @ mean)


def _fitted(known_NC: Float[Tensor, "N C"], wanted_ND: Float[Tensor, "N D"]) -> Affine:
    """The affine map that comes nearest to ``wanted``, by ridge regression."""
    ones = torch.ones(len(known_NC), 1, device=known_NC.device)
    known = torch.cat((known_NC, ones), dim=1).double()
    square = known.T @ known / len(known)
    square += RIDGE * torch.eye(len(square), device=square.device)
    solved = torch.linalg.solve(square, known.T @ wanted_ND.double() / len(known)).float()
    return Affine(solved[:-1].T, solved[-1])


def dense_prompt(model: Sam2, side: int) -> Dense:
    """What the prompt encoder makes of a mask that is all in, or all out, less that of no mask."""
    small = side // 4
    levels = model.no_memory.new_tensor((LOGIT, -LOGIT))[:, None, None, None]
    embedded = model.prompt_encoder.mask_downscaling(levels.expand(2, 1, small, small))
    centre = embedded[:, :, small // 8, small // 8] - model.prompt_encoder.no_mask
    return Dense(centre[0], centre[1])


def _assign(layer: nn.Module, block: Tensor | Affine, *, column: int = 0) -> None:
    """Zero a linear map but for ``block``, put into its first rows from ``column`` on."""
    assert isinstance(layer, nn.Linear | nn.Conv2d)
    assert layer.bias is not None
    placed = block.weight if isinstance(block, Affine) else block
    weight = torch.zeros_like(layer.weight.flatten(1))
    weight[: placed.shape[0], column : column + placed.shape[1]] = placed
    layer.weight.copy_(weight.view_as(layer.weight))
    layer.bias.zero_()
    if isinstance(block, Affine):
        layer.bias[: len(block.bias)] = block.bias
