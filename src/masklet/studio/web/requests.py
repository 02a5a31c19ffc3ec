"""A page's requests: edits one after the other in the order they came in, the rest at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from masklet.errors import MaskletError
from masklet.studio.projects.live import LiveProject
from masklet.studio.projects.page import Page
from masklet.studio.scheduler import Urgency
from masklet.studio.tasks import ended
from masklet.studio.web.errors import BUG, complaint_of, sentence
from masklet.studio.wire import messages as ask
from masklet.studio.wire.frames import HOVER, pack

MOST_WAITING = 64
OVERTAKEN = "a newer one came"
SECONDS_OF_REST = 0.1
_log = logging.getLogger("masklet.studio")
Self = TypeVar("Self", bound="Requests")


class _Hover(NamedTuple):
    """The hover that is being answered."""

    id: int
    task: asyncio.Task[None]


class Requests:
    """Those of one connection; a context manager that drops what waits when it ends."""

    def __init__(self, live: LiveProject, page: Page) -> None:
        self._live, self._page = live, page
        self._edits: asyncio.Queue[ask.AnyRequest] = asyncio.Queue(MOST_WAITING)
        self._tasks: set[asyncio.Task[None]] = set()
        self._hover: _Hover | None = None
        self._ahead: asyncio.Task[None] | None = None

    async def __aenter__(self: Self) -> Self:
        self._begin(self._edit())
        return self

    async def __aexit__(self, *_: object) -> None:
        await ended(tuple(self._tasks))

    async def take(self, message: str | bytes) -> None:
        """Carry out a message, or refuse it; returns before an answer is there."""
        try:
            request = ask.REQUEST.validate_json(message, strict=False)
        except ValidationError as error:
            self._page.say(ask.Refusal(id=_id_in(message), error=complaint_of(error)))
            return
        match request:
            case ask.Credit():
                self._page.grant(request.frames)
            case ask.Hover():
                self._take_hover(request)
            case ask.Look() | ask.Masks():
                await self._answered(request, lambda: self._show(request))
            case _:
                await self._edits.put(request)

    async def _edit(self) -> None:
        while True:
            request = await self._edits.get()
            await self._answered(request, lambda r=request: self._edited(r))

    async def _answered(
        self, request: ask.AnyRequest, work: Callable[[], Awaitable[int | None]]
    ) -> None:
        """Do it, and say so or say why not."""
        try:
            number = await work()
        except MaskletError as error:
            self._page.say(ask.Refusal(id=request.id, error=sentence(error)))
        except Exception:
            _log.exception("%s", request.type)
            self._page.say(ask.Refusal(id=request.id, error=BUG))
        else:
            self._page.say(ask.Reply(id=request.id, object=number))

    async def _edited(self, request: ask.AnyRequest) -> int | None:
        live, by = self._live, self._page.name
        match request:
            case ask.AddObject():
                return await live.edit(lambda s: s.add_object(request.name, request.colour, by=by))
            case ask.ChangeObject():
                await live.edit(lambda s: s.change_object(request, by=by), ends_run=False)
            case ask.RemoveObject():
                await live.edit(lambda s: s.remove_object(request.object, by=by))
            case ask.Say():
                return await self._said(request)
            case ask.Clear():
                await live.edit(lambda s: s.clear(request, by=by))
            case ask.Undo():
                await live.edit(lambda s: s.undo(by=by))
            case ask.Redo():
                await live.edit(lambda s: s.redo(by=by))
            case ask.Propagate():
                await live.propagate(request, by=by)
            case ask.Cancel():
                await live.stop()
        return None

    async def _said(self, request: ask.Say) -> int | None:
        """The mask comes before everything else that the prompt brings about."""
        by, live, page = self._page.name, self._live, self._page
        if request.object is not None:
            await live.edit(
                lambda s: s.say(request, by=by),
                first=lambda known, revision: page.answer(pack(known, tag=revision)),
            )
            return None
        new = await live.edit(
            lambda s: s.introduce(request, by=by),
            first=lambda new, revision: page.answer(pack(new.known, tag=revision)),
        )
        return new.number

    async def _show(self, request: ask.Look | ask.Masks) -> None:
        if isinstance(request, ask.Masks):
            self._live.check_span(request.start, request.stop)
            self._page.want(range(request.start, request.stop + 1))
            return
        self._live.check_span(request.frame, request.frame)
        self._page.look_at(request.frame)
        if self._ahead is not None:
            self._ahead.cancel()
        self._ahead = self._begin(self._warm(request.frame))

    async def _warm(self, frame: int) -> None:
        """Encode a frame ahead of a click, unless the page moves on at once, as in playing.

        What goes wrong is told by the click.
        """
        await asyncio.sleep(SECONDS_OF_REST)
        try:
            while await self._live.run(lambda s: s.warm(frame), urgency=Urgency.AHEAD):
                pass
        except MaskletError:
            return
        except Exception:
            _log.exception("frame %d", frame)

    def _take_hover(self, request: ask.Hover) -> None:
        """Only the newest counts; one that has not begun is refused at once."""
        if self._hover is not None and not self._hover.task.done():
            self._hover.task.cancel()
            self._page.say(ask.Refusal(id=self._hover.id, error=OVERTAKEN))
        task = self._begin(self._answered(request, lambda: self._hovered(request)))
        self._hover = _Hover(request.id, task)

    async def _hovered(self, request: ask.Hover) -> None:
        known = await self._live.run(lambda s: s.preview(request), urgency=Urgency.HOVER)
        self._page.send(pack(known, tag=request.id, kind=HOVER))

    def _begin(self, work: Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _id_in(message: str | bytes) -> int | None:
    """The id of a request that cannot be read otherwise."""
    try:
        found = from_json(message)
    except ValueError:
        return None
    number = found.get("id") if isinstance(found, dict) else None
    return number if type(number) is int and 0 <= number < 2**53 else None
