"""The Hugging Face layout of the same weights (transformers' Sam2VideoModel) and the released one.

Only names differ, but for two things: there the four point embeddings are rows of one tensor, and
the random directions of the position encoding are kept twice.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from masklet.errors import CheckpointError

POINTS = "prompt_encoder.point_embed.weight"
POINT = "sam_prompt_encoder.point_embeddings.{}.weight"
KINDS_OF_POINT = 4
DIRECTIONS = "prompt_encoder.shared_embedding.positional_embedding"
DIRECTIONS_AGAIN = "shared_image_embedding.positional_embedding"


class Part(NamedTuple):
    """One part of the network: its prefix there and as released, and what differs within it.

    ``#`` stands for a number and ``*`` for anything, the same on both sides; the first pair that
    fits counts, either way.
    """

    theirs: str
    released: str
    pairs: tuple[tuple[str, str], ...]


SAME = (("*", "*"),)
MLP = (("proj_in.*", "layers.0.*"), ("layers.0.*", "layers.1.*"), ("proj_out.*", "layers.2.*"))

PARTS: tuple[Part, ...] = (
    Part("", "", (
        ("no_memory_embedding", "no_mem_embed"),
        ("no_memory_positional_encoding", "no_mem_pos_enc"),
        ("memory_temporal_positional_encoding", "maskmem_tpos_enc"),
        ("no_object_pointer", "no_obj_ptr"),
        ("occlusion_spatial_embedding_parameter", "no_obj_embed_spatial"),
    )),
    Part("temporal_positional_encoding_projection_layer.", "obj_ptr_tpos_proj.", SAME),
    Part("object_pointer_proj.", "obj_ptr_proj.", MLP),
    Part("vision_encoder.backbone.", "image_encoder.trunk.", (
        ("patch_embed.projection.*", "patch_embed.proj.*"),
        ("blocks.#.layer_norm#.*", "blocks.#.norm#.*"),
        ("blocks.#.mlp.proj_in.*", "blocks.#.mlp.layers.0.*"),
        ("blocks.#.mlp.proj_out.*", "blocks.#.mlp.layers.1.*"),
        *SAME,
    )),
    Part("vision_encoder.neck.", "image_encoder.neck.", (("convs.#.*", "convs.#.conv.*"),)),
    Part("prompt_encoder.", "sam_prompt_encoder.", (
        ("shared_embedding.positional_embedding", "pe_layer.positional_encoding_gaussian_matrix"),
        ("mask_embed.conv1.*", "mask_downscaling.0.*"),
        ("mask_embed.layer_norm1.*", "mask_downscaling.1.*"),
        ("mask_embed.conv2.*", "mask_downscaling.3.*"),
        ("mask_embed.layer_norm2.*", "mask_downscaling.4.*"),
        ("mask_embed.conv3.*", "mask_downscaling.6.*"),
        *SAME,
    )),
    Part("mask_decoder.transformer.", "sam_mask_decoder.transformer.", (
        ("*.o_proj.*", "*.out_proj.*"),
        ("layer_norm_final_attn.*", "norm_final_attn.*"),
        ("layers.#.layer_norm#.*", "layers.#.norm#.*"),
        ("layers.#.mlp.proj_in.*", "layers.#.mlp.layers.0.*"),
        ("layers.#.mlp.proj_out.*", "layers.#.mlp.layers.1.*"),
        *SAME,
    )),
    Part("mask_decoder.", "sam_mask_decoder.", (
        ("upscale_conv1.*", "output_upscaling.0.*"),
        ("upscale_layer_norm.*", "output_upscaling.1.*"),
        ("upscale_conv2.*", "output_upscaling.3.*"),
        *((f"*.{theirs}", f"*.{released}") for theirs, released in MLP),
        *SAME,
    )),
    Part("memory_attention.", "memory_attention.", (
        ("layer_norm.*", "norm.*"),
        ("layers.#.layer_norm#.*", "layers.#.norm#.*"),
        ("*.o_proj.*", "*.out_proj.*"),
        *SAME,
    )),
    Part("memory_encoder.mask_downsampler.", "memory_encoder.mask_downsampler.", (
        *((f"layers.{level}.conv.*", f"encoder.{3 * level}.*") for level in range(4)),
        *((f"layers.{level}.layer_norm.*", f"encoder.{3 * level + 1}.*") for level in range(4)),
        ("final_conv.*", "encoder.12.*"),
    )),
    Part("memory_encoder.", "memory_encoder.", (
        ("feature_projection.*", "pix_feat_proj.*"),
        ("memory_fuser.layers.#.scale", "fuser.layers.#.gamma"),
        ("memory_fuser.layers.#.depthwise_conv.*", "fuser.layers.#.dwconv.*"),
        ("memory_fuser.layers.#.layer_norm.*", "fuser.layers.#.norm.*"),
        ("memory_fuser.layers.#.pointwise_conv#.*", "fuser.layers.#.pwconv#.*"),
        ("projection.*", "out_proj.*"),
    )),
    Part("mask_downsample.", "mask_downsample.", SAME),
)  # fmt: skip


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    template: str


def _rule(source: str, target: str) -> _Rule:
    pattern = re.escape(source).replace(r"\#", r"(\d+)").replace(r"\*", "(.+)")
    return _Rule(re.compile(pattern), re.sub(r"[#*]", "{}", target))


_PAIRS = [
    (part.theirs + theirs, part.released + released)
    for part in PARTS
    for theirs, released in part.pairs
]
_TO_RELEASED = tuple(_rule(theirs, released) for theirs, released in _PAIRS)
_FROM_RELEASED = tuple(_rule(released, theirs) for theirs, released in _PAIRS)


def _renamed(name: str, rules: tuple[_Rule, ...]) -> str:
    for rule in rules:
        if found := rule.pattern.fullmatch(name):
            return rule.template.format(*found.groups())
    return name


def to_released(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors of the Hugging Face layout under released names; unknown names stay as they are.

    Raises:
        CheckpointError: the two copies of the position encoding's directions differ, or the point
            embeddings are not four rows.
    """
    released: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if name == POINTS:
            released |= _points_apart(tensor)
        elif name != DIRECTIONS_AGAIN:
            released[_renamed(name, _TO_RELEASED)] = tensor
    again = tensors.get(DIRECTIONS_AGAIN)
    if again is not None:
        directions = released.setdefault(_renamed(DIRECTIONS, _TO_RELEASED), again)
        if not torch.equal(directions, again):
            raise CheckpointError(
                f"{DIRECTIONS} and {DIRECTIONS_AGAIN} differ; in a SAM 2 model they are one tensor"
            )
    return released


def to_huggingface(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors under released names in the Hugging Face layout; unknown names stay as they are."""
    points = [POINT.format(kind) for kind in range(KINDS_OF_POINT)]
    theirs = {
        _renamed(name, _FROM_RELEASED): tensor
        for name, tensor in tensors.items()
        if name not in points
    }
    if all(point in tensors for point in points):
        theirs[POINTS] = torch.cat([tensors[point] for point in points])
    if DIRECTIONS in theirs:
        theirs[DIRECTIONS_AGAIN] = theirs[DIRECTIONS]
    return theirs


def _points_apart(rows: Tensor) -> dict[str, Tensor]:
    if rows.ndim != 2 or len(rows) != KINDS_OF_POINT:
        raise CheckpointError(f"{POINTS} has shape {tuple(rows.shape)}, wanted (4, channels)")
    return {POINT.format(kind): rows[kind : kind + 1] for kind in range(KINDS_OF_POINT)}
