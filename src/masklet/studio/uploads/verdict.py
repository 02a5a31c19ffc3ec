"""What the child process says of a file, in words that both sides read."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

DATA, VERDICT, THUMBNAIL = "data", "verdict.json", "thumbnail.jpg"
MOST_BYTES = 2**16


@dataclass(frozen=True)
class Seen:
    """A file that can be used.

    Attributes:
        frames, width, height, fps, steady: as of a project's video.
        media: the name, beside the file, of what is to be kept of it.
        suffix: the ending that its name shall have.
    """

    frames: int
    width: int
    height: int
    fps: float | None
    steady: bool
    media: str
    suffix: str

    def to_json(self) -> str:
        """For the parent."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Refused:
    """A file that cannot be used, and why."""

    why: str

    def to_json(self) -> str:
        """For the parent."""
        return json.dumps({"why": self.why[:500]})


def read_verdict(folder: Path) -> Seen | Refused | None:
    """What the child wrote; None where it did not come to that."""
    try:
        with (folder / VERDICT).open("rb") as file:
            said = json.loads(file.read(MOST_BYTES))
        return Refused(str(said["why"])) if "why" in said else Seen(**said)
    except (OSError, ValueError, TypeError, KeyError):
        return None
