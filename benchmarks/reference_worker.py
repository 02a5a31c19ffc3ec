"""The reference's side of the benchmark, run in the reference's own environment.

`python -m benchmarks.reference_worker` from the root of the repository; `benchmarks/speed.py`
starts it and speaks with it in JSON lines.
"""

import sys
from contextlib import nullcontext
from typing import Any

import numpy as np
import torch

from benchmarks.measuring import Answer, Request, StageTimer, forget_peak, peak_megabytes, serve
from benchmarks.scene import ALWAYS_PRESENT, boxes, frames
from scripts.reference_env import begin_video, video_predictor

STAGES = {
    "image encoder": "image_encoder",
    "memory attention": "memory_attention",
    "mask decoder": "sam_mask_decoder",
    "memory encoder": "memory_encoder",
}


class ReferenceWorker:
    """One model of the reference in one precision."""

    def __init__(self, options: Request) -> None:
        torch.set_num_threads(options["threads"])
        self.size = options["size"]
        self.device = options["device"]
        self.dtype = options["dtype"]
        self.predictor = video_predictor(
            options["model"], self.size, [ALWAYS_PRESENT], device=self.device
        )
        self.timer = StageTimer(self.device)
        self.timer.watch({name: getattr(self.predictor, part) for name, part in STAGES.items()})

    def answer(self, request: Request) -> Answer:
        """Track, or write the weights for the other side."""
        if request["do"] == "weights":
            weights = {name: value.cpu() for name, value in self.predictor.state_dict().items()}
            torch.save({"model": weights}, request["path"])
            return {}
        with self._precision():
            return self._track(request)

    def _precision(self) -> Any:
        if self.dtype == "float32":
            return nullcontext()
        return torch.autocast(self.device.split(":")[0], dtype=getattr(torch, self.dtype))

    def _track(self, request: Request) -> Answer:
        forget_peak(self.device)
        state = begin_video(
            self.predictor, frames(request["frames"], self.size), self.size, self.size
        )
        for box in boxes(request["objects"], self.size):
            self.predictor.add_new_points_or_box(
                state, 0, box.object, box=np.array(box.corners, np.float32)
            )
        kept, measured = [], []
        self.timer.take_frame()
        for _, _, logits in self.predictor.propagate_in_video(state):
            kept.append((logits[:, 0] > 0).cpu().numpy())
            measured.append(self.timer.take_frame())
        np.savez_compressed(request["masks"], masks=np.packbits(np.stack(kept), axis=-1))
        return {"frames": measured, "peak": peak_megabytes(self.device), "dtype": self.dtype}


def main() -> None:
    """Build the model that the first line asks for, then answer requests."""
    workers: list[ReferenceWorker] = []

    def answer(request: Request) -> Answer:
        if request["do"] == "begin":
            workers.append(ReferenceWorker(request))
            return {"torch": torch.__version__, "python": sys.version.split()[0]}
        return workers[0].answer(request)

    serve(answer)


if __name__ == "__main__":
    main()
