"""The WebSocket of a project: reads requests, writes what there is to say, until one side ends."""

import asyncio
import logging
import secrets
from collections.abc import Coroutine
from typing import Any

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from masklet.errors import MaskletError
from masklet.studio.projects.live import LiveProject
from masklet.studio.projects.page import Page
from masklet.studio.tasks import ended
from masklet.studio.web.access import ProjectPath, TheStudio
from masklet.studio.web.errors import BUG, sentence
from masklet.studio.web.requests import Requests
from masklet.studio.wire.frames import pack

FAULT, TRY_LATER, REFUSED = 1011, 1013, 4004
_log = logging.getLogger("masklet.studio")
router = APIRouter(prefix="/api/projects/{project}")


@router.websocket("/socket")
async def socket(socket: WebSocket, studio: TheStudio, project: ProjectPath) -> None:
    """Talk to one page, as ``wire/messages.py`` says, for as long as it is connected."""
    await socket.accept()
    if studio.pages >= studio.settings.limits.pages:
        await socket.close(TRY_LATER, "too many pages are connected to this studio")
        return
    studio.pages += 1
    try:
        async with studio.hub.use(project) as live:
            await _serve(socket, live)
    except MaskletError as error:
        await _close(socket, REFUSED, sentence(error))
    except Exception:
        _log.exception("a page of project %s", project)
        await _close(socket, FAULT, BUG)
    finally:
        studio.pages -= 1


async def _serve(socket: WebSocket, live: LiveProject) -> None:
    page = Page(f"page-{secrets.token_hex(3)}")
    await live.join(page)
    try:
        await _first_of(_read(socket, live, page), _write(socket, page), _feed(live, page))
    finally:
        live.leave(page)


async def _first_of(*parts: Coroutine[Any, Any, None]) -> None:
    """Run all until one ends, and end the others."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await ended(tasks)
    for task in done:
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, WebSocketDisconnect):
            raise error


async def _read(socket: WebSocket, live: LiveProject, page: Page) -> None:
    """Take requests for as long as the page reads what it is told."""
    async with Requests(live, page) as requests:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            await requests.take(message.get("bytes", b"") if text is None else text)
            await page.room()


async def _write(socket: WebSocket, page: Page) -> None:
    while True:
        message = await page.next_message()
        if isinstance(message, str):
            await socket.send_text(message)
        else:
            await socket.send_bytes(message)


async def _feed(live: LiveProject, page: Page) -> None:
    """Send the masks that the page asks for, as it grants them."""
    while True:
        frame = await page.next_wanted()
        try:
            read = await live.answers(frame)
        except MaskletError as error:
            page.notice(sentence(error))
        except Exception:
            _log.exception("masks of frame %d", frame)
            page.notice(BUG)
        else:
            page.send(pack(read.known, tag=read.revision))


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    try:
        await socket.close(code, reason.encode()[:120].decode(errors="ignore"))
    except (RuntimeError, WebSocketDisconnect):
        return
