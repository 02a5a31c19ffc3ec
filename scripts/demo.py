"""Show the bundled model at work: in the studio where there is a screen, else in pictures.

    python scripts/demo.py [--pictures]

With a screen, opens the studio on the bundled clip. Without one, or with ``--pictures``, runs
``masklet track`` on it, and on a real clip where there is one, writes an overlay video and a
contact sheet of each to ``demo/``, and says how to open the studio.
"""

import os
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


def has_screen() -> bool:
    """Whether a browser could open a window here."""
    if sys.platform in ("darwin", "win32"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_studio() -> None:
    """Serve the studio on the bundled clip until Ctrl-C."""
    command = [sys.executable, "-m", "masklet.cli.main", "studio", str(CLIP)]
    print("masklet studio", CLIP, flush=True)
    subprocess.run(command, check=True)


def make_pictures() -> None:
    """Run every job whose clip is there, and print the paths last."""
    written = [path for job in JOBS if job.clip.is_file() for path in track(job)]
    print("\nLook at:")
    for path in written:
        print(f"  {path}")
    print("\nThere is a studio too, to click and correct in. Where there is a browser:")
    print(f"  .venv/bin/masklet studio {CLIP.relative_to(ROOT)}")
    print("From another machine, forward the port it prints: ssh -L 8123:127.0.0.1:8123 HOST")


if __name__ == "__main__":
    try:
        if has_screen() and "--pictures" not in sys.argv[1:]:
            open_studio()
        else:
            make_pictures()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    except KeyboardInterrupt:
        sys.exit(130)
