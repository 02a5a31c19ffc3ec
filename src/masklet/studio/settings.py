"""What a studio server is told when it starts, and its limits."""

import os
from dataclasses import dataclass, field
from pathlib import Path

GIB = 2**30
MIB = 2**20
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one server takes and keeps.

    Attributes:
        upload_bytes: of one file.
        uploads: files on their way at once.
        piece_bytes: of a file, in one request.
        upload_seconds: an upload that nobody went on with for so long is removed.
        body_bytes: of a request that is no file.
        import_bytes: of a file with masks; of what is read out of it, too.
        import_seconds: for reading it.
        picture_bytes: of a picture for effects.
        video_seconds, video_frames, side, pixels: of a video; ``pixels`` are those of one frame.
        check_seconds, check_bytes: time and memory for looking into an uploaded file.
        copy_bytes: videos of this machine up to this size are copied into their project.
        projects: open at once, apart from those that someone looks at.
        idle_seconds: a project that nobody looks at is closed after so long.
        pages: connected at once.
        jpeg_bytes: memory for pictures that were asked for.
    """

    upload_bytes: int = 4 * GIB
    uploads: int = 16
    piece_bytes: int = 8 * MIB
    upload_seconds: float = 24 * 3600.0
    body_bytes: int = MIB
    import_bytes: int = GIB
    import_seconds: float = 1800.0
    picture_bytes: int = 32 * MIB
    video_seconds: float = 4 * 3600.0
    video_frames: int = 2**21
    side: int = 8192
    pixels: int = 64 * 2**20
    check_seconds: float = 120.0
    check_bytes: int = 4 * GIB
    copy_bytes: int = 256 * MIB
    projects: int = 32
    idle_seconds: float = 300.0
    pages: int = 256
    jpeg_bytes: int = 128 * MIB


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One server.

    Attributes:
        library: the folder of projects; also where uploads gather.
        project: the one project folder to serve, in place of a library.
        host: the address it listens on.
        token: what a page must know to be let in.
    """

    library: Path
    project: Path | None = None
    host: str = "127.0.0.1"
    token: str
    limits: Limits = field(default_factory=Limits)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in LOOPBACK


def default_library() -> Path:
    """MASKLET_STUDIO, or ``masklet-studio`` in the user's home; it may not exist yet."""
    own = os.environ.get("MASKLET_STUDIO")
    return Path(own).expanduser() if own else Path.home() / "masklet-studio"
