"""Less memory and more speed from the same steps: blocks recomputed for gradients, parts compiled.

Recomputing is what the literature calls activation checkpointing (Chen et al., arXiv 1604.06174).
"""

from functools import partial

from torch import nn
from torch.utils.checkpoint import checkpoint

from masklet.model.conv_trunk import ResidualBlock
from masklet.model.hiera import HieraBlock
from masklet.model.mask_decoder import MaskDecoder
from masklet.model.memory_attention import MemoryAttentionLayer
from masklet.model.memory_encoder import MemoryEncoder
from masklet.model.sam2 import Sam2

SHAPED_BY_PROMPTS = (MemoryAttentionLayer, MaskDecoder)
SHAPED_BY_PICTURES = (HieraBlock, MemoryEncoder)


def recompute(model: Sam2, *, frozen_norms: bool, compiled: bool = False) -> int:
    """Let blocks keep their inputs alone and compute all else again for gradients, in place.

    Blocks of the trunk, layers of memory attention, memory encoder and mask decoder. What is drawn
    at random is drawn alike both times, so that gradients are the same bit for bit.

    Args:
        frozen_norms: normalisation does not measure the batch, and so would not measure it twice:
            blocks of the convolutional trunk take part as well.
        compiled: the parts that ``compile_parts`` compiles are left alone: the compiler itself
            chooses what they keep.

    Returns:
        how many blocks take part.
    """
    kinds: tuple[type[nn.Module], ...] = SHAPED_BY_PROMPTS
    if not compiled:
        kinds += (*SHAPED_BY_PICTURES, ResidualBlock) if frozen_norms else SHAPED_BY_PICTURES
    blocks = [part for part in model.modules() if isinstance(part, kinds)]
    for block in blocks:
        block.__dict__["forward"] = partial(checkpoint, block.forward, use_reentrant=False)
    return len(blocks)


def compile_parts(model: Sam2) -> None:
    """Compile image encoder and memory encoder, in place, once for every shape of pictures.

    These see the same shapes step after step. Prompts grow with every click and memories with
    every frame, so that decoder and memory attention would be compiled again and again.
    """
    for part in (model.image_encoder, model.memory_encoder):
        part.compile(dynamic=False)
