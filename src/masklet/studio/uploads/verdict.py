"""What the child process says of a file, in words that both sides read and the parent checks."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

DATA, PICTURES, VERDICT, THUMBNAIL = "data", "pictures", "verdict.json", "thumbnail.jpg"
MOST_BYTES = 2**16
MOST_LETTERS = 500
Count = Annotated[int, Field(ge=1, lt=2**31)]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Seen(BaseModel):
    """A file that can be used.

    Attributes:
        frames, width, height, fps, steady: as of a project's video.
        media: the name, beside the file, of what is to be kept of it.
        suffix: the ending that its name shall have.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    frames: Count
    width: Count
    height: Count
    fps: Rate | None
    steady: bool
    media: Literal["data", "pictures"]
    suffix: Annotated[str, Field(pattern=r"^(\.[a-z0-9]{1,5})?$")]


class Refused(BaseModel):
    """A file that cannot be used, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    why: Annotated[str, Field(max_length=MOST_LETTERS)]


_VERDICT: TypeAdapter[Seen | Refused] = TypeAdapter(Seen | Refused)


def read_verdict(folder: Path) -> Seen | Refused | None:
    """What the child wrote; None where it did not come to that, or wrote anything else."""
    try:
        with (folder / VERDICT).open("rb") as file:
            return _VERDICT.validate_json(file.read(MOST_BYTES))
    except (OSError, ValidationError):
        return None
