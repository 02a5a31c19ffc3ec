"""A network on a device at a precision: the one place that knows of either."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn import functional

from masklet.errors import MaskletError
from masklet.model.config import ModelConfig
from masklet.model.image_encoder import ImageFeatures
from masklet.model.sam2 import Sam2

MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


@dataclass(frozen=True, eq=False, kw_only=True)
class Runtime:
    """Everything a predictor needs to run the network.

    Attributes:
        dtype: precision of the matrix products; weights and memories stay float32.
    """

    model: Sam2
    device: torch.device
    dtype: torch.dtype

    @property
    def config(self) -> ModelConfig:
        """Sizes of the network."""
        return self.model.config

    @property
    def side(self) -> int:
        """Side in pixels of the square picture that the network sees."""
        return self.config.image_size

    @contextmanager
    def inference(self) -> Iterator[None]:
        """Run the network without gradients, at this runtime's precision."""
        reduced = self.dtype != torch.float32
        with (
            torch.inference_mode(),
            torch.autocast(self.device.type, dtype=self.dtype, enabled=reduced),
        ):
            yield

    def encode(self, picture: UInt8[np.ndarray, "H W 3"]) -> ImageFeatures:
        """Encode one picture of any size."""
        with self.inference():
            features = self.model.encode(self.prepare(picture)[None])
            return ImageFeatures(*(x.float() for x in features))

    def prepare(self, picture: UInt8[np.ndarray, "H W 3"]) -> Float[Tensor, "3 S S"]:
        """The one resizer: antialiased bilinear to a square, in float; then normalised."""
        pixels = torch.from_numpy(np.require(picture, requirements=("C", "W"))).to(self.device)
        pixels_13HW = pixels.permute(2, 0, 1)[None].float() / 255
        size = (self.side, self.side)
        if pixels_13HW.shape[2:] != size:
            pixels_13HW = functional.interpolate(
                pixels_13HW, size, mode="bilinear", align_corners=False, antialias=True
            )
        mean = torch.tensor(MEAN, device=self.device)[:, None, None]
        deviation = torch.tensor(DEVIATION, device=self.device)[:, None, None]
        return ((pixels_13HW - mean) / deviation)[0]


def make_runtime(model: Sam2, device: str | torch.device | None, dtype: str | None) -> Runtime:
    """Place a network: ``device`` defaults to a GPU where there is one, ``dtype`` to what suits it.

    The default precision is bfloat16 on a GPU that has it and float32 elsewhere.

    Raises:
        MaskletError: no such device, or no such precision.
    """
    chosen = _device(device)
    if dtype is None:
        capable = chosen.type == "cuda" and torch.cuda.is_bf16_supported()
        dtype = "bfloat16" if capable else "float32"
    if dtype not in DTYPES:
        raise MaskletError(f"dtype={dtype!r}: wanted one of {', '.join(DTYPES)}")
    try:
        placed = model.to(chosen).eval()
    except (RuntimeError, AssertionError) as error:
        raise MaskletError(f"device={str(chosen)!r} cannot be used here: {error}") from error
    for parameter in placed.parameters():
        parameter.requires_grad_(False)
    return Runtime(model=placed, device=chosen, dtype=DTYPES[dtype])


def _device(device: str | torch.device | None) -> torch.device:
    if device is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        return torch.device(device)
    except RuntimeError as error:
        raise MaskletError(f"device={device!r}: wanted cpu, cuda, cuda:1 or mps") from error
