"""Kills the studio's session in the middle of edits, again and again: nothing may be lost.

    python benchmarks/studio_kill.py --rounds 50

One project is edited at random (objects added, renamed and removed, clicks, clearing, undo, redo,
tracking) by a process that tells of every edit and every tracked frame as soon as it is answered,
and that is killed with SIGKILL 0.05 to 1.5 seconds after its first edit. The next process opens the
project, and sees that every edit that was told of is in the log in order, that the log up to it
amounts to the state that was told, that the masks of every frame told of are there as they were,
and that the project passes its own check. Exits with 1 where anything was lost.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from masklet.studio.store.project import ProjectStore, VideoFile_

CHILD = Path(__file__).with_name("studio_kill_child.py")
BUNDLED = "studio_kill_child:bundled"
SHORTEST, LONGEST = 0.05, 1.5


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one process did before it was killed, in ``seconds``."""

    seconds: float
    edits: int
    frames: int
    revision: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """All rounds; ``lost`` says what was lost, None where nothing was."""

    rounds: tuple[Round, ...]
    lost: str | None


def play(
    folder: Path, video: VideoFile_, *, rounds: int, seed: int, opener: str = BUNDLED
) -> Outcome:
    """Make a project, and edit and kill so many times."""
    ProjectStore.create(folder / "project", name="Kill", video=video, model="nano").close()
    dice, facts = random.Random(seed), folder / "facts.jsonl"
    facts.touch()
    command = [sys.executable, str(CHILD), str(folder / "project"), str(facts)]
    command += ["--opener", opener]
    done: list[Round] = []
    for _ in range(rounds):
        seconds = dice.uniform(SHORTEST, LONGEST)
        edits = ["--edit", "--seed", str(dice.randrange(2**31))]
        played = killed_after(seconds, [*command, *edits], facts)
        if isinstance(played, str):
            return Outcome(rounds=tuple(done), lost=played)
        done.append(played)
    last = subprocess.run(command, capture_output=True, text=True, check=False)
    return Outcome(rounds=tuple(done), lost=last.stderr if last.returncode else None)


def killed_after(seconds: float, command: Sequence[str], facts: Path) -> Round | str:
    """Run a process that checks and edits, kill it, and keep what it told; or why it ended."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, bufsize=0) as child:
        assert child.stdout is not None
        ready = child.stdout.readline()
        if not ready:
            return child.communicate()[1].decode()
        time.sleep(seconds)
        os.kill(child.pid, signal.SIGKILL)
        told = child.communicate()[0]
    whole = told[: told.rfind(b"\n") + 1]
    with facts.open("ab") as file:
        file.write(whole)
    return round_of(json.loads(ready), whole, seconds)


def round_of(ready: dict[str, int], told: bytes, seconds: float) -> Round:
    """What a process told."""
    facts = [json.loads(line) for line in told.splitlines()]
    kinds = [fact["fact"] for fact in facts]
    return Round(
        seconds=seconds,
        edits=kinds.count("edit"),
        frames=kinds.count("frame"),
        revision=ready["revision"],
    )


def table(outcome: Outcome) -> str:
    """The rounds and their sums, in Markdown."""
    lines = ["| round | killed after | edits answered | frames answered | entries found |"]
    lines += ["|---|---|---|---|---|"]
    lines += [
        f"| {at} | {r.seconds:.2f} s | {r.edits} | {r.frames} | {r.revision} |"
        for at, r in enumerate(outcome.rounds, 1)
    ]
    edits = sum(r.edits for r in outcome.rounds)
    frames = sum(r.frames for r in outcome.rounds)
    lines += [f"| all {len(outcome.rounds)} | | {edits} | {frames} | |", ""]
    lines += ["nothing answered was lost" if outcome.lost is None else f"LOST:\n{outcome.lost}"]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The bundled model on the bundled clip."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(arguments)
    from masklet.demo import CLIP

    video = VideoFile_(
        name=CLIP.name, path=str(CLIP), frames=92, width=640, height=360, fps=20.0, steady=True
    )
    with tempfile.TemporaryDirectory(dir=Path.home()) as folder:
        outcome = play(Path(folder), video, rounds=args.rounds, seed=args.seed)
    print(table(outcome))
    return 0 if outcome.lost is None else 1


if __name__ == "__main__":
    sys.exit(main())
