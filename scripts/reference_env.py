"""The reference implementation, sam2 1.1.0, made ready to be asked: import, weights, small sizes.

It runs in an environment of its own, which `scripts/record_reference.py` says how to make.
"""

import importlib
import sys
from typing import Any

import numpy as np
import torch

from tests.golden.deterministic import Override, deterministic_checkpoint

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
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)

_kept_libraries: list[torch.library.Library] = []


def import_reference(module: str) -> Any:
    """Import ``module`` of sam2, also beside a torchvision whose compiled part does not load.

    The reference uses torchvision for resizing alone, so two operators that torchvision declares
    for itself while it is imported can stand empty.
    """
    try:
        importlib.import_module("torchvision")
    except (ImportError, RuntimeError):
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        library.define("nms(Tensor boxes, Tensor scores, float threshold) -> Tensor")
        library.define("qnms(Tensor boxes, Tensor scores, float threshold) -> Tensor")
        _kept_libraries.append(library)
    return importlib.import_module(module)


def size_overrides(image_size: int) -> list[str]:
    """The configuration changes that a picture size other than 1024 needs."""
    side = image_size // STRIDE
    attention = "++model.memory_attention.layer"
    return [
        f"++model.image_size={image_size}",
        f"{attention}.self_attention.feat_sizes=[{side},{side}]",
        f"{attention}.cross_attention.feat_sizes=[{side},{side}]",
    ]


def load_deterministic(model: torch.nn.Module, overrides: list[Override]) -> None:
    """Give ``model`` the deterministic weights for its own names and shapes."""
    shapes = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    arrays = deterministic_checkpoint(shapes, overrides)
    model.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})


def tensor_shapes(name: str) -> dict[str, list[int]]:
    """Every name in a released checkpoint's file, with its shape."""
    model = import_reference("sam2.build_sam").build_sam2(CONFIGS[name], device="cpu")
    return {key: list(value.shape) for key, value in model.state_dict().items()}


def image_predictor(name: str, image_size: int, overrides: list[Override]) -> Any:
    """The reference's image predictor, stability fallback on."""
    build = import_reference("sam2.build_sam").build_sam2
    predictor_class = import_reference("sam2.sam2_image_predictor").SAM2ImagePredictor
    model = build(CONFIGS[name], device="cpu", hydra_overrides_extra=size_overrides(image_size))
    load_deterministic(model, overrides)
    predictor = predictor_class(model)
    predictor._bb_feat_sizes = [(image_size // stride,) * 2 for stride in (4, 8, STRIDE)]
    return predictor


def video_predictor(
    name: str, image_size: int, overrides: list[Override], *, device: str = "cpu"
) -> Any:
    """The reference's video predictor: corrections are kept, and no holes are filled."""
    build = import_reference("sam2.build_sam").build_sam2_video_predictor
    model = build(
        CONFIGS[name],
        device=device,
        hydra_overrides_extra=[
            *size_overrides(image_size),
            "++model.add_all_frames_to_correct_as_cond=true",
        ],
    )
    model.fill_hole_area = 0
    load_deterministic(model, overrides)
    return model


def frames_tensor(frames: np.ndarray) -> torch.Tensor:
    """uint8 [T, S, S, 3] frames as the float32 [T, 3, S, S] that the reference's loader makes."""
    pictures = torch.from_numpy(frames / 255.0).permute(0, 3, 1, 2).float()
    return (pictures - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def begin_video(predictor: Any, frames: np.ndarray, height: int, width: int) -> dict[str, Any]:
    """A session over frames already resized to the model's size; no file is read."""
    module = import_reference("sam2.sam2_video_predictor")
    loader = module.load_video_frames
    module.load_video_frames = lambda **_: (frames_tensor(frames), height, width)
    try:
        return predictor.init_state(video_path="frames in memory")
    finally:
        module.load_video_frames = loader
