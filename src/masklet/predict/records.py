"""What was answered for one object on every tracked frame of a video: on disk, a byte a frame here.

Shapes: h w decoder grid, C pointer channels.
"""

import errno
import os
import tempfile
import weakref
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import torch

from masklet.errors import MediaError
from masklet.stream.state import Entry

FORWARD, REVERSE, KEPT = 1, 2, 4


class Layout(NamedTuple):
    """Sizes of one record: logits [h, w], score, presence, pointer [C], all float32."""

    side: int
    channels: int

    @property
    def numbers(self) -> int:
        """Values of a record."""
        return self.side * self.side + 2 + self.channels

    def pack(self, entry: Entry) -> bytes:
        """The answer as it is kept, without its memory, which can be encoded again."""
        parts = (entry.logits, entry.score, entry.presence, entry.pointer)
        flat = torch.cat([part.reshape(-1).float() for part in parts]).cpu().numpy()
        assert len(flat) == self.numbers, (len(flat), self.numbers)
        return flat.tobytes()

    def unpack(self, data: bytes, device: torch.device) -> Entry:
        """The answer of a record."""
        flat = torch.frombuffer(bytearray(data), dtype=torch.float32).to(device)
        area = self.side**2
        logits = flat[:area].view(self.side, self.side)
        return Entry(logits, flat[area], flat[area + 1], flat[area + 2 :])


@runtime_checkable
class Keeping(Protocol):
    """Where an object's answers on tracked frames are kept."""

    def visit(self, frame: int, *, reverse: bool) -> None:
        """Remember that a pass went over ``frame``, and which way."""
        ...

    def visited(self, frame: int) -> bool:
        """Some pass went over ``frame``."""
        ...

    def went_back(self, frame: int) -> bool:
        """The last pass over ``frame`` went in reverse."""
        ...

    def kept(self, frame: int) -> bool:
        """``frame`` exists and was tracked, so that its record can be read."""
        ...

    def write(self, frame: int, entry: Entry) -> None:
        """Keep the answer on ``frame``. Raises MediaError where it cannot be kept."""
        ...

    def read(self, frame: int, device: torch.device) -> Entry:
        """The answer on a kept frame, without its memory."""
        ...


class Records:
    """A temporary file of equal records, one a frame; it goes when nobody holds it any more."""

    def __init__(self, frames: int, layout: Layout) -> None:
        self._layout = layout
        self._flags = np.zeros(frames, dtype=np.uint8)
        self._file = tempfile.TemporaryFile(prefix="masklet-")  # noqa: SIM115 - closed with self
        weakref.finalize(self, self._file.close)

    def visit(self, frame: int, *, reverse: bool) -> None:
        """Remember that a pass went over ``frame``, and which way."""
        kept = self._flags[frame] & KEPT
        self._flags[frame] = kept | (REVERSE if reverse else FORWARD)

    def visited(self, frame: int) -> bool:
        """Some pass went over ``frame``."""
        return bool(self._flags[frame] & (FORWARD | REVERSE))

    def went_back(self, frame: int) -> bool:
        """The last pass over ``frame`` went in reverse."""
        return bool(self._flags[frame] & REVERSE)

    def kept(self, frame: int) -> bool:
        """``frame`` exists and was tracked, so that its record can be read."""
        return 0 <= frame < len(self._flags) and bool(self._flags[frame] & KEPT)

    def write(self, frame: int, entry: Entry) -> None:
        """Keep the answer on ``frame``; its memory is not kept, it can be encoded again.

        Raises:
            MediaError: the disk is full; what was kept before stays readable.
        """
        data = self._layout.pack(entry)
        try:
            done = os.pwrite(self._file.fileno(), data, frame * len(data))
        except OSError as error:
            raise _disk_error(frame, error) from error
        if done != len(data):
            raise _disk_error(frame, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        self._flags[frame] |= KEPT

    def read(self, frame: int, device: torch.device) -> Entry:
        """The answer on a kept frame, without its memory."""
        assert self.kept(frame), frame
        size = self._layout.numbers * 4
        data = os.pread(self._file.fileno(), size, frame * size)
        return self._layout.unpack(data, device)


def _disk_error(frame: int, error: OSError) -> MediaError:
    return MediaError(
        f"frame {frame} could not be kept in the temporary folder {tempfile.gettempdir()}: "
        f"{error.strerror}; free some space or set TMPDIR to a larger disk, then propagate on"
    )
