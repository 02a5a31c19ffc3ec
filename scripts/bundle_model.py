"""Put the weights of a training run, or a mean of several runs, into the package as its default.

python scripts/bundle_model.py runs/joint1/run.pt runs/joint2/run.pt --shares 0.25 0.75
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from masklet.checkpoints.catalogue import bundled_path
from masklet.checkpoints.read import write_ours
from masklet.model.config import at_size, nano
from masklet.train.checkpointing import averaged_weights


def mean_weights(runs: Sequence[Path], shares: Sequence[float]) -> dict[str, Tensor]:
    """The mean of the runs' averaged weights; whole numbers, such as counters, are the first's."""
    found = [averaged_weights(run) for run in runs]
    return {
        name: torch.stack(
            [share * one[name] for share, one in zip(shares, found, strict=True)]
        ).sum(0)
        if first.is_floating_point()
        else first
        for name, first in found[0].items()
    }


def main() -> None:
    """Write float16 safetensors with the config in the header, and say how large they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("runs", type=Path, nargs="+", help="run.pt of one or more runs")
    parser.add_argument(
        "--shares", type=float, nargs="+", default=[1.0], help="of each in the mean"
    )
    parser.add_argument("--image-size", type=int, default=nano().image_size)
    parser.add_argument("--output", type=Path, default=bundled_path())
    arguments = parser.parse_args()
    if len(arguments.shares) != len(arguments.runs) or abs(sum(arguments.shares) - 1) > 1e-6:
        parser.error("--shares: wanted one a run, with a sum of 1")
    weights = mean_weights(arguments.runs, arguments.shares)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    write_ours(arguments.output, weights, at_size(nano(), arguments.image_size), half=True)
    print(f"{arguments.output}: {arguments.output.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
