"""What was answered for one object on every tracked frame of a video: on disk, a byte a frame here.

Shapes: h w decoder grid, C pointer channels.
"""

import errno
import os
import tempfile
import weakref
from typing import NamedTuple

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
        parts = (entry.logits, entry.score, entry.presence, entry.pointer)
        flat = torch.cat([part.reshape(-1).float() for part in parts]).cpu().numpy()
        data = flat.tobytes()
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
        flat = torch.frombuffer(bytearray(data), dtype=torch.float32).to(device)
        area = self._layout.side**2
        logits = flat[:area].view(self._layout.side, self._layout.side)
        return Entry(logits, flat[area], flat[area + 1], flat[area + 2 :])


def _disk_error(frame: int, error: OSError) -> MediaError:
    return MediaError(
        f"frame {frame} could not be kept in the temporary folder {tempfile.gettempdir()}: "
        f"{error.strerror}; free some space or set TMPDIR to a larger disk, then propagate on"
    )
