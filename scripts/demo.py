"""Follow an object through the bundled clip, and through a real one where there is one.

    python scripts/demo.py

Runs ``masklet track`` with the bundled model and writes an overlay video and a contact sheet of
each clip to ``demo/``.
"""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from masklet.demo import CLICKS, CLIP

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "demo"


class Job(NamedTuple):
    """What the results are called, the clip, and what to follow in it."""

    name: str
    clip: Path
    options: tuple[str, ...]


JOBS = (
    Job("astronaut", CLIP, tuple(f"--point={x:g},{y:g}" for x, y in CLICKS)),
    Job(
        "dog",
        ROOT.parent / "shared" / "data" / "clips" / "dog.mp4",
        ("--box=455,378,702,548", "--stop=150"),
    ),
)


def track(job: Job) -> list[Path]:
    """Run the command on one clip and name what it wrote."""
    video, sheet = FOLDER / f"{job.name}.mp4", FOLDER / f"{job.name}.png"
    command = ["track", str(job.clip), *job.options, "--output", str(video)]
    command += ["--contact-sheet", str(sheet)]
    print("masklet", *command, flush=True)
    subprocess.run(
        [sys.executable, "-m", "masklet.cli.main", *command],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return [video, sheet]


def main() -> None:
    """Run every job whose clip is there, and print the paths last."""
    written = [path for job in JOBS if job.clip.is_file() for path in track(job)]
    print("\nLook at:")
    for path in written:
        print(f"  {path}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
