"""How a route gets at the studio, and what every route may answer."""

from typing import Annotated, Any

from fastapi import Depends, Path
from pydantic import StringConstraints
from starlette.requests import HTTPConnection

from masklet.studio.studio import Studio
from masklet.studio.wire.views import ErrorView


def the_studio(connection: HTTPConnection) -> Studio:
    """The one that the application was made with."""
    return connection.app.state.studio


TheStudio = Annotated[Studio, Depends(the_studio)]
ProjectPath = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="The project's id.")]

Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]
"""What a person calls a project."""

_REASONS = {
    400: "It cannot be done; the sentence says why.",
    401: "The token is missing or wrong.",
    403: "Another page or host than the studio's.",
    404: "There is no such thing.",
    409: "Not now: something stands against it.",
    413: "Too large.",
    422: "A value is missing or malformed.",
}


def refusals(*codes: int) -> dict[int | str, dict[str, Any]]:
    """What a route may refuse with, for its documentation; some of it every route may."""
    return {
        code: {"model": ErrorView, "description": _REASONS[code]}
        for code in sorted({401, 403, 413, 422, *codes})
    }
