"""What goes out to a page: in order, only the newest state, and masks within bounds."""

import asyncio
import json
from typing import Any

import pytest

from masklet.studio.projects.page import (
    MOST_MASK_BYTES,
    MOST_WAITING,
    NOTHING,
    EndOfPageError,
    Page,
    union,
)
from masklet.studio.wire.messages import MOST_CREDIT, Progress, Reply
from masklet.studio.wire.views import ChangeView, StateView

pytestmark = pytest.mark.timeout(30)


def state(revision: int, changed: ChangeView | None) -> StateView:
    """A state of nothing."""
    return StateView(
        revision=revision,
        objects=(),
        prompts=(),
        passes=(),
        undo=None,
        redo=None,
        running=None,
        changed=changed,
        people=1,
    )


def progress(frame: int) -> Progress:
    """Tracking has come to a frame."""
    return Progress(frame=frame, start=0, stop=9, reverse=False, rate=None)


async def said(page: Page, count: int) -> list[Any]:
    """The next messages."""
    messages = [await asyncio.wait_for(page.next_message(), 5) for _ in range(count)]
    return [m if isinstance(m, bytes) else json.loads(m) for m in messages]


def test_a_state_that_waits_is_replaced() -> None:
    """And names what either has changed; replies keep their place."""

    async def story() -> list[Any]:
        page = Page("page")
        page.tell_state(state(1, ChangeView(start=3, stop=4)))
        page.say(Reply(id=1))
        page.tell_state(state(2, ChangeView(start=8, stop=9)))
        page.tell_progress(progress(1))
        page.tell_progress(progress(2))
        return await said(page, 3)

    first, reply, last = asyncio.run(story())
    assert first["state"]["revision"] == 2
    assert first["state"]["changed"] == {"start": 3, "stop": 9}
    assert (reply["type"], last["frame"]) == ("reply", 2)


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (None, NOTHING, None),
        (ChangeView(start=1, stop=2), None, None),
        (NOTHING, ChangeView(start=1, stop=2), ChangeView(start=1, stop=2)),
        (ChangeView(start=1, stop=2), NOTHING, ChangeView(start=1, stop=2)),
        (ChangeView(start=5, stop=6), ChangeView(start=1, stop=2), ChangeView(start=1, stop=6)),
        (NOTHING, NOTHING, NOTHING),
    ],
)
def test_what_two_changes_are_together(
    first: ChangeView | None, second: ChangeView | None, both: ChangeView | None
) -> None:
    """Everything that either may have changed."""
    assert union(first, second) == both


def test_pushed_masks_are_left_out_without_credit() -> None:
    """And each one uses up what was granted."""

    async def story() -> int:
        page = Page("page")
        page.push(b"left out")
        page.grant(2)
        for mask in (b"one", b"two", b"three"):
            page.push(mask)
        assert await said(page, 2) == [b"one", b"two"]
        return page.credit

    assert asyncio.run(story()) == 0


def test_a_slow_page_costs_little_memory() -> None:
    """However much happens while it does not read."""

    async def story() -> int:
        page = Page("page")
        for number in range(10_000):
            page.grant(MOST_CREDIT)
            page.push(bytes(MOST_MASK_BYTES // 10))
            page.tell_state(state(number, None))
            page.tell_progress(progress(number))
        assert page.is_full()
        assert page.credit <= MOST_CREDIT
        return sum(len(m) for m in await said(page, 12) if isinstance(m, bytes))

    assert asyncio.run(story()) <= 1.2 * MOST_MASK_BYTES


def test_no_more_requests_are_read_from_a_full_page() -> None:
    """Until it has read what was said."""

    async def story() -> None:
        page = Page("page")
        for number in range(MOST_WAITING + 1):
            page.say(Reply(id=number))
        waiting = asyncio.create_task(page.room())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await said(page, 1)
        await asyncio.wait_for(waiting, 5)

    asyncio.run(story())


def test_wanted_frames_come_one_a_credit() -> None:
    """The one looked at first; a later request replaces an earlier one."""

    async def story() -> list[int]:
        page = Page("page")
        page.want(range(0, 5))
        page.grant(3)
        frames = [await page.next_wanted(), await page.next_wanted()]
        page.look_at(9)
        frames.append(await page.next_wanted())
        page.want(range(20, 22))
        waits = asyncio.create_task(page.next_wanted())
        await asyncio.sleep(0.05)
        assert not waits.done()
        page.grant(1)
        frames.append(await asyncio.wait_for(waits, 5))
        return frames

    assert asyncio.run(story()) == [0, 1, 9, 20]


def test_a_page_that_is_ended_hears_everything_first() -> None:
    """And then why."""

    async def story() -> None:
        page = Page("page")
        page.say(Reply(id=1))
        page.end("closed")
        await said(page, 1)
        with pytest.raises(EndOfPageError, match="closed"):
            await page.next_message()

    asyncio.run(story())
