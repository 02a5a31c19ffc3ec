"""Draw how runs of training went: the IoU of a step's last answer, over the steps of all runs.

python scripts/plot_training.py runs/photos runs/clips runs/joint --output docs/training-curve.svg
"""

import argparse
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np

from masklet.evaluate.report.charts import chart, standalone
from masklet.evaluate.report.looks import Look
from masklet.evaluate.tasks.blocks import Curves, Line
from masklet.train.journal import read_journal

STEPS = 200


class Course(NamedTuple):
    """How a run went, and how many steps it took."""

    line: Line
    steps: float


def main() -> None:
    """Write one chart of the runs, in the order in which one followed the other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "runs", nargs="+", type=Path, help="folders, each begun with the one before"
    )
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    courses = [course_of(run) for run in arguments.runs]
    begins = accumulate((course.steps for course in courses[:-1]), initial=0.0)
    lines = tuple(
        line._replace(x=tuple(step + begin for step in line.x))
        for (line, _), begin in zip(courses, begins, strict=True)
    )
    title = f"IoU of the last answer of a training step, means over {STEPS} steps"
    block = Curves(title, "steps, one run after the other", "IoU", lines)
    looks = {line.name: Look(number) for number, line in enumerate(lines)}
    arguments.output.write_text(standalone(chart(block, looks)) + "\n", encoding="utf-8")
    print(arguments.output)


def course_of(run: Path) -> Course:
    """Means over every 200 steps of a run's log; a step's IoU is of the best of its masks."""
    told = [line for line in read_journal(run / "log.jsonl") if "last" in line]
    steps = np.array([line["step"] for line in told])
    ious = np.array([line["last"]["best_iou"] for line in told])
    ends = np.flatnonzero(np.diff((steps - 1) // STEPS)) + 1
    x, y = (tuple(float(part.mean()) for part in np.split(all_, ends)) for all_ in (steps, ious))
    return Course(Line(run.name, x, y), float(steps[-1]))


if __name__ == "__main__":
    main()
