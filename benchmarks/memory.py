"""Resident memory over a long stream and a long offline session, and how much it grows a frame.

    python benchmarks/memory.py --frames 3000 --json memory.json

Both track two objects at 256 pixels through generated frames with the small model under random
weights; on the way one object is corrected and the other removed. Each runs in a process of its
own. Growth is the difference of the least resident memory in the last hundred frames and in the
hundred after frame 1,000, for each frame in between (the least, because the allocator holds on to
some megabytes now and then); the target is below half a kilobyte, which a history in memory would
miss by far.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from masklet.model.build import build_model
from masklet.model.config import nano
from masklet.predict.model import Model
from masklet.predict.runtime import make_runtime
from masklet.values import Prompt, Size

TARGET = 0.5
WINDOW = 100
SIDE = 256
BOXES = ((20.0, 60.0, 110.0, 160.0), (150.0, 20.0, 230.0, 120.0))
CORRECTION = [(70.0, 110.0)]
PAGE = 4096


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Resident memory in KB after every frame, and its growth from ``settled`` to the end."""

    kind: str
    settled: int
    resident: list[int]

    @property
    def growth(self) -> float:
        """KB a frame."""
        window = min(WINDOW, (len(self.resident) - self.settled) // 2)
        early = min(self.resident[self.settled : self.settled + window])
        late = min(self.resident[-window:])
        return (late - early) / (len(self.resident) - window - self.settled)


class LazyFrames:
    """A frame source that draws each frame when it is asked for: a moving square and noise."""

    size = Size(SIDE, SIDE)
    fps = 25.0

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> np.ndarray:
        generator = np.random.Generator(np.random.PCG64(index))
        frame = generator.integers(90, 110, (SIDE, SIDE, 3), dtype=np.uint8)
        left = 20 + abs(index % 200 - 100)
        frame[70:150, left : left + 80] = (200, 60, 40)
        frame[30:110, 160:220] = (40, 90, 190)
        return frame

    def close(self) -> None:
        """Nothing is held open."""


def resident_kilobytes() -> int:
    """Resident memory of this process (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE // 1024


def stream_frames(model: Model, count: int) -> Iterator[int]:
    """Step through an endless input; yields each frame's number once it is done."""
    frames = LazyFrames(count)
    tracker = model.stream()
    first = [Prompt(object=number, box=box) for number, box in enumerate(BOXES, start=1)]
    for index in range(count):
        result = tracker.step(frames[index], prompts=first if index == 0 else [])
        if index == count // 10:
            tracker.prompt(object=1, points=CORRECTION, labels=[1])
        if index == count // 6:
            tracker.remove(2)
        assert len(result.masks) >= 1
        yield index


def session_frames(model: Model, count: int) -> Iterator[int]:
    """Track a clip offline, stopping for a correction and a removal."""
    with model.video(LazyFrames(count)) as video:
        for number, box in enumerate(BOXES, start=1):
            video.prompt(frame=0, object=number, box=box)
        stops = (count // 10, count // 6, count - 1)
        start = 0
        for stop in stops:
            for result in video.propagate(start=start, stop=stop):
                assert len(result.masks) >= 1
                yield result.index
            if stop == stops[0]:
                video.prompt(frame=stop, object=1, points=CORRECTION, labels=[1])
            if stop == stops[1]:
                video.remove(2)
            start = stop + 1


KINDS: dict[str, Callable[[Model, int], Iterator[int]]] = {
    "stream": stream_frames,
    "session": session_frames,
}


def measure(kind: str, count: int, settled: int) -> Curve:
    """Resident memory after every frame of one kind of run."""
    torch.manual_seed(0)
    model = Model(make_runtime(build_model(nano()), "cpu", "float32"))
    resident = []
    for index in KINDS[kind](model, count):
        resident.append(resident_kilobytes())
        if index % 500 == 499:
            print(f"{kind}: frame {index + 1}, {resident[-1]} KB", file=sys.stderr, flush=True)
    return Curve(kind=kind, settled=settled, resident=resident)


def measure_apart(kind: str, options: argparse.Namespace) -> Curve:
    """``measure`` in a process of its own."""
    command = [sys.executable, __file__, "--only", kind, "--frames", str(options.frames)]
    command += ["--settled", str(options.settled)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Curve(**json.loads(done.stdout))


def table(curves: list[Curve]) -> str:
    """Markdown: the curves every tenth of the way, and the growth."""
    lines = ["| frame | " + " | ".join(f"{curve.kind} KB" for curve in curves) + " |"]
    lines.append("|---:|" + "---:|" * len(curves))
    count = len(curves[0].resident)
    for index in range(max(count // 10, 1) - 1, count, max(count // 10, 1)):
        values = " | ".join(str(curve.resident[index]) for curve in curves)
        lines.append(f"| {index + 1} | {values} |")
    growth = " | ".join(f"{curve.growth:.3f}" for curve in curves)
    lines.append(f"| growth, KB a frame (target < {TARGET}) | {growth} |")
    return "\n".join(lines)


def main() -> None:
    """Measure both kinds, or print one as JSON for the parent process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--frames", type=int, default=3000)
    parser.add_argument("--settled", type=int, default=1000, help="growth counts from here on")
    parser.add_argument("--only", choices=list(KINDS), help="print one curve as JSON")
    parser.add_argument("--json", type=Path, help="also write the curves here")
    options = parser.parse_args()
    if options.only:
        print(json.dumps(asdict(measure(options.only, options.frames, options.settled))))
        return
    curves = [measure_apart(kind, options) for kind in KINDS]
    print(table(curves))
    if options.json:
        rows = [asdict(curve) | {"growth": curve.growth} for curve in curves]
        options.json.write_text(json.dumps(rows) + "\n")
    if any(curve.growth >= TARGET for curve in curves):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
