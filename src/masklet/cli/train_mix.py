"""``masklet train --mix`` and ``--held-out``: datasets as they lie on disk, in words or TOML."""

from pathlib import Path
from typing import TYPE_CHECKING

from masklet.errors import MaskletError

if TYPE_CHECKING:
    import torch

    from masklet.data.mixing.spec import SetSpec
    from masklet.train.held_out import HeldOut
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
    from masklet.train.mixed.feed import MixMaterial

    if workers < 0:
        raise MaskletError(f"--workers={workers}: wanted 0 or more")
    mix = open_mix(read_words(words), side=side_of(recipe), device=device)
    return MixMaterial(mix=mix, workers=workers)


def open_held_out(words: tuple[str, ...], *, clips: bool) -> "HeldOut":
    """Some of the sets that are named, to measure a run on; with ``clips`` also videos.

    Raises:
        MaskletError: a word is neither a set nor a file, a set cannot be read, or there are
            videos alone for a run that plays none.
    """
    from masklet.data.mixing.mix import open_mix
    from masklet.train.mixed.held import held_sets

    held = held_sets(open_mix(read_words(words)), clips=clips)
    if not (held.photos or held.clips):
        raise MaskletError(
            "--held-out: videos alone came; wanted photos too, as the run has no clips"
        )
    return held


def read_words(words: tuple[str, ...]) -> "list[SetSpec]":
    """The sets that are named. Raises MaskletError."""
    from masklet.data.mixing.spec import parse_set, read_mix

    specs: list[SetSpec] = []
    for word in words:
        if word.endswith(".toml") and "=" not in word:
            specs += read_mix(Path(word))
        else:
            specs.append(parse_set(word))
    return specs


def side_of(recipe: "Recipe") -> int:
    """Side of the squares that pictures are squashed to: a quarter more than is seen of them."""
    seen = max(recipe.size, recipe.pictures.size)
    return max(LEAST_SIDE, -(-int(seen * MARGIN) // GRAIN) * GRAIN)
