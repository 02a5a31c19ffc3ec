"""Which parameters of a model that has learned already go on learning, and how fast each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from masklet.errors import MaskletError
from masklet.model.sam2 import Sam2
from masklet.train.lora import add_adapters, is_adapter, merged

ADAPTED = ("image_encoder", "memory_attention", "mask_decoder")
ENCODER = "image_encoder."


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """What learns.

    Attributes:
        what: every parameter, all but the image encoder's ("tracker"), those of the mask decoder
            alone, or low-rank adapters of the linear layers and convolutions of image encoder,
            memory attention and mask decoder.
        rank: of the adapters.
        alpha: adapters are multiplied by ``alpha / rank``.
        layer_decay: each block of the trunk learns at this share of the pace of the one after it.
        encoder: the image encoder learns at this share of the pace of all else.
    """

    what: Literal["all", "tracker", "decoder", "lora"] = "all"
    rank: int = 8
    alpha: float = 16.0
    layer_decay: float = 1.0
    encoder: float = 1.0

    @property
    def scale(self) -> float:
        """What adapters are multiplied by."""
        return self.alpha / self.rank

    def check(self) -> None:
        """Raises MaskletError that names the setting that cannot be."""
        if self.rank < 1:
            raise MaskletError(f"rank={self.rank}: wanted 1 or more")
        if not self.alpha > 0:
            raise MaskletError(f"alpha={self.alpha}: wanted more than 0")
        if not 0 < self.layer_decay <= 1:
            raise MaskletError(f"layer_decay={self.layer_decay}: wanted more than 0, at most 1")
        if not self.encoder > 0:
            raise MaskletError(f"encoder={self.encoder}: wanted more than 0")


def choose_parameters(model: Sam2, tuning: Tuning) -> None:
    """Freeze what does not learn, and add adapters where they do, in place."""
    if tuning.what == "all":
        return
    if tuning.what == "lora":
        for name in ADAPTED:
            add_adapters(model.get_submodule(name), rank=tuning.rank, scale=tuning.scale)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(learns(name, tuning.what))


def learns(name: str, what: str) -> bool:
    """Whether a parameter of that name does."""
    if what == "lora":
        return is_adapter(name)
    return name.startswith("mask_decoder.") if what == "decoder" else not name.startswith(ENCODER)


def plain_weights(weights: Mapping[str, Tensor], tuning: Tuning) -> dict[str, Tensor]:
    """The weights of an ordinary model: as they are, or with the adapters merged."""
    return merged(weights, scale=tuning.scale)
