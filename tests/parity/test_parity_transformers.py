"""Our network against transformers' SAM 2 with the same small random weights: a second oracle."""

from typing import Any

import pytest
import torch
from torch import Tensor

from masklet.model.prompt_encoder import Prompts
from tests.parity.small_models import SIZE, Twins, make_twins

TOLERANCE = 1e-4

QUESTIONS: dict[str, dict[str, Any]] = {
    "click": {"points": [[40.0, 60.0]], "labels": [1]},
    "clicks": {"points": [[40.0, 60.0], [90.5, 20.0], [7.0, 120.0]], "labels": [1, 0, 1]},
    "box": {"box": [20.0, 30.0, 100.0, 90.0]},
}


@pytest.fixture(scope="module", params=[True, False], ids=["sam2.1", "sam2"])
def twins(request: pytest.FixtureRequest) -> Twins:
    return make_twins(newer=request.param)


@pytest.fixture(scope="module")
def pictures() -> Tensor:
    return torch.randn(8, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1))


def assert_close(ours: Tensor, theirs: Tensor) -> None:
    assert ours.shape == theirs.shape
    assert (ours - theirs).norm() <= TOLERANCE * theirs.norm()


def our_prompts(question: dict[str, Any], mask: Tensor | None) -> Prompts:
    points, labels = list(question.get("points", [])), list(question.get("labels", []))
    if "box" in question:
        corners = question["box"]
        points = [corners[:2], corners[2:], *points]
        labels = [2, 3, *labels]
    side = 0 if mask is None else mask.shape[-1]
    return Prompts(
        points=torch.tensor([points]),
        labels=torch.tensor([labels]),
        mask=torch.zeros(1, 1, side, side) if mask is None else mask,
        has_mask=torch.tensor([mask is not None]),
    )


def their_prompts(question: dict[str, Any], mask: Tensor | None) -> dict[str, Tensor]:
    theirs: dict[str, Tensor] = {}
    if "points" in question:
        theirs["input_points"] = torch.tensor([[question["points"]]])
        theirs["input_labels"] = torch.tensor([[question["labels"]]])
    if "box" in question:
        theirs["input_boxes"] = torch.tensor([[question["box"]]])
    if mask is not None:
        theirs["input_masks"] = mask
    return theirs


@torch.inference_mode()
def test_image_embeddings_are_the_same(twins: Twins, pictures: Tensor) -> None:
    features = twins.ours.encode(pictures[:2])
    stride4, stride8, stride16 = twins.image.get_image_embeddings(pictures[:2])
    assert_close(features.stride4, stride4)
    assert_close(features.stride8, stride8)
    assert_close(twins.ours.without_memory(features.stride16), stride16)


@torch.inference_mode()
@pytest.mark.parametrize("with_mask", [False, True], ids=["plain", "refined"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_masks_and_scores_are_the_same(
    twins: Twins, pictures: Tensor, name: str, with_mask: bool
) -> None:
    mask = 4 * torch.randn(1, 1, SIZE // 4, SIZE // 4) if with_mask else None
    features = twins.ours.encode(pictures[:1])
    conditioned = twins.ours.without_memory(features.stride16)
    decoded = twins.ours.decode(conditioned, features, our_prompts(QUESTIONS[name], mask))
    theirs = twins.image(
        pixel_values=pictures[:1],
        multimask_output=True,
        **their_prompts(QUESTIONS[name], mask),
    )
    assert_close(decoded.logits[:, 1:], theirs.pred_masks[:, 0])
    assert_close(decoded.ious[:, 1:], theirs.iou_scores[:, 0])
    assert_close(decoded.presence, theirs.object_score_logits.flatten())
