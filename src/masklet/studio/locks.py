"""Locks by name that are forgotten when nobody holds or awaits them."""

import asyncio
from weakref import WeakValueDictionary


class Locks:
    """``locks[name]`` is the one lock of that name; to be used on the event loop."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def __getitem__(self, name: str) -> asyncio.Lock:
        lock = self._locks.get(name)
        if lock is None:
            lock = self._locks[name] = asyncio.Lock()
        return lock

    def __len__(self) -> int:
        return len(self._locks)
