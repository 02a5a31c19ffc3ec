"""The model's records of tracked frames: one file a pass, and only a cache."""

import errno
import os
import zlib
from collections import OrderedDict
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from masklet.errors import MediaError

FOLDER = "tracker"
MOST_OPEN = 8
CHECK_BYTES = 4


class Place(NamedTuple):
    """Where a record lies: in which pass's file, and as which one in it."""

    pass_: int
    number: int


class Tracker:
    """The folder of records, each with a checksum.

    Args:
        record_bytes: of each record.
    """

    def __init__(self, folder: Path, record_bytes: int) -> None:
        self._folder = folder / FOLDER
        self._bytes = record_bytes
        self._files: OrderedDict[int, int] = OrderedDict()

    def write(self, place: Place, record: bytes) -> None:
        """Keep a record. Raises MediaError where the disk is full."""
        assert len(record) == self._bytes, (len(record), self._bytes)
        data = record + zlib.crc32(record).to_bytes(CHECK_BYTES, "little")
        try:
            file = self._open(place.pass_, os.O_CREAT)
            done = os.pwrite(file, data, place.number * len(data))
            if done != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise MediaError(
                f"{self._folder} cannot be written: {error.strerror}; free some space, then "
                "track on"
            ) from error

    def read(self, place: Place) -> bytes:
        """A record that ``holds`` told of."""
        data = self._data(place)
        assert len(data) == self._bytes + CHECK_BYTES, place
        return data[: self._bytes]

    def holds(self, place: Place) -> bool:
        """Whether a record is there and whole."""
        try:
            data = self._data(place)
        except OSError:
            return False
        check = int.from_bytes(data[self._bytes :], "little")
        return len(data) == self._bytes + CHECK_BYTES and zlib.crc32(data[: self._bytes]) == check

    def records(self, number: int) -> int:
        """How many records the file of a pass has room for; 0 where there is none."""
        try:
            size = self._path(number).stat().st_size
        except OSError:
            return 0
        return size // (self._bytes + CHECK_BYTES)

    def settle(self, number: int) -> None:
        """Have the records of a pass on disk, whatever happens to the machine."""
        file = self._files.get(number)
        if file is not None:
            os.fsync(file)

    def keep_only(self, numbers: Collection[int]) -> None:
        """Delete the files of all other passes."""
        if not self._folder.is_dir():
            return
        for path in self._folder.glob("*.bin"):
            if not (path.stem.isdecimal() and int(path.stem) in numbers):
                path.unlink(missing_ok=True)
                self._forget(int(path.stem) if path.stem.isdecimal() else -1)

    def close(self) -> None:
        """Free the files."""
        for number in list(self._files):
            self._forget(number)

    def _data(self, place: Place) -> bytes:
        size = self._bytes + CHECK_BYTES
        return os.pread(self._open(place.pass_, 0), size, place.number * size)

    def _open(self, number: int, flags: int) -> int:
        if number in self._files:
            self._files.move_to_end(number)
            return self._files[number]
        if flags:
            self._folder.mkdir(exist_ok=True)
        file = os.open(self._path(number), os.O_RDWR | os.O_CLOEXEC | flags, 0o644)
        self._files[number] = file
        while len(self._files) > MOST_OPEN:
            self._forget(next(iter(self._files)))
        return file

    def _forget(self, number: int) -> None:
        file = self._files.pop(number, None)
        if file is not None:
            os.close(file)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.bin"
