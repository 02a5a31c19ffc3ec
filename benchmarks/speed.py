"""Speed, memory and masks of masklet and of the reference implementation, side by side in one run.

    python benchmarks/speed.py --setup                    # once: the reference's own environment
    python benchmarks/speed.py --models sam2.1-hiera-tiny --objects 1 2 --frames 10 --repeats 2

Both sides get the same frames at the model's size, the same deterministic weights, the same
prompts, threads and precision, and no hole filling. Each runs in a process of its own; they take
turns, so that one alone computes at any time. What counts are the frames from --settle on, where
the memory is full. Seconds are medians, ratios medians over the turns of the reference's over
ours: above 1 masklet is faster. "frame cpu" is processor time, which other work on the machine
disturbs less.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np
from speed_report import (
    OURS,
    REFERENCE,
    Measurement,
    Side,
    as_json,
    disturbed,
    ratio_table,
    seconds_table,
)
from worker_process import ROOT, WorkerProcess

REFERENCE_FOLDER = ROOT / "benchmarks" / ".venv-reference"
SIDES = (
    Side(REFERENCE, "float32"),
    Side(REFERENCE, "bfloat16"),
    Side(OURS, "float32"),
    Side(OURS, "bfloat16"),
    Side(OURS, "default"),
)
MODULES = {REFERENCE: "benchmarks.reference_worker", OURS: "benchmarks.masklet_worker"}


class Running(NamedTuple):
    """A side and its process."""

    side: Side
    process: WorkerProcess


def read_options() -> argparse.Namespace:
    """The command line."""
    lines = (__doc__ or "").splitlines()
    parser = argparse.ArgumentParser(description=lines[0])
    models = ["sam2.1-hiera-tiny", "sam2.1-hiera-base-plus"]
    parser.add_argument("--models", nargs="+", default=models)
    parser.add_argument("--objects", nargs="+", type=int, default=[1, 2, 4, 8])
    parser.add_argument("--size", type=int, default=1024, help="side of the pictures in pixels")
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--settle", type=int, default=7, help="first frame that counts")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--device", default="cpu")
    labels = [side.label for side in SIDES]
    parser.add_argument("--sides", nargs="+", default=labels, choices=labels)
    parser.add_argument("--reference-python", type=Path, help="of an environment with sam2 1.1.0")
    parser.add_argument("--setup", action="store_true", help="make that environment, and stop")
    parser.add_argument("--json", type=Path, help="also write every measurement here")
    options = parser.parse_args()
    if not 0 < options.settle < options.frames:
        parser.error(f"--settle {options.settle}: it must lie within --frames {options.frames}")
    return options


def reference_python(options: argparse.Namespace) -> Path:
    """The Python of the reference's environment, which must be there."""
    python = options.reference_python or REFERENCE_FOLDER / "bin" / "python"
    if not python.exists():
        raise SystemExit(
            f"{python} is not there: `python benchmarks/speed.py --setup` makes it, or "
            "--reference-python names another environment with sam2 1.1.0"
        )
    return python


def start_sides(
    model: str, options: argparse.Namespace, folder: Path, stack: ExitStack
) -> list[Running]:
    """A process for each side, its model loaded; the reference writes the weights for all."""
    checkpoint = folder / f"{model}.pt"
    running = []
    for side in sorted((s for s in SIDES if s.label in options.sides), key=lambda s: s.who == OURS):
        python = reference_python(options) if side.who == REFERENCE else Path(sys.executable)
        log = folder / f"{model} {side.label}.log"
        process = stack.enter_context(
            WorkerProcess(MODULES[side.who], python=python, threads=options.threads, log=log)
        )
        request = {"do": "begin", "model": model, "checkpoint": str(checkpoint)}
        request |= {"size": options.size, "threads": options.threads, "device": options.device}
        process.ask(request | {"dtype": None if side.dtype == "default" else side.dtype})
        if side.who == REFERENCE and not checkpoint.exists():
            process.ask({"do": "weights", "path": str(checkpoint)})
        running.append(Running(side, process))
    return running


def measure_model(model: str, options: argparse.Namespace, folder: Path) -> Iterator[Measurement]:
    """All sides taking turns, for each number of objects."""
    with ExitStack() as stack:
        running = start_sides(model, options, folder, stack)
        for objects in options.objects:
            found = [Measurement(model, objects, one.side) for one in running]
            for _ in range(options.repeats):
                for measurement, one in zip(found, running, strict=True):
                    path = folder / "masks.npz"
                    request = {"do": "track", "objects": objects, "frames": options.frames}
                    measurement.add(one.process.ask(request | {"masks": str(path)}), options.settle)
                    with np.load(path) as kept:
                        measurement.masks = kept["masks"]
            yield from found


def main() -> None:
    """Measure what was asked for and print two tables."""
    options = read_options()
    if options.setup:
        sys.path.insert(0, str(ROOT))
        from scripts.make_reference_env import make_reference_env

        print(make_reference_env(REFERENCE_FOLDER))
        return
    if not any(label.startswith(REFERENCE) for label in options.sides):
        raise SystemExit("--sides: one of the reference's is needed, it also writes the weights")
    measurements: list[Measurement] = []
    with tempfile.TemporaryDirectory() as folder:
        for model in options.models:
            for measurement in measure_model(model, options, Path(folder)):
                measurements.append(measurement)
                seconds = measurement.seconds("frame")
                note = f"{model}, {measurement.objects} objects, {measurement.side.label}"
                print(f"{note}: {seconds:.3f} s a frame", file=sys.stderr, flush=True)
    print(f"{seconds_table(measurements)}\n\n{ratio_table(measurements)}")
    if options.device == "cpu" and (sides := disturbed(measurements)):
        print(f'\nThe machine was busy; trust "frame cpu" alone for: {"; ".join(sides)}')
    if options.json:
        described = {key: str(value) for key, value in vars(options).items()}
        options.json.write_text(json.dumps(as_json(measurements, described), indent=1) + "\n")


if __name__ == "__main__":
    main()
