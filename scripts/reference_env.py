"""The reference implementation, sam2 1.1.0, with deterministic weights, ready to be asked.

It runs in an environment of its own, which `scripts/record_reference.py` says how to make.
"""

from typing import Any

import numpy as np
import torch

from masklet.evaluate.methods.reference_package import CONFIGS, import_reference, size_overrides
from tests.golden.deterministic import Override, deterministic_checkpoint

STRIDE = 16
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


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
