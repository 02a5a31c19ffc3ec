"""A small model with random weights and short moving pictures, for tests of what goes around it."""

from collections.abc import Sequence

import numpy as np
import torch

from masklet.model.build import build_model
from masklet.model.config import HieraConfig, MemoryConfig, ModelConfig
from masklet.predict.model import Model
from masklet.predict.runtime import make_runtime

SIDE = 64
TRUNK = HieraConfig(
    embed_dim=16, heads=1, blocks=(1, 1, 2, 1), global_blocks=(3,), windows=(8, 4, 4, 2)
)
SMALL = ModelConfig(
    name="small",
    image_size=SIDE,
    trunk=TRUNK,
    memory=MemoryConfig(dim=32, layers=2, feedforward=64, dropout=0.0),
    dim=64,
    decoder_heads=4,
    decoder_feedforward=64,
)


def small_model(seed: int = 0) -> Model:
    """Random weights under which objects are mostly present and memory is felt."""
    torch.manual_seed(seed)
    network = build_model(SMALL)
    with torch.no_grad():
        network.mask_decoder.presence_head.layers[-1].get_parameter("bias").fill_(0.3)
        network.image_encoder.trunk.get_parameter("pos_embed").normal_(std=0.3)
        for block in network.memory_encoder.fuser:
            block.get_parameter("gamma").fill_(0.3)
    return Model(make_runtime(network, "cpu", "float32"))


def moving_pictures(
    count: int, size: tuple[int, int] = (48, 72), seed: int = 0
) -> list[np.ndarray]:
    """Blurred noise that drifts to the right, RGB."""
    height, width = size
    noise = np.random.default_rng(seed).integers(0, 256, (height // 8, width, 3), dtype=np.uint8)
    wide = np.repeat(np.repeat(noise, 8, axis=0), 4, axis=1)
    return [np.ascontiguousarray(wide[:, 3 * i : 3 * i + width]) for i in range(count)]


def same(left: Sequence, right: Sequence, tolerance: float = 0.0) -> bool:
    """Two sequences of frame results say the same, logits, scores and presence alike."""
    pairs = list(zip(left, right, strict=True))
    return all(
        a.index == b.index
        and a.objects == b.objects
        and all(
            np.allclose(getattr(a, what), getattr(b, what), rtol=0, atol=tolerance)
            for what in ("logits", "scores", "presence")
        )
        for a, b in pairs
    )
