"""The application: every route behind the gate."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from masklet import __version__
from masklet.studio.security.gate import Gate
from masklet.studio.studio import Studio
from masklet.studio.web import (
    about,
    effects,
    errors,
    exports,
    frames,
    page,
    projects,
    socket,
    uploads,
)


def create_app(studio: Studio) -> FastAPI:
    """The application of one studio, which it starts and ends with itself."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with studio.running():
            yield

    app = FastAPI(
        title="masklet studio",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.studio = studio
    for part in (about, projects, uploads, frames, effects, exports, socket, page):
        app.include_router(part.router)
    app.mount("/static", page.static_files())
    errors.add_handlers(app)
    app.add_middleware(Gate, settings=studio.settings)
    return app
