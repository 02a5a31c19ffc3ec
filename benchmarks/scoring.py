"""Frames a second that masks are scored at, in all and by stage.

    python benchmarks/scoring.py
    taskset -c 0,1 python benchmarks/scoring.py --workers 2 --repeats 5

Scores OSVOS's masks against DAVIS where the recorded results lie beside the checkout, else two
drawn videos of the same size; 854x480 both. "All" is ``score_folders``, reading included, with all
objects as one and every frame counted; the stages are one thread's. Figures are medians over the
repeats. "A core" is frames for each second of processor time, which other work on the machine
disturbs less.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image
from worker_process import ROOT

from masklet.data.readers.label_files import read_label_file, truth_in
from masklet.evaluate.scores.folders import score_folders
from masklet.masks.boundary import boundary_accuracy
from masklet.masks.region import region_similarity

SHARED = ROOT.parent / "shared"
RESULTS, TRUTHS = SHARED / "golden/jf/results", SHARED / "data/davis-dev/Annotations/480p"
HEIGHT, WIDTH = 480, 854
DRAWN_FRAMES, STAGED_FRAMES = 80, 120


class Folders(NamedTuple):
    """Predictions and annotations, and where they come from."""

    predictions: Path
    annotations: Path
    what: str


class Times(NamedTuple):
    """Seconds on the clock, and of the processor."""

    clock: float
    processor: float


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--drawn", action="store_true", help="drawn masks in any case")
    return parser.parse_args()


def draw(root: Path) -> Folders:
    """Two videos of a blob that wanders, and answers that are a little off."""
    random = np.random.default_rng(0)
    for name in ("one", "two"):
        for kind in ("predictions", "annotations"):
            (root / kind / name).mkdir(parents=True)
        noise = random.random((HEIGHT, WIDTH), dtype=np.float32)
        rough = cv2.GaussianBlur(noise, (0, 0), 9)
        for frame in range(DRAWN_FRAMES):
            centre = (200 + 5 * frame, 240)
            disk = cv2.circle(np.zeros((HEIGHT, WIDTH), np.float32), centre, 130, 1.0, -1)
            for kind, step in (("predictions", frame), ("annotations", frame + 4)):
                inside = cv2.GaussianBlur(disk, (0, 0), 20) + 4 * (np.roll(rough, step, 1) - 0.5)
                path = root / kind / name / f"{frame:05d}.png"
                Image.fromarray((inside > 0.5).astype(np.uint8)).save(path)
    return Folders(root / "predictions", root / "annotations", "drawn masks")


def timed(work: Callable[[], object], repeats: int) -> Times:
    """Medians."""
    clock, processor = [], []
    for _ in range(repeats):
        started, used = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return Times(statistics.median(clock), statistics.median(processor))


def show(name: str, frames: int, times: Times) -> None:
    """One line."""
    print(
        f"{name:<8} {frames / times.clock:7.0f} frames a second "
        f"{frames / times.processor:7.0f} a core {1000 * times.processor / frames:6.2f} ms"
    )


def show_stages(folders: Folders, repeats: int) -> None:
    """Reading both files of a frame, telling its objects apart, J and F."""
    paths = sorted(folders.predictions.glob("*/*.png"))
    chosen = paths[:: max(len(paths) // STAGED_FRAMES, 1)]
    files = [(path, folders.annotations / path.parent.name / path.name) for path in chosen]
    pictures = [[read_label_file(path) for path in pair] for pair in files]
    masks = [[labels != 0 for labels in pair] for pair in pictures]

    def stage(name: str, work: Callable[[Sequence], object], items: Sequence[Sequence]) -> None:
        show(name, len(items), timed(lambda: [work(item) for item in items], repeats))

    stage("reading", lambda pair: [read_label_file(path) for path in pair], files)
    stage("objects", lambda pair: [truth_in(labels) for labels in pair], pictures)
    stage("J", lambda pair: region_similarity(*pair), masks)
    stage("F", lambda pair: boundary_accuracy(*pair), masks)


def run(options: argparse.Namespace, folders: Folders) -> None:
    """Measure and print."""

    def everything() -> None:
        score_folders(
            folders.predictions,
            folders.annotations,
            union=True,
            all_frames=True,
            workers=options.workers,
        )

    count = len(list(folders.predictions.glob("*/*.png")))
    everything()
    print(f"{folders.what}: {count} frames, {WIDTH}x{HEIGHT}, {options.workers} workers")
    show("all", count, timed(everything, options.repeats))
    show_stages(folders, options.repeats)


def main() -> None:
    """Choose what is scored."""
    options = read_options()
    if RESULTS.is_dir() and TRUTHS.is_dir() and not options.drawn:
        run(options, Folders(RESULTS, TRUTHS, "OSVOS on DAVIS"))
        return
    with tempfile.TemporaryDirectory() as folder:
        run(options, draw(Path(folder)))


if __name__ == "__main__":
    main()
