"""Record what the reference implementation, sam2 1.1.0, answers to the cases in tests/golden.

It needs an environment of its own, beside masklet's, which the first line makes. From the root of
the repository:

    python scripts/make_reference_env.py benchmarks/.venv-reference
    PYTHONPATH=src benchmarks/.venv-reference/bin/python -m scripts.record_reference

writes tests/golden/recorded anew; with `--check CASE --folder FOLDER` a case is recorded and held
against what lies there, for instance `--check video-sam2.1-tiny-256 --folder ../shared/golden`.

Weights come from tests/golden/deterministic.py and pictures from tests/golden/pictures.py.
Memories stay in float32 (the reference keeps them in bfloat16), so that the numbers compare with
an implementation in one precision.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from scripts.record_rule import record_cases
from scripts.reference_env import begin_video, image_predictor, tensor_shapes, video_predictor
from tests.golden.cases import (
    Case,
    Step,
    case_files,
    case_overrides,
    case_picture,
    case_video_frames,
    case_video_size,
    rectangle_mask,
)

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden"
RECORDED = GOLDEN / "recorded"
WHOLE_VALUES = 64
FEATURE_STEPS = {"image_embed": 4, "high_res_0": 16, "high_res_1": 8}
DIFFERENCE = 2e-3

Arrays = dict[str, np.ndarray]


def record_image(case: Case, folder: Path) -> Arrays:
    """Every prompt of an image case through the image predictor."""
    predictor = image_predictor(case["model"], case["image_size"], case_overrides(case))
    predictor.set_image(case_picture(case, folder))
    features = predictor._features
    levels = [features["image_embed"], *features["high_res_feats"]]
    arrays = {
        name: level[0, :, ::step, ::step].numpy()
        for (name, step), level in zip(FEATURE_STEPS.items(), levels, strict=True)
    }
    for name, prompt in case["prompts"].items():
        given = dict(prompt)
        if "mask_input" in prompt:
            given["mask_input"] = arrays[prompt["mask_input"]]
        _, scores, logits = predictor.predict(**given)
        arrays[f"{name}.iou"] = scores
        arrays[f"{name}.low_res_logits"] = logits
    return arrays


def record_video(case: Case, folder: Path) -> Arrays:
    """Every step of a video case through the video predictor, memories in float32."""
    predictor = video_predictor(case["model"], case["image_size"], case_overrides(case))
    size = case_video_size(case)
    state = begin_video(predictor, case_video_frames(case, folder), size.height, size.width)
    arrays: Arrays = {}
    kept_dtype, torch.bfloat16 = torch.bfloat16, torch.float32
    try:
        for number, step in enumerate(case["script"]):
            prefix = f"{number:02d}.{step['op']}"
            for frame, names, masks in _run_step(predictor, state, step, size):
                for name, mask in zip(names, masks, strict=True):
                    if step["op"] != "propagate" and name != step["obj"]:
                        continue
                    key = f"{prefix}.frame{frame}.obj{name}"
                    arrays |= _stored(state, frame, name, key)
                    arrays[f"{key}.mask_bits"] = np.packbits(mask[0].numpy() > 0)
    finally:
        torch.bfloat16 = kept_dtype
    return arrays


def _run_step(predictor: Any, state: Any, step: Step, size: Any) -> Iterator[Any]:
    if step["op"] == "propagate":
        yield from predictor.propagate_in_video(
            state, start_frame_idx=step.get("start"), reverse=step.get("reverse", False)
        )
    elif step["op"] == "mask":
        mask = rectangle_mask(step["rect"], size)
        yield predictor.add_new_mask(state, step["frame"], step["obj"], mask)
    else:
        keys = ("points", "labels", "box", "clear_old_points")
        given = {key: step[key] for key in keys if key in step}
        yield predictor.add_new_points_or_box(state, step["frame"], step["obj"], **given)


def _stored(state: dict[str, Any], frame: int, name: int, key: str) -> Arrays:
    index = state["obj_id_to_idx"][name]
    kinds = ("cond_frame_outputs", "non_cond_frame_outputs")
    places = [state["temp_output_dict_per_obj"][index][kind] for kind in kinds]
    places += [state["output_dict_per_obj"][index][kind] for kind in kinds]
    out = next(place[frame] for place in places if frame in place)
    return {
        f"{key}.logits": out["pred_masks"][0, 0].numpy(),
        f"{key}.object_score": out["object_score_logits"][0].numpy(),
        f"{key}.obj_ptr": out["obj_ptr"][0].numpy(),
    }


def record(case: Case, folder: Path) -> Arrays:
    """The reference's answers to one case, at full precision."""
    torch.set_num_threads(1)
    return record_image(case, folder) if case["kind"] == "image" else record_video(case, folder)


def compact(arrays: Arrays) -> Arrays:
    """Longer float arrays in half precision, which the tolerance of the comparison allows."""
    return {
        key: array.astype(np.float16)
        if array.dtype == np.float32 and array.size > WHOLE_VALUES
        else array
        for key, array in arrays.items()
    }


def largest_difference(ours: Arrays, theirs: Arrays) -> float:
    """The largest relative L2 difference of any array, or the largest share of unequal bits."""
    if ours.keys() != theirs.keys():
        raise SystemExit(f"the names differ: {sorted(ours.keys() ^ theirs.keys())}")
    worst = 0.0
    for key, array in ours.items():
        other = theirs[key]
        if key.endswith("mask_bits"):
            difference = float(np.mean(np.unpackbits(array) != np.unpackbits(other)))
        else:
            other = other.astype(np.float64)
            difference = float(np.linalg.norm(array - other) / np.linalg.norm(other))
        worst = max(worst, difference)
    return worst


def record_all() -> None:
    """Answer every case of the recorded folder, and the reading rule."""
    cases = {path: json.loads(path.read_text()) for path in case_files(RECORDED)}
    for path, case in cases.items():
        arrays: dict[str, Any] = compact(record(case, RECORDED))
        np.savez_compressed(path.with_suffix(".npz"), **arrays)
    for name in sorted({case["model"] for case in cases.values()}):
        text = json.dumps(tensor_shapes(name), separators=(",", ":"))
        (RECORDED / f"names-{name}.json").write_text(text.replace("],", "],\n") + "\n")
    lines = [json.dumps(entry, separators=(",", ":")) for entry in record_cases(300, 20_000)]
    (RECORDED / "reading-rule.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


def check(name: str, folder: Path) -> None:
    """Record a case anew and hold it against the file that is there."""
    case = json.loads((folder / f"{name}.json").read_text())
    ours = record(case, folder)
    with np.load(folder / f"{name}.npz") as stored:
        difference = largest_difference(ours, dict(stored))
    print(f"{name}: {len(ours)} arrays, largest difference {difference:.2e}")
    if difference > DIFFERENCE:
        raise SystemExit(1)


def main() -> None:
    """Record everything, or check one case."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", metavar="CASE", help="a case to record anew and compare")
    parser.add_argument("--folder", type=Path, default=RECORDED, help="where that case lies")
    given = parser.parse_args()
    if given.check:
        check(given.check, given.folder)
    else:
        record_all()


if __name__ == "__main__":
    main()
