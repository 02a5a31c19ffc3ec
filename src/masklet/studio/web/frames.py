"""Pictures of a project: frames, the filmstrip, when frames are shown, strips and doubts."""

import asyncio
from enum import IntEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathValue

from masklet.studio.pictures.jpeg import MOST_THUMBS, Row, Wanted
from masklet.studio.web.access import ProjectPath, TheStudio, refusals
from masklet.studio.wire.frames import pack_strips
from masklet.studio.wire.views import DoubtView

router = APIRouter(prefix="/api/projects/{project}", tags=["frames"])

JPEG = {200: {"content": {"image/jpeg": {}}, "description": "The picture."}}
BYTES = {200: {"content": {"application/octet-stream": {}}, "description": "The bytes."}}
FOREVER = "private, max-age=31536000, immutable"
FrameNumber = Annotated[int, Query(ge=0, lt=2**31)]


class Width(IntEnum):
    """The widths in which a frame can be had; few, so that they are kept."""

    W160 = 160
    W320 = 320
    W640 = 640
    W960 = 960
    W1280 = 1280
    W1920 = 1920


@router.get("/frames/{frame}.jpg", response_class=Response, responses=JPEG | refusals(400, 404))
async def frame_picture(
    studio: TheStudio,
    project: ProjectPath,
    frame: Annotated[int, PathValue(ge=0, lt=2**31)],
    request: Request,
    width: Width | None = None,
    near: bool = False,
) -> Response:
    """One frame, at most ``width`` wide; ``near`` takes a picture close before it that is quick."""
    etag = f'"{project}-{frame}-{width or 0}-{near:d}"'
    headers = {"ETag": etag, "Cache-Control": FOREVER}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    async with studio.hub.use(project) as live:
        wanted = Wanted(project, frame, width, near)
        data = await studio.jpegs.frame(wanted, live.pictures, given_up=request.is_disconnected)
    return Response(data, media_type="image/jpeg", headers=headers)


@router.get("/strip.jpg", response_class=Response, responses=JPEG | refusals(400, 404))
async def filmstrip(
    studio: TheStudio,
    project: ProjectPath,
    start: FrameNumber,
    stop: FrameNumber,
    count: Annotated[int, Query(ge=1, le=MOST_THUMBS)],
    height: Annotated[int, Query(ge=16, le=160)],
    request: Request,
) -> Response:
    """``count`` frames from ``start`` to ``stop``, evenly spaced, side by side in one picture."""
    row = Row(project, start, stop, count, height)
    etag = f'"{project}-{start}-{stop}-{count}-{height}"'
    headers = {"ETag": etag, "Cache-Control": FOREVER}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    async with studio.hub.use(project) as live:
        live.check_span(start, stop)
        data = await studio.jpegs.strip(row, live.pictures, given_up=request.is_disconnected)
    return Response(data, media_type="image/jpeg", headers=headers)


@router.get(
    "/times",
    response_class=Response,
    responses=BYTES | refusals(400, 404) | {204: {"description": "Evenly spaced."}},
)
async def times(studio: TheStudio, project: ProjectPath) -> Response:
    """When each frame is shown, in seconds: little endian float64, one a frame."""
    async with studio.hub.use(project) as live:
        if live.video.steady:
            return Response(status_code=204)
        shown = await asyncio.to_thread(live.pictures.times)
    return Response(shown.astype("<f8").tobytes(), media_type="application/octet-stream")


@router.get("/strips", response_class=Response, responses=BYTES | refusals(400, 404))
async def strips(
    studio: TheStudio, project: ProjectPath, start: FrameNumber, stop: FrameNumber
) -> Response:
    """Each object's visibility on frames ``start`` to ``stop``: its number, then a byte a frame."""
    async with studio.hub.use(project) as live:
        live.check_span(start, stop)
        rows = await live.read(lambda session: session.strips(start, stop))
    return Response(pack_strips(rows), media_type="application/octet-stream")


@router.get("/doubts", responses=refusals(400, 404))
async def doubts(
    studio: TheStudio, project: ProjectPath, limit: Annotated[int, Query(ge=1, le=1000)] = 20
) -> list[DoubtView]:
    """The frames that most need a person, most in need first."""
    async with studio.hub.use(project) as live:
        return await live.read(lambda session: session.doubts(limit))
