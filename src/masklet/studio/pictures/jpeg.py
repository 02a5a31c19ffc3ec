"""Frames and filmstrips as JPEG: decoded off the event loop, and kept within a budget."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from threading import Event

import cv2
import numpy as np

from masklet.errors import MediaError
from masklet.studio.pictures.encoding import Picture, encoded, narrowed
from masklet.studio.pictures.pool import GivenUpError, SourcePool

DECODERS = 2
MOST_THUMBS = 64
SECONDS_BETWEEN_LOOKS = 0.05
GivenUp = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class Wanted:
    """A frame of a project, at most so wide; None is its own size.

    Attributes:
        near: any picture close before it will do, if only it comes at once.
    """

    project: str
    frame: int
    width: int | None
    near: bool = False


@dataclass(frozen=True)
class Row:
    """A filmstrip: ``count`` frames from ``start`` to ``stop``, so high."""

    project: str
    start: int
    stop: int
    count: int
    height: int

    @property
    def frames(self) -> list[int]:
        """Which frames those are."""
        return [round(frame) for frame in np.linspace(self.start, self.stop, self.count).tolist()]

    @property
    def slack(self) -> int:
        """How far before its place a picture may be from: at most where the one before it is."""
        return (self.stop - self.start) // self.count


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
            MediaError: it is damaged.
            GivenUpError: nobody waits for it any more.
        """
        return await self._made(wanted, given_up, lambda stop: _frame(wanted, pool, stop))

    async def strip(self, row: Row, pool: SourcePool, *, given_up: GivenUp) -> bytes:
        """A filmstrip; a frame that is damaged stays dark.

        Raises:
            NotFoundError: a frame that does not exist.
            GivenUpError: nobody waits for it any more.
        """
        return await self._made(row, given_up, lambda stop: _strip(row, pool, stop))

    async def _made(
        self, key: Wanted | Row, given_up: GivenUp, make: Callable[[Event], bytes]
    ) -> bytes:
        held = self._held(key)
        if held is not None:
            return held
        async with self._decoders:
            held = self._held(key)
            if held is None:
                held = await _unless(given_up, make)
                self._keep(key, held)
            return held

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


async def _unless(given_up: GivenUp, make: Callable[[Event], bytes]) -> bytes:
    """Make a picture in a thread, which is told when nobody waits for it any more."""
    if await given_up():
        raise GivenUpError("nobody waits for this picture any more")
    stop = Event()
    making = asyncio.create_task(asyncio.to_thread(make, stop))
    making.add_done_callback(lambda made: made.cancelled() or made.exception())
    try:
        while True:
            done, _ = await asyncio.wait({making}, timeout=SECONDS_BETWEEN_LOOKS)
            if done:
                return making.result()
            if await given_up():
                stop.set()
    finally:
        stop.set()


def _frame(wanted: Wanted, pool: SourcePool, stop: Event) -> bytes:
    within = wanted.frame if wanted.near else 0
    picture = pool.read(wanted.frame, within=within, stop=stop)
    return encoded(picture if wanted.width is None else narrowed(picture, wanted.width))


def _strip(row: Row, pool: SourcePool, stop: Event) -> bytes:
    thumbs = [_thumb(row, frame, pool, stop) for frame in row.frames]
    width = next((thumb.shape[1] for thumb in thumbs if thumb is not None), row.height)
    dark = np.zeros((row.height, width, 3), np.uint8)
    return encoded(np.concatenate([dark if t is None else t for t in thumbs], axis=1))


def _thumb(row: Row, frame: int, pool: SourcePool, stop: Event) -> Picture | None:
    """One picture of a filmstrip; None where it is damaged."""
    try:
        picture = pool.read(frame, within=row.slack, stop=stop)
    except MediaError:
        return None
    high, wide = picture.shape[:2]
    size = (max(1, round(wide * row.height / high)), row.height)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
