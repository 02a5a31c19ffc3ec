"""Errors as one sentence for a person, with the status that fits."""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from masklet.errors import MaskletError
from masklet.studio.errors import (
    ConflictError,
    ForbiddenError,
    MisplacedError,
    NotFoundError,
    TooLargeError,
)
from masklet.studio.wire.views import ErrorView, UploadErrorView

STATUS = ((NotFoundError, 404), (ConflictError, 409), (TooLargeError, 413), (ForbiddenError, 403))
BUG = "this is a fault of the studio; the terminal says more"
SENTENCES = {
    404: "there is nothing at this address",
    405: "this address does not take that method",
}
_log = logging.getLogger("masklet.studio")


def add_handlers(app: FastAPI) -> None:
    """Make every refusal an ErrorView."""

    @app.exception_handler(MaskletError)
    async def refused(_request: Request, error: MaskletError) -> JSONResponse:
        return error_response(status_of(error), sentence(error))

    @app.exception_handler(MisplacedError)
    async def misplaced(_request: Request, error: MisplacedError) -> JSONResponse:
        view = UploadErrorView(error=sentence(error), received=error.received)
        return JSONResponse(view.model_dump(), status_code=409)

    @app.exception_handler(OSError)
    async def disk(_request: Request, error: OSError) -> JSONResponse:
        _log.error("the disk", exc_info=error)
        return error_response(507, f"the studio cannot use its folder: {error.strerror or error}")

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(422, complaint(error.errors()))

    @app.exception_handler(HTTPException)
    async def ordinary(request: Request, error: HTTPException) -> JSONResponse:
        text = SENTENCES.get(error.status_code, str(error.detail))
        answer = error_response(error.status_code, text)
        answer.headers.update(error.headers or {})
        allowed = methods_at(app, request.url.path) if error.status_code == 405 else []
        if allowed:
            answer.headers["Allow"] = ", ".join(allowed)
        return answer

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> JSONResponse:
        _log.error("%s %s", request.method, request.url.path, exc_info=error)
        return error_response(500, BUG)


def methods_at(app: FastAPI, path: str) -> list[str]:
    """What may be done at an address, over all routes that fit it."""
    paths: dict[str, dict[str, Any]] = app.openapi()["paths"]
    if path in paths:
        return sorted(method.upper() for method in paths[path])
    return sorted(
        method.upper()
        for template, operations in paths.items()
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path)
        for method in operations
    )


def error_response(status: int, text: str) -> JSONResponse:
    """An ErrorView."""
    return JSONResponse(ErrorView(error=text).model_dump(), status_code=status)


def status_of(error: MaskletError) -> int:
    """The status that fits an error."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def sentence(error: MaskletError) -> str:
    """What an error says, on one line."""
    return " ".join(str(error).split())


def complaint(errors: Sequence[Mapping[str, Any]], *, leave_out: int = 1) -> str:
    """What is wrong with the first value that does not fit, and how many more there are.

    Args:
        leave_out: words of each value's place that mean nothing to a person.
    """
    if not errors:
        return "the request cannot be read"
    first = errors[0]
    where = ".".join(str(part) for part in first["loc"][leave_out:])
    text = f"{where}: {first['msg']}" if where else str(first["msg"])
    return text if len(errors) == 1 else f"{text} (and {len(errors) - 1} more)"


def complaint_of(error: ValidationError) -> str:
    """As ``complaint``, for a message that could not be read."""
    return complaint(error.errors(include_url=False, include_context=False))
