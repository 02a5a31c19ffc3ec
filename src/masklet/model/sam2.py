"""The whole network: the parts of SAM 2 and the learned embeddings between them.

Shapes: B rows (objects), C channels, D memory channels, H W pixels, h w grid at stride 16.
Source: paper section 4, reference ``modeling/sam2_base.py``.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional

from masklet.model.config import ModelConfig
from masklet.model.image_encoder import ImageEncoder, ImageFeatures
from masklet.model.mask_decoder import Decoded, MaskDecoder
from masklet.model.memory_attention import MemoryAttention, MemoryTokens
from masklet.model.memory_encoder import MemoryEncoder
from masklet.model.pointers import Pointers
from masklet.model.positions import sine_2d
from masklet.model.prompt_encoder import PromptEncoder, Prompts

ABSENT_LOGIT = -1024.0


class Sam2(nn.Module):
    """Stateless: every method maps tensors to tensors."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        memory = config.memory
        self.image_encoder = ImageEncoder(config)
        self.prompt_encoder = PromptEncoder(config.dim, click_map=config.click_map)
        self.mask_decoder = MaskDecoder(config)
        self.memory_attention = MemoryAttention(config)
        self.memory_encoder = MemoryEncoder(
            config.dim, memory.dim, fuser_blocks=memory.fuser_blocks
        )
        self.pointers = Pointers(config)
        self.no_memory = nn.Parameter(0.02 * torch.randn(1, config.dim))
        self.memory_time = nn.Parameter(0.02 * torch.randn(memory.recent + 1, memory.dim))
        self.absent_memory = (
            nn.Parameter(0.02 * torch.randn(1, memory.dim)) if memory.absent_embedding else None
        )
        self.mask_to_prompt = nn.Conv2d(1, 1, kernel_size=4, stride=4)

    def encode(self, pictures_B3HW: Float[Tensor, "B 3 H W"]) -> ImageFeatures:
        """Encode normalised square pictures."""
        return self.image_encoder(pictures_B3HW)

    def without_memory(self, stride16_BCHW: Float[Tensor, "B C h w"]) -> Float[Tensor, "B C h w"]:
        """The embedding of a frame that reads no memory."""
        return stride16_BCHW + self.no_memory[:, :, None, None]

    def with_memory(
        self, stride16_BCHW: Float[Tensor, "_ C h w"], tokens: MemoryTokens
    ) -> Float[Tensor, "B C h w"]:
        """The embedding conditioned on B objects' memories; one row of it serves them all."""
        rows = tokens.memories.shape[0]
        _, channels, height, width = stride16_BCHW.shape
        positions = sine_2d(height, width, channels, like=stride16_BCHW)
        image = stride16_BCHW.expand(rows, -1, -1, -1)
        return self.memory_attention(image, positions, tokens)

    def decode(
        self,
        conditioned_BCHW: Float[Tensor, "B C h w"],
        features: ImageFeatures,
        prompts: Prompts,
    ) -> Decoded:
        """All four masks of B objects; absent objects are not yet blanked out."""
        side = 16 * conditioned_BCHW.shape[-1]
        encoded = self.prompt_encoder(prompts, side)
        positions = self.prompt_encoder.image_positions(*conditioned_BCHW.shape[-2:])
        return self.mask_decoder(conditioned_BCHW, features, encoded, positions)

    def remember(
        self,
        stride16_BCHW: Float[Tensor, "_ C h w"],
        mask_B1HW: Float[Tensor, "B 1 H W"],
        presence_B: Float[Tensor, "B"],
    ) -> Float[Tensor, "B D h w"]:
        """Encode masks (probabilities 0..1 at the picture's size) into memory."""
        scaled = mask_B1HW * self.config.mask_scale + self.config.mask_shift
        memory = self.memory_encoder(stride16_BCHW, scaled)
        if self.absent_memory is None:
            return memory
        absent = (presence_B <= 0).to(memory.dtype)[:, None, None, None]
        return memory + absent * self.absent_memory[:, :, None, None]

    def memory_tokens(
        self,
        memories_BMDHW: Float[Tensor, "B M D h w"],
        slots_BM: Int[Tensor, "B M"],
        pointers_BPC: Float[Tensor, "B P C"],
        distance_BP: Float[Tensor, "B P"],
        readable: Bool[Tensor, "B L"] | None = None,
    ) -> MemoryTokens:
        """Lay out memories and pointers with their positions in space and time.

        ``slots`` index the learned temporal positions: 6 for prompted frames, 0 to 5 for frames
        1 to 6 steps away.
        """
        height, width = memories_BMDHW.shape[-2:]
        place = sine_2d(height, width, memories_BMDHW.shape[2], like=memories_BMDHW)
        place = place + self.memory_time[slots_BM][..., None, None]
        pointers = self.pointers.as_tokens(pointers_BPC, distance_BP)
        return MemoryTokens(
            memories=memories_BMDHW.flatten(3).transpose(2, 3).flatten(1, 2),
            pointers=pointers.tokens,
            memory_positions=place.flatten(3).transpose(2, 3).flatten(1, 2),
            pointer_positions=pointers.positions,
            readable=readable,
        )


def blank_absent(
    logits: Float[Tensor, "B *M H W"], presence_B: Float[Tensor, "B"]
) -> Float[Tensor, "B *M H W"]:
    """Logits of -1024 wherever the object is absent."""
    present = (presence_B > 0).view(-1, *(1,) * (logits.ndim - 1))
    return torch.where(present, logits, ABSENT_LOGIT)


def upsample(logits_BMHW: Float[Tensor, "B M h w"], side: int) -> Float[Tensor, "B M H W"]:
    """Bilinear, half-pixel centres, in float32, to ``side`` by ``side`` pixels."""
    return functional.interpolate(
        logits_BMHW.float(), (side, side), mode="bilinear", align_corners=False
    )
