"""The released checkpoints' tensor names and ours, as one ordered list of prefix rules."""

from collections.abc import Mapping

import torch
from torch import Tensor

RENAMES: tuple[tuple[str, str], ...] = (
    ("image_encoder.trunk.patch_embed.proj.", "image_encoder.trunk.patch_embed."),
    ("image_encoder.neck.convs.0.conv.", "image_encoder.neck.laterals.3."),
    ("image_encoder.neck.convs.1.conv.", "image_encoder.neck.laterals.2."),
    ("image_encoder.neck.convs.2.conv.", "image_encoder.neck.laterals.1."),
    ("image_encoder.neck.convs.3.conv.", "image_encoder.neck.laterals.0."),
    ("sam_mask_decoder.conv_s0.", "image_encoder.skip4."),
    ("sam_mask_decoder.conv_s1.", "image_encoder.skip8."),
    ("sam_mask_decoder.transformer.final_attn_token_to_image.",
     "mask_decoder.transformer.final_token_to_image."),
    ("sam_mask_decoder.transformer.norm_final_attn.", "mask_decoder.transformer.final_norm."),
    ("sam_mask_decoder.iou_token.weight", "mask_decoder.iou_token"),
    ("sam_mask_decoder.mask_tokens.weight", "mask_decoder.mask_tokens"),
    ("sam_mask_decoder.obj_score_token.weight", "mask_decoder.presence_token"),
    ("sam_mask_decoder.output_upscaling.0.", "mask_decoder.upscale8."),
    ("sam_mask_decoder.output_upscaling.1.", "mask_decoder.upscale8_norm."),
    ("sam_mask_decoder.output_upscaling.3.", "mask_decoder.upscale4."),
    ("sam_mask_decoder.output_hypernetworks_mlps.", "mask_decoder.mask_heads."),
    ("sam_mask_decoder.iou_prediction_head.", "mask_decoder.iou_head."),
    ("sam_mask_decoder.pred_obj_score_head.", "mask_decoder.presence_head."),
    ("sam_mask_decoder.", "mask_decoder."),
    ("sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix",
     "prompt_encoder.directions"),
    ("sam_prompt_encoder.not_a_point_embed.weight", "prompt_encoder.no_point"),
    ("sam_prompt_encoder.no_mask_embed.weight", "prompt_encoder.no_mask"),
    ("sam_prompt_encoder.", "prompt_encoder."),
    ("memory_encoder.pix_feat_proj.", "memory_encoder.image_projection."),
    ("memory_encoder.fuser.layers.", "memory_encoder.fuser."),
    ("memory_encoder.out_proj.", "memory_encoder.out_projection."),
    ("obj_ptr_proj.", "pointers.projection."),
    ("obj_ptr_tpos_proj.", "pointers.time."),
    ("no_obj_ptr", "pointers.absent"),
    ("no_obj_embed_spatial", "absent_memory"),
    ("no_mem_embed", "no_memory"),
    ("maskmem_tpos_enc", "memory_time"),
    ("mask_downsample.", "mask_to_prompt."),
)  # fmt: skip

INSIDE: tuple[tuple[str, str], ...] = (
    (".cross_attn_token_to_image.", ".token_to_image."),
    (".cross_attn_image_to_token.", ".image_to_token."),
    (".cross_attn_image.", ".cross_attention."),
    (".self_attn.", ".self_attention."),
)

UNUSED = ("no_mem_pos_enc",)
"""In every released file; the released configs never read it."""


POINTS = "prompt_encoder.point_embeddings"


def from_released(name: str) -> str:
    """Our name of a released tensor."""
    for theirs, ours in RENAMES:
        if name.startswith(theirs):
            name = ours + name.removeprefix(theirs)
            break
    for theirs, ours in INSIDE:
        name = name.replace(theirs, ours)
    return name


def to_ours(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A released state dict under our names, point embeddings joined, spare axes dropped."""
    ours = {from_released(name): tensor for name, tensor in tensors.items() if name not in UNUSED}
    points = [ours.pop(f"{POINTS}.{kind}.weight", None) for kind in range(4)]
    found = [point for point in points if point is not None]
    if len(found) == len(points):
        ours[POINTS] = torch.cat(found)
    for name in ("no_memory", "memory_time"):
        if name in ours:
            ours[name] = ours[name].flatten(0, -2)
    return ours
