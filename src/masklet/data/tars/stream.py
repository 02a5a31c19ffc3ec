"""Tar files read from beginning to end, as they come from a network: samples in a shuffled order.

The order is a function of seed, epoch and place, so that a stream goes on exactly where its state
says. To go on, the epoch's files are read again up to there, but nothing is decoded.
"""

import tarfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from io import BufferedIOBase
from pathlib import Path
from typing import NamedTuple

import numpy as np

from masklet.data.readers.clip_set import Clip
from masklet.data.seeds import seed_of
from masklet.data.tars.samples import Sample, clip_of, key_of
from masklet.data.tars.whole import Tail, check_end
from masklet.errors import FormatError, MediaError

FILES_SALT, BUFFER_SALT = 1, 2
Open = Callable[[str], BufferedIOBase]


class StreamState(NamedTuple):
    """The sample that comes next: its epoch, and how many of that epoch came before."""

    epoch: int = 0
    place: int = 0


def open_file(path: str) -> BufferedIOBase:
    """A file of this machine."""
    return Path(path).open("rb")


class TarStream:
    """An endless row of samples, epoch after epoch.

    In each epoch every sample of every file comes once, in one process of those that share the
    files. The order of the files is drawn anew for each epoch, and samples are drawn from a
    buffer of those that were read last.

    Args:
        files: paths, or addresses that ``open`` knows.
        seed: of the orders.
        buffer: samples that are held to draw from; 1 keeps the order of the files.
        rank, world: of ``world`` processes this is number ``rank``: it reads every ``world``-th
            file.
        open: how a file is opened for reading from its beginning.

    Raises:
        FormatError: there are fewer files than processes.
    """

    def __init__(
        self,
        files: Sequence[str | Path],
        *,
        seed: int = 0,
        buffer: int = 1000,
        rank: int = 0,
        world: int = 1,
        open: Open = open_file,  # noqa: A002 - the word that fits
    ) -> None:
        if len(files) < world or not files:
            raise FormatError(f"files: {len(files)} came; wanted one for each of {world} processes")
        self.files = [str(file) for file in files]
        self.seed = seed
        self.buffer = buffer
        self.rank, self.world = rank, world
        self.open = open
        self.state = StreamState()

    def __iter__(self) -> Iterator[Sample]:
        """From ``state`` on, which tells after each sample what comes next.

        Raises:
            MediaError: a file cannot be read.
            FormatError: a file is no tar, or holds no samples.
        """
        while True:
            epoch, skipped = self.state
            place = 0
            for sample in self._shuffled(epoch):
                place += 1
                if place > skipped:
                    self.state = StreamState(epoch, place)
                    yield sample
            if not place:
                raise FormatError(f"{self.files[0]}: no samples in it, nor in the other files")
            self.state = StreamState(epoch + 1, 0)

    def _shuffled(self, epoch: int) -> Iterator[Sample]:
        generator = np.random.default_rng(seed_of(self.seed, BUFFER_SALT, epoch, self.rank))
        held: list[Sample] = []
        for sample in self._in_order(epoch):
            held.append(sample)
            if len(held) >= self.buffer:
                yield _taken(held, generator)
        while held:
            yield _taken(held, generator)

    def _in_order(self, epoch: int) -> Iterator[Sample]:
        order = np.random.default_rng(seed_of(self.seed, FILES_SALT, epoch))
        mine = order.permutation(len(self.files))[self.rank :: self.world]
        for number in mine:
            yield from read_samples(self.files[number], self.open)


def read_samples(file: str, open: Open = open_file) -> Iterator[Sample]:  # noqa: A002
    """The samples of a tar file, in its order; those of one name stand together.

    Raises:
        MediaError: it cannot be read.
        FormatError: it is no tar, or cut short.
    """
    try:
        with open(file) as source:
            tail = Tail(source)
            tar = tarfile.open(fileobj=tail, mode="r|")  # noqa: SIM115 - it ends with its source
            name, files = "", {}
            for member in tar:
                data = tar.extractfile(member) if member.isfile() else None
                if data is None:
                    continue
                key, rest = key_of(member.name)
                if files and key != name:
                    yield Sample(f"{file}: {name}", files)
                    files = {}
                name = key
                files[rest] = data.read()
            check_end(tail.at(tar.offset), file)
            if files:
                yield Sample(f"{file}: {name}", files)
    except tarfile.TarError as error:
        raise FormatError(f"{file}: no tar file, or cut short ({error})") from error
    except OSError as error:
        raise MediaError(f"{file} cannot be read: {error.strerror or error}") from error


class StreamedClip(NamedTuple):
    """A clip, and where to go on after it."""

    clip: Clip
    state: StreamState


def decoded(stream: TarStream, *, threads: int = 2, ahead: int = 8) -> Iterator[StreamedClip]:
    """The clips of a stream in its order, decoded ahead on threads.

    The stream itself is then ahead too: to go on later, keep the state beside the last clip.

    Raises:
        FormatError, MediaError: a sample cannot be used; the message names it.
    """
    waiting: deque[tuple[Future[Clip], StreamState]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="clips") as pool:
        for sample in stream:
            waiting.append((pool.submit(clip_of, sample), stream.state))
            if len(waiting) > ahead:
                clip, state = waiting.popleft()
                yield StreamedClip(clip.result(), state)


def _taken(held: list[Sample], generator: np.random.Generator) -> Sample:
    """One of the samples held, at random, its place taken by the last."""
    place = int(generator.integers(len(held)))
    held[place], held[-1] = held[-1], held[place]
    return held.pop()
