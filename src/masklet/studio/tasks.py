"""Ending what goes on beside a task."""

import asyncio
from collections.abc import Collection
from typing import Any


async def ended(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they have ended; what they raise then is of no use to anyone."""
    for task in tasks:
        task.add_done_callback(_look_at)
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


def _look_at(task: asyncio.Task[Any]) -> None:
    """An error that nobody looks at would be reported."""
    if not task.cancelled():
        task.exception()
