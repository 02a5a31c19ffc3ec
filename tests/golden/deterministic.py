"""Weights that depend on a tensor's name and shape alone, so that no checkpoint need be stored.

A tensor is drawn from PCG64 seeded with the first eight bytes (little-endian) of the SHA-256 of
its name, standard normal in float64, scaled by what it is used for and cast to float32.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

EMBEDDINGS = ("point_embeddings", "not_a_point", "no_mask_embed", "_token.", "mask_tokens.")


class Override(NamedTuple):
    """A change of one tensor of the deterministic checkpoint: ``w * scale + shift``."""

    name: str
    scale: float
    shift: float


def deterministic_tensor(name: str, shape: Sequence[int]) -> np.ndarray:
    """One float32 tensor of the deterministic checkpoint."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")
    normal = np.random.Generator(np.random.PCG64(seed)).standard_normal(tuple(shape))
    return _scaled(name, normal).astype(np.float32)


def _scaled(name: str, normal: np.ndarray) -> np.ndarray:
    weight = name.endswith("weight")
    if name.endswith("positional_encoding_gaussian_matrix"):
        return normal
    if name.endswith(".gamma"):
        return 0.1 + 0.02 * normal
    if "pos_embed" in name:
        return 0.2 * normal
    if name.endswith("bias"):
        return 0.02 * normal
    if weight and normal.ndim == 1:
        return 1.0 + 0.1 * normal
    if weight and normal.ndim > 1 and not any(part in name for part in EMBEDDINGS):
        return normal / np.sqrt(math.prod(normal.shape[1:]))
    return 0.2 * normal


def deterministic_checkpoint(
    shapes: Mapping[str, Sequence[int]], overrides: Iterable[Override] = ()
) -> dict[str, np.ndarray]:
    """``{name: float32 array}`` for every name, with the overrides applied in float32."""
    arrays = {name: deterministic_tensor(name, shape) for name, shape in shapes.items()}
    for name, scale, shift in overrides:
        arrays[name] = (arrays[name] * scale + shift).astype(np.float32)
    return arrays
