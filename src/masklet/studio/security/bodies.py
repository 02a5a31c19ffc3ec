"""Request bodies bounded while they stream in, each kind by its own limit."""

import re

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from masklet.studio.settings import Limits


def body_limit(scope: Scope, limits: Limits) -> int:
    """How many bytes the body of this request may have."""
    kinds = (
        ("PUT", r"/api/uploads/[^/]+", limits.piece_bytes),
        ("POST", r"/api/projects/[^/]+/imports", limits.import_bytes),
        ("POST", r"/api/projects/[^/]+/pictures", limits.picture_bytes),
    )
    for method, path, limit in kinds:
        if scope["method"] == method and re.fullmatch(path, scope["path"]):
            return limit
    return limits.body_bytes


def bounded(receive: Receive, limit: int) -> Receive:
    """Receives until more than ``limit`` bytes have come, and then refuses."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413, f"the request is longer than {limit} bytes")
        return message

    return limited
