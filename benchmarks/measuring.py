"""Seconds of a network's parts, peak memory and the worker's side of the conversation."""

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

RESET_PEAK = "5"

Request = dict[str, Any]
Answer = dict[str, Any]


@dataclass
class StageTimer:
    """Seconds spent in each watched module, and in all, since the last ``take_frame``."""

    device: str
    _seconds: dict[str, float] = field(default_factory=dict)
    _started: dict[str, float] = field(default_factory=dict)
    _wall: float = 0.0
    _cpu: float = 0.0

    def watch(self, stages: Mapping[str, nn.Module]) -> None:
        """Time every call of these modules."""
        for stage, module in stages.items():
            self._seconds[stage] = 0.0
            module.register_forward_pre_hook(self._starter(stage))
            module.register_forward_hook(self._stopper(stage))

    def take_frame(self) -> dict[str, float]:
        """Seconds a stage, in all, and of the processor since the last time; start again."""
        wall, cpu = self.now(), time.process_time()
        taken = {**self._seconds, "frame": wall - self._wall, "frame cpu": cpu - self._cpu}
        self._seconds = dict.fromkeys(self._seconds, 0.0)
        self._wall, self._cpu = wall, cpu
        return taken

    def now(self) -> float:
        """The clock, once everything asked of the device is done."""
        if self.device.startswith("cuda"):
            torch.cuda.synchronize()
        return time.perf_counter()

    def _starter(self, stage: str) -> Callable[..., None]:
        def start(*_: object) -> None:
            self._started[stage] = self.now()

        return start

    def _stopper(self, stage: str) -> Callable[..., None]:
        def stop(*_: object) -> None:
            self._seconds[stage] += self.now() - self._started[stage]

        return stop


def forget_peak(device: str) -> None:
    """Start a new measurement of peak memory."""
    gc.collect()
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats()
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text(RESET_PEAK)


def peak_megabytes(device: str) -> float:
    """The most memory held since ``forget_peak``: of the GPU, or of this process."""
    if device.startswith("cuda"):
        return torch.cuda.max_memory_allocated() / 2**20
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def serve(answer: Callable[[Request], Answer]) -> None:
    """Answer JSON requests, one a line; anything else the process prints goes to stderr."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        replies.write(json.dumps(answer(json.loads(line))) + "\n")
