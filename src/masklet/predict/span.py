"""Which frames a pass visits."""

import operator

from masklet.errors import PromptError


def span_of(
    start: int | None, stop: int | None, *, reverse: bool, first: int, length: int
) -> range:
    """Frames from ``start`` to ``stop``, both included.

    Args:
        start: None is ``first``, the earliest prompted frame.
        stop: None is the end of the video that lies ahead.

    Raises:
        PromptError: a frame that does not exist, or a stop that lies the other way.
    """
    begin = first if start is None else start
    end = stop if stop is not None else (0 if reverse else length - 1)
    for name, frame in (("start", begin), ("stop", end)):
        check_frame(name, frame, length)
    if (end > begin) if reverse else (end < begin):
        way = "reverse" if reverse else "forward"
        raise PromptError(f"start={begin}, stop={end}: stop lies behind start for a {way} pass")
    return range(begin, end - 1, -1) if reverse else range(begin, end + 1)


def check_frame(name: str, frame: int, length: int) -> int:
    """The frame's number. Raises PromptError where the video has no such frame."""
    try:
        number = operator.index(frame)
    except TypeError as error:
        raise PromptError(f"{name}={frame!r}: wanted a frame number") from error
    if not 0 <= number < length:
        raise PromptError(f"{name}={number}: the video has frames 0 to {length - 1}")
    return number
