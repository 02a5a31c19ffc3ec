"""The index of a video: when each frame is shown and where decoding can begin."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.error import FFmpegError
from jaxtyping import Int64

from masklet.media.container import Opened, open_container


class FrameIndex(NamedTuple):
    """Frames in display order: eight bytes a frame, however long the video.

    Attributes:
        shown: time stamp of each frame that the file holds, strictly increasing, in time bases;
            plain numbers when ``counted``.
        missing: how many frames the file declares after those, and does not hold.
        key_shown: time stamps of the pictures at which decoding can begin, increasing.
        key_sought: what to seek to in order to arrive at each of them.
        counted: the file has no usable time stamps; frames are numbered by decoding from the
            beginning.
    """

    shown: Int64[np.ndarray, "N"]
    missing: int
    key_shown: Int64[np.ndarray, "K"]
    key_sought: Int64[np.ndarray, "K"]
    counted: bool


class _Packets(NamedTuple):
    """What the packets say, in the order of the file."""

    shown: Int64[np.ndarray, "P"]
    key_shown: Int64[np.ndarray, "K"]
    key_sought: Int64[np.ndarray, "K"]
    timed: bool
    absent: int
    certain_until: int


def index_frames(source: str | Path) -> FrameIndex:
    """The index of a video, by reading its packets once without decoding them.

    Files without true time stamps (raw streams, AVI) are decoded once instead. In a file that is
    cut short, a frame counts as held only where no lost packet can be shown before it.

    Raises:
        MediaError: ``source`` is no video.
    """
    opened = open_container(source)
    with opened.container:
        packets = _read_packets(opened)
        trusted = packets.timed and opened.container.format.name != "avi"
    if not trusted:
        return _index_by_decoding(source, packets)
    shown = np.unique(packets.shown)
    if len(packets.key_shown):
        shown = shown[shown >= packets.key_shown[0]]
    held = len(shown)
    if packets.absent:
        held = int(np.searchsorted(shown, packets.certain_until, side="right"))
    missing = packets.absent + len(shown) - held
    return FrameIndex(shown[:held], missing, packets.key_shown, packets.key_sought, counted=False)


def packets_of(opened: Opened) -> Iterator[av.Packet]:
    """The packets to decode, up to the end or the first damage of the container.

    A packet that the end of the file cuts is left out, as with it decoders on several threads
    lose the frames before it. The last packet is empty: it makes the decoder give all it holds.
    """
    before = None
    for packet in _readable(opened):
        if before is not None and not (before.is_corrupt and packet.size == 0):
            yield before
        before = packet
    if before is not None:
        yield before


def decode(packet: av.Packet) -> list[av.VideoFrame]:
    """The frames that come out with this packet; none where it is damaged."""
    try:
        return packet.decode()
    except (FFmpegError, EOFError):
        return []


def _readable(opened: Opened) -> Iterator[av.Packet]:
    """All packets, the one that the end of the file cuts too, and an empty one after them."""
    packets = opened.container.demux(opened.stream)
    while True:
        try:
            packet = next(packets, None)
        except (FFmpegError, OSError):
            packet = av.Packet()
            packet.stream = opened.stream
            yield packet
            return
        if packet is None:
            return
        yield packet


def _read_packets(opened: Opened) -> _Packets:
    """One pass over the packets."""
    shown, key_shown, key_sought = [], [], []
    seen, until, timed = 0, 0, True
    vp8 = opened.stream.codec_context.name == "vp8"
    for packet in _readable(opened):
        if packet.size == 0:
            continue
        seen += 1
        if packet.pts is None:
            timed = False
            continue
        until = packet.pts if packet.dts is None else packet.dts
        if packet.is_keyframe:
            key_shown.append(packet.pts)
            key_sought.append(until)
        if not (packet.is_discard or (vp8 and _is_hidden_vp8(packet))):
            shown.append(packet.pts)
    order = np.argsort(np.array(key_shown, dtype=np.int64), kind="stable")
    return _Packets(
        shown=np.array(shown, dtype=np.int64),
        key_shown=np.array(key_shown, dtype=np.int64)[order],
        key_sought=np.array(key_sought, dtype=np.int64)[order],
        timed=timed and bool(shown),
        absent=sum(not entry.is_discard for entry in opened.stream.index_entries[seen:]),
        certain_until=until,
    )


def _is_hidden_vp8(packet: av.Packet) -> bool:
    """Whether a VP8 packet is a reference picture that is never shown (RFC 6386, 9.1)."""
    return not bytes(packet)[0] & 0x10


def _index_by_decoding(source: str | Path, packets: _Packets) -> FrameIndex:
    """The index of a file whose packets do not say when their frames are shown."""
    opened = open_container(source)
    with opened.container:
        times = [frame.pts for packet in packets_of(opened) for frame in decode(packet)]
    known = np.array([time for time in times if time is not None], dtype=np.int64)
    if len(known) == len(times) and (np.diff(known) > 0).all():
        return FrameIndex(known, 0, packets.key_shown, packets.key_sought, counted=False)
    nowhere = np.empty(0, dtype=np.int64)
    return FrameIndex(np.arange(len(times)), 0, nowhere, nowhere, counted=True)
