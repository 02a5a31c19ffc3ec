"""masklet's side of the benchmark; `benchmarks/speed.py` starts it and speaks in JSON lines."""

import sys

import numpy as np
import torch

import masklet
from benchmarks.measuring import Answer, Request, StageTimer, forget_peak, peak_megabytes, serve
from benchmarks.scene import boxes, frames

STAGES = {
    "image encoder": "image_encoder",
    "memory attention": "memory_attention",
    "mask decoder": "mask_decoder",
    "memory encoder": "memory_encoder",
}


class MaskletWorker:
    """One model in one precision, driven through the public face."""

    def __init__(self, options: Request) -> None:
        torch.set_num_threads(options["threads"])
        self.size = options["size"]
        self.device = options["device"]
        self.model = masklet.load(
            options["model"],
            checkpoint=options["checkpoint"],
            device=self.device,
            dtype=options["dtype"],
            image_size=self.size,
        )
        network = self.model.runtime.model
        self.timer = StageTimer(self.device)
        self.timer.watch({name: getattr(network, part) for name, part in STAGES.items()})

    def answer(self, request: Request) -> Answer:
        """Track the scene and say how long each frame took."""
        forget_peak(self.device)
        kept, measured = [], []
        with self.model.video(list(frames(request["frames"], self.size)), fill_holes=0) as video:
            for box in boxes(request["objects"], self.size):
                video.prompt(frame=0, object=box.object, box=box.corners)
                self.timer.take_frame()
            for result in video.propagate():
                kept.append(result.masks)
                measured.append(self.timer.take_frame())
        np.savez_compressed(request["masks"], masks=np.packbits(np.stack(kept), axis=-1))
        peak = peak_megabytes(self.device)
        return {"frames": measured, "peak": peak, "dtype": str(self.model.runtime.dtype)}


def main() -> None:
    """Load the model that the first line asks for, then answer requests."""
    workers: list[MaskletWorker] = []

    def answer(request: Request) -> Answer:
        if request["do"] == "begin":
            workers.append(MaskletWorker(request))
            return {"torch": torch.__version__, "python": sys.version.split()[0]}
        return workers[0].answer(request)

    serve(answer)


if __name__ == "__main__":
    main()
