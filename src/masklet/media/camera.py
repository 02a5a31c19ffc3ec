"""Pictures from a camera or a live stream, without an end."""

import sys
from collections.abc import Iterator
from typing import NamedTuple

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from jaxtyping import UInt8

from masklet.errors import MediaError


class _Address(NamedTuple):
    """What to open, and the kind of device it is; None for a URL or file."""

    name: str
    device: str | None


def camera(source: int | str = 0) -> Iterator[UInt8[np.ndarray, "H W 3"]]:
    """Opens a camera or stream at once and yields its pictures, RGB, as they come.

    Pictures that arrive damaged are left out. A stream that ends, ends the iterator.

    Args:
        source: number of a camera, from 0; a device's name; or a URL such as ``rtsp://...``.

    Raises:
        MediaError: nothing answers there.
    """
    address = _address_of(source)
    try:
        container = av.open(address.name, format=address.device)
    except (FFmpegError, OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise MediaError(f"camera: {source} cannot be opened ({why})") from error
    if not container.streams.video:
        container.close()
        raise MediaError(f"camera: {source} gives no pictures")
    return _pictures(container)


def _pictures(container: InputContainer) -> Iterator[UInt8[np.ndarray, "H W 3"]]:
    with container:
        packets = container.demux(container.streams.video[0])
        while True:
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError, OSError):
                return
            try:
                frames = packet.decode()
            except FFmpegError:
                continue
            for frame in frames:
                if not frame.is_corrupt:
                    yield frame.to_ndarray(format="rgb24")


def _address_of(source: int | str) -> _Address:
    """Where the operating system keeps a camera."""
    if isinstance(source, str) and not source.isdecimal():
        is_device = source.startswith("/dev/")
        return _Address(source, "v4l2" if is_device else None)
    if sys.platform == "darwin":
        return _Address(str(source), "avfoundation")
    if sys.platform == "win32":
        return _Address(f"video={_windows_name(int(source))}", "dshow")
    return _Address(f"/dev/video{source}", "v4l2")


def _windows_name(number: int) -> str:
    """DirectShow knows cameras by name only."""
    devices = av.enumerate_input_devices("dshow")
    names = [device.name for device in devices if "video" in device.media_types]
    if number >= len(names):
        raise MediaError(f"camera: {number} does not exist; found {', '.join(names) or 'none'}")
    return names[number]
