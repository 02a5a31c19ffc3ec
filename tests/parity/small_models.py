"""One small random network twice: as transformers' SAM 2 and as ours with the same weights."""

from typing import Any, NamedTuple

import torch
from torch import nn
from transformers import (
    Sam2Config,
    Sam2HieraDetConfig,
    Sam2MaskDecoderConfig,
    Sam2Model,
    Sam2PromptEncoderConfig,
    Sam2VideoConfig,
    Sam2VideoMaskDecoderConfig,
    Sam2VideoModel,
    Sam2VideoPromptEncoderConfig,
    Sam2VisionConfig,
)

from masklet.checkpoints.huggingface import DIRECTIONS, DIRECTIONS_AGAIN, to_released
from masklet.checkpoints.load import load_weights
from masklet.checkpoints.names import to_ours
from masklet.model.build import build_model
from masklet.model.config import HieraConfig, MemoryConfig, ModelConfig
from masklet.model.sam2 import Sam2

SIZE = 128
FEEDFORWARD = 64


class Twins(NamedTuple):
    """The same weights on both sides; ``image`` and ``video`` are transformers' models."""

    ours: Sam2
    image: Any
    video: Any


def small_config(*, newer: bool) -> ModelConfig:
    """SAM 2.1 if ``newer``, else SAM 2, at a fraction of the size."""
    return ModelConfig(
        name="small",
        image_size=SIZE,
        trunk=HieraConfig(embed_dim=16, heads=1, blocks=(1, 2, 2, 1), global_blocks=(4,)),
        memory=MemoryConfig(
            layers=2, feedforward=FEEDFORWARD, pointer_time=newer, absent_embedding=newer
        ),
        decoder_feedforward=FEEDFORWARD,
    )


def make_twins(*, newer: bool, seed: int = 0, presence: float = 2.0) -> Twins:
    """Random weights far enough from zero that every part matters to the answer.

    ``presence`` is the last bias of the head that tells whether the object is there.
    """
    torch.manual_seed(seed)
    config = small_config(newer=newer)
    video = Sam2VideoModel(_video_config(config)).eval()
    _randomise(video, presence)
    weights = video.state_dict()
    image = Sam2Model(_image_config(config)).eval()
    image.load_state_dict({name: weights[name] for name in image.state_dict()})
    ours = build_model(config)
    load_weights(ours, to_ours(to_released(weights)), "transformers")
    return Twins(ours, image, video)


def _randomise(model: nn.Module, presence: float) -> None:
    for name, tensor in model.state_dict().items():
        if tensor.ndim > 1 and "embed" not in name:
            tensor.normal_(std=tensor[0].numel() ** -0.5)
        elif tensor.ndim == 1 and name.endswith("weight"):
            tensor.normal_(1.0, 0.1)
        else:
            tensor.normal_(std=0.3)
    weights = model.state_dict()
    weights[DIRECTIONS].normal_()
    weights[DIRECTIONS_AGAIN].copy_(weights[DIRECTIONS])
    weights["mask_decoder.pred_obj_score_head.proj_out.bias"].fill_(presence)


def _vision(config: ModelConfig) -> Sam2VisionConfig:
    trunk = config.trunk
    assert isinstance(trunk, HieraConfig)
    widths = list(trunk.widths)
    backbone = Sam2HieraDetConfig(
        image_size=[SIZE, SIZE],
        hidden_size=trunk.embed_dim,
        num_attention_heads=trunk.heads,
        embed_dim_per_stage=widths,
        num_attention_heads_per_stage=[trunk.heads * 2**stage for stage in range(4)],
        blocks_per_stage=list(trunk.blocks),
        global_attention_blocks=list(trunk.global_blocks),
        window_positional_embedding_background_size=list(trunk.background_grid),
        window_size_per_stage=list(trunk.windows),
    )
    sizes = [[SIZE // stride] * 2 for stride in (4, 8, 16)]
    return Sam2VisionConfig(
        backbone_config=backbone,
        backbone_channel_list=widths[::-1],
        backbone_feature_sizes=sizes,
    )


def _image_config(config: ModelConfig) -> Sam2Config:
    return Sam2Config(
        vision_config=_vision(config),
        prompt_encoder_config=Sam2PromptEncoderConfig(image_size=SIZE),
        mask_decoder_config=Sam2MaskDecoderConfig(mlp_dim=FEEDFORWARD),
    )


def _video_config(config: ModelConfig) -> Sam2VideoConfig:
    memory = config.memory
    return Sam2VideoConfig(
        image_size=SIZE,
        vision_config=_vision(config),
        prompt_encoder_config=Sam2VideoPromptEncoderConfig(image_size=SIZE),
        mask_decoder_config=Sam2VideoMaskDecoderConfig(mlp_dim=FEEDFORWARD),
        enable_temporal_pos_encoding_for_object_pointers=memory.pointer_time,
        enable_occlusion_spatial_embedding=memory.absent_embedding,
        memory_attention_num_layers=memory.layers,
        memory_attention_feed_forward_hidden_size=memory.feedforward,
        memory_attention_rope_feat_sizes=[SIZE // 16, SIZE // 16],
    )
