"""Whether a tar file is whole: Python's own reader takes a damaged head for its end."""

import tarfile
from io import BufferedIOBase

from masklet.errors import FormatError

KEPT = 4 * tarfile.RECORDSIZE
END = bytes(tarfile.BLOCKSIZE)


class Tail(BufferedIOBase):
    """A file that is read on, of which the last bytes are kept."""

    def __init__(self, source: BufferedIOBase) -> None:
        super().__init__()
        self.source = source
        self.end = 0
        self.kept = b""

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes."""
        data = self.source.read(size)
        self.end += len(data)
        self.kept = (self.kept + data)[-KEPT:]
        return data

    def at(self, offset: int) -> bytes:
        """A block of those that are kept."""
        start = offset - (self.end - len(self.kept))
        return self.kept[start : start + len(END)]


def check_end(block: bytes, name: str) -> None:
    """Raises FormatError unless the block at which reading ended says that the archive does."""
    if block != END:
        raise FormatError(f"{name}: cut short or damaged; its end is missing")
