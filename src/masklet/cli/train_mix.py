"""``masklet train --mix``: datasets as they lie on disk, named in words or in a TOML file."""

from pathlib import Path
from typing import TYPE_CHECKING

from masklet.errors import MaskletError

if TYPE_CHECKING:
    import torch

    from masklet.train.mixed.feed import MixMaterial
    from masklet.train.recipes import Recipe

LEAST_SIDE, MARGIN, GRAIN = 320, 1.25, 32


def open_mix_of(
    words: tuple[str, ...], recipe: "Recipe", workers: int, device: "torch.device"
) -> "MixMaterial":
    """The sets that are named, opened.

    Raises:
        MaskletError: a word is neither a set nor a file, or a set cannot be read.
    """
    from masklet.data.mixing.mix import open_mix
    from masklet.data.mixing.spec import parse_set, read_mix
    from masklet.train.mixed.feed import MixMaterial

    if workers < 0:
        raise MaskletError(f"--workers={workers}: wanted 0 or more")
    specs = []
    for word in words:
        if word.endswith(".toml") and "=" not in word:
            specs += read_mix(Path(word))
        else:
            specs.append(parse_set(word))
    mix = open_mix(specs, side=side_of(recipe), device=device)
    return MixMaterial(mix=mix, workers=workers)


def side_of(recipe: "Recipe") -> int:
    """Side of the squares that pictures are squashed to: a quarter more than is seen of them."""
    seen = max(recipe.size, recipe.pictures.size)
    return max(LEAST_SIDE, -(-int(seen * MARGIN) // GRAIN) * GRAIN)
