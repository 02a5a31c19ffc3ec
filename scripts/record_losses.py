"""Record what the reference's own loss says to the random answers of tests/golden/losses_cases.py.

The environment of the reference is made by the first line, from the root of the repository:

    python scripts/make_reference_env.py benchmarks/.venv-reference
    PYTHONPATH=src benchmarks/.venv-reference/bin/python -m scripts.record_losses

writes tests/golden/losses.json anew. The settings are those of the reference's training
configuration: 20 focal, 1 dice, 1 IoU (L1, every mask), 1 presence (plain cross entropy).
"""

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from tests.golden.losses_cases import CASES, Answers, make_answers

RECORDED = Path(__file__).resolve().parents[1] / "tests" / "golden" / "losses.json"
WEIGHTS = {"loss_mask": 20.0, "loss_dice": 1.0, "loss_iou": 1.0, "loss_class": 1.0}
CORE = "core_loss"
STANDING_EMPTY = ("training.trainer", "training.utils.distributed")


def reference_loss() -> Any:
    """The reference's loss as it is trained with.

    Of its trainer, which would ask for more packages, the loss needs the name of one key; of
    its communication, that there is none.
    """
    for name in STANDING_EMPTY:
        sys.modules[name] = ModuleType(name)
    vars(sys.modules["training.trainer"]).update(CORE_LOSS_KEY=CORE)
    vars(sys.modules["training.utils.distributed"]).update(
        get_world_size=lambda: 1, is_dist_avail_and_initialized=lambda: False
    )
    module = importlib.import_module("training.loss_fns")
    return module.MultiStepMultiMasksAndIous(
        WEIGHTS, supervise_all_iou=True, iou_use_l1_loss=True, pred_obj_scores=True
    )


def ask(loss: Any, given: Answers) -> dict[str, Any]:
    """The parts, the total, and how much each mask, IoU and presence is asked to change."""
    logits = torch.from_numpy(given.logits).requires_grad_()
    ious = torch.from_numpy(given.ious).requires_grad_()
    presence = torch.from_numpy(given.presence).requires_grad_()
    outputs = {
        "multistep_pred_multimasks_high_res": list(logits),
        "multistep_pred_ious": list(ious),
        "multistep_object_score_logits": list(presence),
    }
    said = loss([outputs], torch.from_numpy(given.truth)[None])
    said[CORE].backward()
    assert logits.grad is not None
    assert ious.grad is not None
    assert presence.grad is not None
    return {
        "total": said[CORE].item(),
        "focal": said["loss_mask"].item(),
        "dice": said["loss_dice"].item(),
        "iou": said["loss_iou"].item(),
        "presence": said["loss_class"].item(),
        "logits_gradient": logits.grad.abs().sum((3, 4)).tolist(),
        "ious_gradient": ious.grad.tolist(),
        "presence_gradient": presence.grad[..., 0].tolist(),
    }


def main() -> None:
    """Write the file."""
    loss = reference_loss()
    recorded = [ask(loss, make_answers(case)) for case in CASES]
    RECORDED.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    print(f"{RECORDED}: {len(recorded)} cases")


if __name__ == "__main__":
    main()
