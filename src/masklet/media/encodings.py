"""How pictures become a video file: container, encoder, pixel format, one constant a kind."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Encoding:
    """How pictures become a file.

    Attributes:
        container: FFmpeg's name of the file format.
        codec: FFmpeg's name of the encoder.
        stored: pixel format in the file.
        given: pixel format of the pictures that are added.
        channels: of those; 0 for pictures [H, W].
        bits: of their samples, 8 or 16.
        step: width and height in the file are multiples of it.
        threads: for the change of pixel format, 0 for one a core. One alone writes alpha: of
            several, each writes over the beginning of the next one's rows (FFmpeg 8).
        options: of the encoder.
        muxer: options of the container.
    """

    container: str
    codec: str
    stored: str
    given: str
    channels: int
    bits: int = 8
    step: int = 1
    threads: int = 1
    options: tuple[tuple[str, str], ...] = ()
    muxer: tuple[tuple[str, str], ...] = ()


H264 = Encoding(
    container="mp4",
    codec="libx264",
    stored="yuv420p",
    given="rgb24",
    channels=3,
    step=2,
    threads=0,
    options=(("crf", "18"), ("preset", "veryfast")),
)
PRORES_4444 = Encoding(
    container="mov",
    codec="prores_ks",
    stored="yuva444p10le",
    given="rgba",
    channels=4,
    options=(("profile", "4444"), ("alpha_bits", "16")),
    muxer=(("movflags", "use_metadata_tags"),),
)
VP9_ALPHA = Encoding(
    container="webm",
    codec="libvpx-vp9",
    stored="yuva420p",
    given="rgba",
    channels=4,
    options=(
        ("crf", "18"),
        ("b", "0"),
        ("deadline", "realtime"),
        ("cpu-used", "7"),
        ("row-mt", "1"),
    ),
)
FFV1_GREY = Encoding(
    container="matroska",
    codec="ffv1",
    stored="gray",
    given="gray",
    channels=0,
    options=(("level", "3"), ("slicecrc", "1")),
)
FFV1_GREY_16 = Encoding(
    container="matroska",
    codec="ffv1",
    stored="gray16le",
    given="gray16le",
    channels=0,
    bits=16,
    options=(("level", "3"), ("slicecrc", "1")),
)
