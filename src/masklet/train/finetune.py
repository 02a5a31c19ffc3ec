"""What fine-tuning leaves behind: weights to load, what was done, and how much better it is."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from masklet.media.pictures import write_picture
from masklet.train.checkpointing import Run, starting_weights
from masklet.train.finished import write_weights
from masklet.train.folders import Domain
from masklet.train.journal import read_journal, validations
from masklet.train.packing import Packed
from masklet.train.recipes import Recipe
from masklet.train.samples import before_and_after
from masklet.train.tuning import plain_weights
from masklet.train.validation import Validator

REPORT, PICTURE = "finetune.json", "before-after.png"
SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Finetuned:
    """A folder that a model is fine-tuned on.

    Attributes:
        start: the weights it begins with.
        named: what the person called them.
    """

    domain: Domain
    packed: Packed
    start: Path
    named: str


def write_outcome(
    recipe: Recipe, run: Run, tuned: Finetuned, validator: Validator, folder: Path
) -> list[Path]:
    """Write the averaged weights, the report and the picture of a finished run; their paths.

    Raises:
        CheckpointError, MediaError: a file cannot be written.
    """
    weights = plain_weights(run.average, recipe.tuning)
    note = {"fine-tuned on": tuned.domain.folder.resolve().name, "from": tuned.named}
    written = write_weights(recipe, weights, folder, note=note)
    report = described(recipe, run, tuned, read_journal(folder / "log.jsonl"))
    text = json.dumps(report, indent=2, ensure_ascii=False)
    (folder / REPORT).write_text(text + "\n", encoding="utf-8")
    outputs = [written, folder / REPORT]
    before = validator.samples(validator.runtime(starting_weights(tuned.start)))[:SHOWN]
    after = validator.samples(validator.runtime(weights))[:SHOWN]
    if before:
        write_picture(folder / PICTURE, before_and_after(before, after))
        outputs.append(folder / PICTURE)
    return outputs


def described(
    recipe: Recipe, run: Run, tuned: Finetuned, lines: list[dict[str, Any]]
) -> dict[str, Any]:
    """What was done, and figures before and after."""
    domain, schedule = tuned.domain, recipe.schedule
    learned = [p.numel() for p in run.model.parameters() if p.requires_grad]
    checked = validations(lines)
    seconds = [line["seconds"] for line in lines if "seconds" in line]
    return {
        "data": domain.folder.resolve().name,
        "start": tuned.named,
        "model": recipe.model.name,
        "size": recipe.pictures.size,
        "photos": {"train": len(domain.train), "val": len(domain.val)},
        "val": [photo.name for photo in domain.val] if domain.drawn else "val/",
        "objects": {"train": tuned.packed.objects, "left out": tuned.packed.left_out},
        "tuning": asdict(recipe.tuning),
        "parameters learned": sum(learned),
        "parameters in all": sum(tensor.numel() for tensor in run.model.parameters()),
        "steps": run.step,
        "peak rate": schedule.peak,
        "batch": {"photos": recipe.pictures.batch, "objects": recipe.pictures.objects},
        "seconds a step": round(sum(seconds) / max(len(seconds), 1), 3),
        "before": summary(checked[0]) if checked else {},
        "after": summary(checked[-1]) if checked else {},
    }


def summary(line: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a line of validation and of how many objects they are."""
    return {**line["validation"], "objects": line.get("objects", 0)}
