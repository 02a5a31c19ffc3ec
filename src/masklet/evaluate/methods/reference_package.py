"""The reference implementation, the package sam2 1.1.0, made ready: imported, built, kept quiet.

It is no requirement of masklet. ``python scripts/make_reference_env.py FOLDER`` makes an
environment that has both.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor

from masklet.errors import CheckpointError, MaskletError
from masklet.masks.tensor_components import fill_holes

CONFIGS = {
    "sam2-hiera-tiny": "configs/sam2/sam2_hiera_t.yaml",
    "sam2-hiera-small": "configs/sam2/sam2_hiera_s.yaml",
    "sam2-hiera-base-plus": "configs/sam2/sam2_hiera_b+.yaml",
    "sam2-hiera-large": "configs/sam2/sam2_hiera_l.yaml",
    "sam2.1-hiera-tiny": "configs/sam2.1/sam2.1_hiera_t.yaml",
    "sam2.1-hiera-small": "configs/sam2.1/sam2.1_hiera_s.yaml",
    "sam2.1-hiera-base-plus": "configs/sam2.1/sam2.1_hiera_b+.yaml",
    "sam2.1-hiera-large": "configs/sam2.1/sam2.1_hiera_l.yaml",
}
STRIDE = 16
_DECLARED = ("nms", "qnms")
_kept_libraries: list[torch.library.Library] = []


def import_reference(module: str) -> Any:
    """Import a module of sam2, also beside a torchvision whose compiled part does not load.

    sam2 uses torchvision for resizing alone, so the operators that torchvision declares for
    itself while it is imported can stand empty.

    Raises:
        MaskletError: sam2 is not installed here.
    """
    if importlib.util.find_spec("sam2") is None:
        raise MaskletError(
            "the reference package sam2 is not installed here; `python "
            "scripts/make_reference_env.py FOLDER` makes an environment that has it"
        )
    try:
        importlib.import_module("torchvision")
    except (ImportError, RuntimeError):
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        for operator in _DECLARED:
            library.define(f"{operator}(Tensor boxes, Tensor scores, float threshold) -> Tensor")
        _kept_libraries.append(library)
    return importlib.import_module(module)


def build_reference(
    model_name: str, checkpoint: Path, image_size: int, device: torch.device, holes: int
) -> Any:
    """The reference's video predictor, as its authors build it, with corrections kept.

    Three things are set: pictures of another side than 1024; that a corrected frame counts as a
    prompted one, without which corrections are lost; and that holes are filled by masklet's own
    code where the package's compiled part, which does that, was not built. It says nothing.

    Raises:
        MaskletError: sam2 is not installed, or knows no such model.
        CheckpointError: the weights cannot be loaded.
    """
    if model_name not in CONFIGS:
        raise MaskletError(f"model_name={model_name!r}: wanted one of {', '.join(CONFIGS)}")
    if not checkpoint.is_file():
        raise CheckpointError(f"checkpoint: {checkpoint} does not exist; wanted a released file")
    build = import_reference("sam2.build_sam").build_sam2_video_predictor
    _make_quiet()
    _make_whole()
    overrides = [
        *size_overrides(image_size),
        "++model.add_all_frames_to_correct_as_cond=true",
    ]
    try:
        predictor = build(
            CONFIGS[model_name], str(checkpoint), device=device, hydra_overrides_extra=overrides
        )
    except (RuntimeError, KeyError, OSError, UnpicklingError) as error:
        raise CheckpointError(f"checkpoint: {checkpoint} is not of {model_name}: {error}") from None
    predictor.fill_hole_area = holes
    return predictor


def size_overrides(image_size: int) -> list[str]:
    """What a picture side other than 1024 changes in the configuration."""
    side = image_size // STRIDE
    attention = "++model.memory_attention.layer"
    return [
        f"++model.image_size={image_size}",
        f"{attention}.self_attention.feat_sizes=[{side},{side}]",
        f"{attention}.cross_attention.feat_sizes=[{side},{side}]",
    ]


def _make_quiet() -> None:
    """No progress bars among a report's own lines."""
    for name in ("sam2.sam2_video_predictor", "sam2.utils.misc"):
        module: Any = import_reference(name)
        module.tqdm = _unseen


def _unseen(rows: Iterable[Any], **_: object) -> Iterable[Any]:
    return rows


def _make_whole() -> None:
    if importlib.util.find_spec("sam2._C") is None:
        module: Any = import_reference("sam2.sam2_video_predictor")
        module.fill_holes_in_mask_scores = _filled


def _filled(mask: Tensor, max_area: int) -> Tensor:
    """``mask`` [N, 1, h, w] with its small holes filled."""
    return fill_holes(mask[:, 0].float(), max_area)[:, None]
