"""What the studio refuses, by kind, so that a page is told with the fitting status."""

from masklet.errors import MaskletError


class NotFoundError(MaskletError):
    """There is nothing under that id, number or name."""


class ConflictError(MaskletError):
    """It cannot be done now, because of what is going on or what is there already."""


class MisplacedError(ConflictError):
    """A piece of an upload that does not begin where the next one has to.

    Attributes:
        received: where that is.
    """

    def __init__(self, text: str, received: int) -> None:
        super().__init__(text)
        self.received = received


class TooLargeError(MaskletError):
    """More bytes, pixels, frames or files than this server takes."""


class ForbiddenError(MaskletError):
    """The request does not carry the token, or comes from another page than the studio's."""
