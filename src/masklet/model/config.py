"""Every size and switch of a model as frozen values, and the nine models as functions.

Figures: SAM 2 paper (arXiv 2408.00714) section 4, appendix D; reference ``configs/sam2*/*.yaml``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class HieraConfig:
    """Hiera trunk: four stages of attention blocks, windowed but for a few global ones."""

    embed_dim: int
    heads: int
    blocks: tuple[int, int, int, int]
    global_blocks: tuple[int, ...]
    windows: tuple[int, int, int, int] = (8, 4, 14, 7)
    background_grid: tuple[int, int] = (7, 7)
    drop_path: float = 0.1

    @property
    def widths(self) -> tuple[int, int, int, int]:
        """Channels at strides 4, 8, 16 and 32."""
        return (self.embed_dim, 2 * self.embed_dim, 4 * self.embed_dim, 8 * self.embed_dim)


@dataclass(frozen=True, kw_only=True)
class ConvConfig:
    """Residual convolutional trunk of the small model: learns from few pictures, quick on a CPU."""

    stem: int
    widths: tuple[int, int, int, int]
    blocks: tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class MemoryConfig:
    """Memory attention, memory encoder and object pointers."""

    dim: int = 64
    layers: int = 4
    feedforward: int = 2048
    dropout: float = 0.1
    fuser_blocks: int = 2
    recent: int = 6
    pointers: int = 16
    pointer_time: bool = True
    absent_embedding: bool = True


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """One model, complete: what the weights' shapes and the arithmetic depend on.

    Attributes:
        image_size: side in pixels of the square picture the network sees, by default.
        dim: channels of the image embedding, the tokens and the object pointers.
        top_down: FPN levels (0 is stride 4) that receive the level above.
        click_map: prompts also enter drawn as maps, at stride 16 and in the decoder's upscaling.
        mask_scale, mask_shift: mask probabilities enter memory as ``p * scale + shift``.
    """

    name: str
    image_size: int
    trunk: HieraConfig | ConvConfig
    memory: MemoryConfig
    dim: int = 256
    top_down: tuple[int, ...] = (2, 3)
    decoder_layers: int = 2
    decoder_heads: int = 8
    decoder_feedforward: int = 2048
    click_map: bool = False
    mask_scale: float = 20.0
    mask_shift: float = -10.0


TINY = HieraConfig(embed_dim=96, heads=1, blocks=(1, 2, 7, 2), global_blocks=(5, 7, 9))
SMALL = HieraConfig(embed_dim=96, heads=1, blocks=(1, 2, 11, 2), global_blocks=(7, 10, 13))
BASE_PLUS = HieraConfig(
    embed_dim=112,
    heads=2,
    blocks=(2, 3, 16, 3),
    global_blocks=(12, 16, 20),
    background_grid=(14, 14),
)
LARGE = HieraConfig(
    embed_dim=144,
    heads=2,
    blocks=(2, 6, 36, 4),
    global_blocks=(23, 33, 43),
    windows=(8, 4, 16, 8),
)


def _sam2(name: str, trunk: HieraConfig) -> ModelConfig:
    memory = MemoryConfig(pointer_time=False, absent_embedding=False)
    return ModelConfig(name=name, image_size=1024, trunk=trunk, memory=memory)


def _sam2_1(name: str, trunk: HieraConfig) -> ModelConfig:
    return ModelConfig(name=name, image_size=1024, trunk=trunk, memory=MemoryConfig())


def sam2_hiera_tiny() -> ModelConfig:
    """SAM 2, 38.9 M parameters."""
    return _sam2("sam2-hiera-tiny", TINY)


def sam2_hiera_small() -> ModelConfig:
    """SAM 2, 46 M parameters."""
    return _sam2("sam2-hiera-small", SMALL)


def sam2_hiera_base_plus() -> ModelConfig:
    """SAM 2, 80.8 M parameters."""
    return _sam2("sam2-hiera-base-plus", BASE_PLUS)


def sam2_hiera_large() -> ModelConfig:
    """SAM 2, 224 M parameters."""
    return _sam2("sam2-hiera-large", LARGE)


def sam2_1_hiera_tiny() -> ModelConfig:
    """SAM 2.1, 38.9 M parameters."""
    return _sam2_1("sam2.1-hiera-tiny", TINY)


def sam2_1_hiera_small() -> ModelConfig:
    """SAM 2.1, 46 M parameters."""
    return _sam2_1("sam2.1-hiera-small", SMALL)


def sam2_1_hiera_base_plus() -> ModelConfig:
    """SAM 2.1, 80.8 M parameters."""
    return _sam2_1("sam2.1-hiera-base-plus", BASE_PLUS)


def sam2_1_hiera_large() -> ModelConfig:
    """SAM 2.1, 224 M parameters."""
    return _sam2_1("sam2.1-hiera-large", LARGE)


def nano() -> ModelConfig:
    """The model inside the package: SAM 2's design at half the width on a convolutional trunk."""
    return ModelConfig(
        name="nano",
        image_size=256,
        trunk=ConvConfig(stem=32, widths=(32, 64, 128, 256), blocks=(2, 2, 3, 2)),
        memory=MemoryConfig(layers=2, feedforward=512, dropout=0.0),
        dim=128,
        top_down=(0, 1, 2, 3),
        decoder_heads=4,
        decoder_feedforward=512,
        click_map=True,
    )


CONFIGS: tuple[Callable[[], ModelConfig], ...] = (
    nano,
    sam2_hiera_tiny,
    sam2_hiera_small,
    sam2_hiera_base_plus,
    sam2_hiera_large,
    sam2_1_hiera_tiny,
    sam2_1_hiera_small,
    sam2_1_hiera_base_plus,
    sam2_1_hiera_large,
)


def named(name: str) -> ModelConfig | None:
    """The config of that name, or None."""
    return next((config for make in CONFIGS if (config := make()).name == name), None)


def at_size(config: ModelConfig, image_size: int) -> ModelConfig:
    """The same weights run on pictures of another size, a positive multiple of 32 pixels."""
    if image_size <= 0 or image_size % 32:
        raise ValueError(f"image_size={image_size}: it must be a positive multiple of 32")
    return replace(config, image_size=image_size)
