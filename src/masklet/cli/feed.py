"""Pictures as they come: from a camera, a live address, a file or a folder."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from masklet.values import Picture


class Feed(NamedTuple):
    """Pictures, RGB, and how many a second where that is known."""

    pictures: Iterator[Picture]
    fps: float | None


@contextmanager
def open_feed(source: str) -> Iterator[Feed]:
    """Open a file or folder that exists, otherwise a camera or an address.

    Raises:
        MediaError: nothing can be read there.
    """
    from masklet.media.camera import camera
    from masklet.media.sources import open_source

    path = Path(source).expanduser()
    if not source.isdecimal() and (path.is_file() or path.is_dir()):
        with closing(open_source(path)) as held:
            yield Feed((held[index] for index in range(len(held))), held.fps)
        return
    pictures = camera(source)
    try:
        yield Feed(pictures, None)
    finally:
        close = getattr(pictures, "close", None)
        if close is not None:
            close()
