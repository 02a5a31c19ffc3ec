"""The log of a run: a JSON line every few steps and validation, in step with the checkpoint."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from masklet.train.losses import MaskLoss

NAMES = ("total", "dice", "iou", "presence", "best_iou")


class Columns(NamedTuple):
    """What the figures of a step are called: a row an answer, the last being "last"."""

    answers: tuple[str, ...]
    names: tuple[str, ...]


ANSWERS = Columns(("first", "last"), NAMES)


def figures_of(losses: Sequence[MaskLoss]) -> Float[Tensor, "2 5"]:
    """What is logged of a step: its first answer and its last, columns as in ``NAMES``."""
    return torch.stack([_row(losses[0]), _row(losses[-1])])


def _row(loss: MaskLoss) -> Float[Tensor, "5"]:
    best = loss.real_ious.amax(dim=1).mean()
    return torch.stack((loss.total, loss.dice, loss.iou, loss.presence, best)).detach()


@dataclass(kw_only=True)
class Journal:
    """Gathers steps and writes their mean as a line."""

    path: Path
    columns: Columns = ANSWERS
    figures: list[Float[Tensor, "answers names"]] = field(default_factory=list)

    def rewind(self, step: int) -> None:
        """Forget lines after ``step``: of steps that are about to be taken again."""
        if not self.path.exists():
            return
        kept = [line for line in read_journal(self.path) if line["step"] <= step]
        part = self.path.with_suffix(".part")
        part.write_text("".join(f"{json.dumps(line)}\n" for line in kept), encoding="utf-8")
        part.replace(self.path)

    def write(self, step: int, seconds: float) -> dict[str, Any]:
        """Append the mean over the steps since the last line; ``seconds`` is all that they took."""
        mean = torch.stack(self.figures).mean(dim=0).tolist()
        answers, names = self.columns
        rows = [{n: round(v, 4) for n, v in zip(names, row, strict=True)} for row in mean]
        each = round(seconds / len(self.figures), 3)
        self.figures.clear()
        line = {"step": step, "seconds": each, **dict(zip(answers, rows, strict=True))}
        return self._append(line)

    def note(
        self, step: int, figures: Mapping[str, float], counts: Mapping[str, int], seconds: float
    ) -> dict[str, Any]:
        """Append what validation measured and how long it took."""
        rounded = {name: round(figure, 4) for name, figure in figures.items()}
        line = {"step": step, "validation": rounded, **counts, "validated_in": round(seconds, 2)}
        return self._append(line)

    def has_validation(self, step: int) -> bool:
        """Whether validation after so many steps was noted already."""
        lines = read_journal(self.path) if self.path.exists() else []
        return any(line["step"] == step for line in validations(lines))

    def _append(self, line: dict[str, Any]) -> dict[str, Any]:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        return line


def validations(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a log that validation wrote."""
    return [line for line in lines if "validation" in line]


def read_journal(path: Path) -> list[dict[str, Any]]:
    """The lines of a log; one that was cut short when its writer was killed is left out."""
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines():
        with suppress(json.JSONDecodeError):
            lines.append(json.loads(text))
    return lines
