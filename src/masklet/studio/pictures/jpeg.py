"""Frames and filmstrips as JPEG: decoded off the event loop, and kept within a budget."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from masklet.errors import MediaError
from masklet.studio.errors import NotFoundError
from masklet.studio.pictures.encoding import Picture, encoded, narrowed
from masklet.studio.pictures.pool import SourcePool

DECODERS = 2
MOST_THUMBS = 64
GivenUp = Callable[[], Awaitable[bool]]


class Wanted(NamedTuple):
    """A frame of a project, at most so wide; None is its own size."""

    project: str
    frame: int
    width: int | None


@dataclass(frozen=True)
class Row:
    """A filmstrip: ``count`` frames from ``start`` to ``stop``, so high."""

    project: str
    start: int
    stop: int
    count: int
    height: int


class Jpegs:
    """Used on the event loop.

    Args:
        budget: bytes of pictures that are kept; those asked for longest ago go first.

    Attributes:
        bytes: how many are kept now.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._kept: OrderedDict[Wanted | Row, bytes] = OrderedDict()
        self.bytes = 0
        self._decoders = asyncio.Semaphore(DECODERS)

    async def frame(self, wanted: Wanted, pool: SourcePool, *, given_up: GivenUp) -> bytes:
        """One frame.

        Raises:
            NotFoundError: there is no such frame.
            MediaError: it is damaged, or nobody waits for it any more.
        """
        return await self._made(wanted, given_up, lambda: _frame(wanted, pool))

    async def strip(self, row: Row, pool: SourcePool, *, given_up: GivenUp) -> bytes:
        """A filmstrip; a frame that is damaged stays dark.

        Raises:
            NotFoundError: a frame that does not exist.
            MediaError: nobody waits for it any more.
        """
        return await self._made(row, given_up, lambda: _strip(row, pool))

    async def _made(self, key: Wanted | Row, given_up: GivenUp, make: Callable[[], bytes]) -> bytes:
        held = self._held(key)
        if held is not None:
            return held
        async with self._decoders:
            held = self._held(key)
            if held is not None:
                return held
            if await given_up():
                raise MediaError("nobody waits for this picture any more")
            data = await asyncio.to_thread(make)
        self._keep(key, data)
        return data

    def _held(self, key: Wanted | Row) -> bytes | None:
        data = self._kept.get(key)
        if data is not None:
            self._kept.move_to_end(key)
        return data

    def _keep(self, key: Wanted | Row, data: bytes) -> None:
        self.bytes += len(data) - len(self._kept.get(key, b""))
        self._kept[key] = data
        while self.bytes > self._budget and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= len(oldest)


def _frame(wanted: Wanted, pool: SourcePool) -> bytes:
    picture = _read(pool, wanted.frame)
    return encoded(picture if wanted.width is None else narrowed(picture, wanted.width))


def _strip(row: Row, pool: SourcePool) -> bytes:
    numbers = np.linspace(row.start, row.stop, row.count).round().astype(int)
    first = _read(pool, int(numbers[0]))
    high, wide = first.shape[:2]
    size = (max(1, round(wide * row.height / high)), row.height)
    thumbs = [first, *(_read(pool, int(number)) for number in numbers[1:])]
    return encoded(
        np.concatenate(
            [cv2.resize(thumb, size, interpolation=cv2.INTER_AREA) for thumb in thumbs], axis=1
        ).astype(np.uint8)
    )


def _read(pool: SourcePool, frame: int) -> Picture:
    try:
        return pool[frame]
    except IndexError:
        raise NotFoundError(f"frame {frame}: the video has no such frame") from None
