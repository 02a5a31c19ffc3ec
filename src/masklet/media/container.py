"""Opening the container of a video: which sources there are, and what is wrong with the others."""

from pathlib import Path
from typing import NamedTuple

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from masklet.errors import MediaError

LIVE_SCHEMES = ("rtsp", "rtsps", "rtmp", "rtmps", "udp", "rtp", "srt")


class Opened(NamedTuple):
    """A container open for reading and its moving picture."""

    container: InputContainer
    stream: VideoStream


def open_container(source: str | Path) -> Opened:
    """Opens a video file or URL; a path that exists is never taken for a protocol.

    Raises:
        MediaError: absent, empty, no video, a single picture, or a live stream.
    """
    name = str(source)
    address = is_address(source)
    if not address:
        _check_file(Path(source))
    elif name.partition("://")[0].lower() in LIVE_SCHEMES:
        raise MediaError(f"video: {name} is a live stream without an end; use `masklet stream`")
    try:
        container = av.open(name if address else f"file:{name}")
    except (FFmpegError, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise MediaError(f"video: {name} is not a video that can be read ({why})") from error
    try:
        return Opened(container, _stream_of(container, name))
    except MediaError:
        container.close()
        raise


def is_address(source: object) -> bool:
    """Whether ``source`` is a URL and no path."""
    return isinstance(source, str) and "://" in source


def _check_file(path: Path) -> None:
    """Says what is wrong with a path that is no file with something in it."""
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise MediaError(f"video: {path} {what}; wanted a video file")
    if path.stat().st_size == 0:
        raise MediaError(f"video: {path} is an empty file")


def _stream_of(container: InputContainer, name: str) -> VideoStream:
    """The first moving picture in a container."""
    kind = container.format.name
    if kind.endswith("_pipe") or kind == "image2":
        raise MediaError(f"video: {name} is a single picture; use `masklet segment`")
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            stream.thread_type = "AUTO"
            return stream
    raise MediaError(f"video: {name} holds no video")
