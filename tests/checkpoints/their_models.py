"""transformers' own models of the released sizes, as names and shapes."""

from collections.abc import Mapping
from functools import cache

import torch
from torch import Tensor
from transformers import (
    Sam2HieraDetConfig,
    Sam2VideoConfig,
    Sam2VideoModel,
    Sam2VisionConfig,
)

from masklet.checkpoints.catalogue import Release
from masklet.checkpoints.huggingface import to_released
from masklet.model.config import HieraConfig, ModelConfig


def their_config(config: ModelConfig) -> Sam2VideoConfig:
    """The transformers config of a model with a Hiera trunk."""
    trunk = config.trunk
    assert isinstance(trunk, HieraConfig)
    widths = list(trunk.widths)
    hiera = Sam2HieraDetConfig(
        hidden_size=trunk.embed_dim,
        num_attention_heads=trunk.heads,
        embed_dim_per_stage=widths,
        num_attention_heads_per_stage=[trunk.heads * 2**stage for stage in range(4)],
        blocks_per_stage=list(trunk.blocks),
        global_attention_blocks=list(trunk.global_blocks),
        window_positional_embedding_background_size=list(trunk.background_grid),
        window_size_per_stage=list(trunk.windows),
    )
    newer = config.memory.absent_embedding
    return Sam2VideoConfig(
        vision_config=Sam2VisionConfig(backbone_config=hiera, backbone_channel_list=widths[::-1]),
        enable_temporal_pos_encoding_for_object_pointers=newer,
        enable_occlusion_spatial_embedding=newer,
        memory_attention_num_layers=config.memory.layers,
    )


def blanks(shapes: Mapping[str, torch.Size]) -> dict[str, Tensor]:
    """Tensors of those shapes that take no memory."""
    return {name: torch.zeros(1).expand(shape) for name, shape in shapes.items()}


def released_blanks(release: Release) -> dict[str, Tensor]:
    """Blank tensors under the names in a released file."""
    return to_released(blanks(their_shapes(release)))


def shapes_of(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """Plain shapes, to compare."""
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


@cache
def their_shapes(release: Release) -> dict[str, torch.Size]:
    """Names and shapes of transformers' model of a release."""
    with torch.device("meta"):
        model = Sam2VideoModel(their_config(release.config()))
    return {name: tensor.shape for name, tensor in model.state_dict().items()}
