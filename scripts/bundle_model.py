"""Put the averaged weights of a training run into the package as its default model.

python scripts/bundle_model.py runs/clips/run.pt --image-size 256
"""

import argparse
from pathlib import Path

from masklet.checkpoints.catalogue import bundled_path
from masklet.checkpoints.read import write_ours
from masklet.model.config import at_size, nano
from masklet.train.checkpointing import averaged_weights


def main() -> None:
    """Write float16 safetensors with the config in the header, and say how large they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run", type=Path, help="run.pt of the last stage")
    parser.add_argument("--image-size", type=int, default=nano().image_size)
    parser.add_argument("--output", type=Path, default=bundled_path())
    arguments = parser.parse_args()
    weights = averaged_weights(arguments.run)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    write_ours(arguments.output, weights, at_size(nano(), arguments.image_size), half=True)
    print(f"{arguments.output}: {arguments.output.stat().st_size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
