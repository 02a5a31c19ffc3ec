"""The optimizer of a run: which parameters are decayed, how fast each learns, and by which rule."""

from torch import nn

from masklet.model.hiera import Hiera
from masklet.model.sam2 import Sam2
from masklet.train.lora import is_adapter
from masklet.train.muon import Muon
from masklet.train.tuning import ENCODER

SMALL_SIDE = 4


def make_optimizer(
    model: nn.Module,
    *,
    peak: float,
    weight_decay: float,
    layer_decay: float = 1.0,
    encoder: float = 1.0,
    betas: tuple[float, float] = (0.9, 0.98),
    muon: bool = False,
) -> Muon:
    """AdamW over what learns; biases, scales and embeddings are not decayed.

    A group's ``share`` is what the rate of learning is multiplied by.

    Args:
        encoder: the image encoder's share, on top of the decay by layers.
        muon: matrices and convolutions that are decayed learn by Muon.
    """
    groups: dict[tuple[float, bool, bool], list[nn.Parameter]] = {
        (1.0, True, muon): [],
        (1.0, False, False): [],
    }
    shares = pace_of_parts(model, layer_decay)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            share = next((s for part, s in shares.items() if name.startswith(part)), 1.0)
            share *= encoder if name.startswith(ENCODER) else 1.0
            wide = parameter.ndim >= 2 and min(parameter.shape[:2]) > SMALL_SIDE
            key = (share, wide or is_adapter(name), wide and muon)
            groups.setdefault(key, []).append(parameter)
    return Muon(
        [
            {
                "params": members,
                "weight_decay": weight_decay if decayed else 0.0,
                "share": share,
                "muon": turned,
            }
            for (share, decayed, turned), members in groups.items()
            if members
        ],
        lr=peak,
        betas=betas,
    )


def pace_of_parts(model: nn.Module, layer_decay: float) -> dict[str, float]:
    """The share of the rate of each of the trunk's blocks by the beginning of its names.

    The last block learns at ``layer_decay``, the one before at its square, and so on down to what
    comes before the first block. Positions learn at the full rate.
    """
    if layer_decay == 1.0 or not isinstance(model, Sam2):
        return {}
    trunk = "image_encoder.trunk"
    if isinstance(model.image_encoder.trunk, Hiera):
        count = len(model.image_encoder.trunk.blocks)
        parts = ["patch_embed", *(f"blocks.{row}" for row in range(count))]
    else:
        stages = enumerate(model.image_encoder.trunk.stages)
        blocks = [
            f"stages.{at}.{row}" for at, s in stages for row in range(len(list(s.children())))
        ]
        parts = ["stem", *blocks]
    return {f"{trunk}.{part}.": layer_decay ** (len(parts) - row) for row, part in enumerate(parts)}
