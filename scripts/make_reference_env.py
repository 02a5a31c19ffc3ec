"""Make an environment of its own for the reference implementation, sam2 1.1.0.

    python scripts/make_reference_env.py benchmarks/.venv-reference

The reference takes its resizing from torchvision, of which the pure part is enough: it is
installed without the torch that it would ask for. Nothing is compiled. What masklet needs is there
too, so that both run side by side in one process: `PYTHONPATH=src` finds masklet itself.
"""

import argparse
import os
import subprocess
import sys
import venv
from pathlib import Path

TORCH = "torch==2.13.0"
ALONE = ("torchvision==0.29.2", "sam2==1.1.0")
OTHERS = ("numpy==2.4.6", "pillow", "tqdm", "hydra-core", "iopath", "setuptools", "wheel")
MASKLETS = (
    "av",
    "jaxtyping",
    "opencv-python-headless",
    "pycocotools",
    "rich",
    "safetensors",
    "tyro",
)
CONSTRAINTS = Path(__file__).resolve().parents[1] / "constraints.txt"


def make_reference_env(folder: Path) -> Path:
    """Make the environment and return its Python."""
    venv.create(folder, with_pip=True, clear=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    environment = {**os.environ, "SAM2_BUILD_CUDA": "0"}
    subprocess.run([*install, TORCH, *OTHERS], check=True)
    subprocess.run([*install, "-c", str(CONSTRAINTS), *MASKLETS], check=True)
    for package in ALONE:
        command = [*install, "--no-deps", "--no-build-isolation", package]
        subprocess.run(command, check=True, env=environment)
    return python


def main() -> None:
    """Make the environment in the folder given."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    print(make_reference_env(parser.parse_args().folder))


if __name__ == "__main__":
    main()
