"""What kinds of files are taken, told by their bytes, and what each may hold."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import av
from av.container import InputContainer
from av.error import FFmpegError
from PIL import Image

from masklet.errors import MediaError
from masklet.media.picture_folder import natural_key
from masklet.media.pictures import PICTURE_SUFFIXES
from masklet.studio.settings import MIB, Limits

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,gif,h264,hevc,"
    "m4v,ivf,mxf,dv,yuv4mpegpipe,obu,nut"
)
"""FFmpeg's names of formats that hold pictures themselves: no playlists, which name other files."""
SUFFIXES = {"matroska": ".mkv", "webm": ".webm", "avi": ".avi", "gif": ".gif", "mpegts": ".ts"}
PICTURES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
MOST_PICTURE_BYTES = 64 * MIB
TAKEN = "videos (mp4, mov, webm, mkv, avi, gif, ...), pictures (jpg, png, webp), zips of pictures"


class Kind(NamedTuple):
    """A kind of file and the ending it shall have."""

    is_video: bool
    is_zip: bool
    suffix: str


def kind_of(path: Path) -> Kind:
    """What a file is by its first bytes; a video is what is nothing else."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"PK\x03\x04"):
        return Kind(is_video=False, is_zip=True, suffix="")
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG")) or (head[:4], head[8:12]) == (
        b"RIFF",
        b"WEBP",
    ):
        return Kind(is_video=False, is_zip=False, suffix=PICTURES[_picture_format(path)])
    return Kind(is_video=True, is_zip=False, suffix=_suffix_of(path))


def check_container(path: Path, limits: Limits) -> None:
    """Hold what a video says of itself against the limits, before anything is decoded.

    Raises:
        MediaError: it is no video, or too large.
    """
    with _opened(path) as container:
        for stream in container.streams.video:
            check_pixels(stream.codec_context.width, stream.codec_context.height, limits)
        seconds = (container.duration or 0) / 1e6
        if seconds > limits.video_seconds:
            raise MediaError(
                f"it is {seconds / 3600:.1f} hours long; "
                f"at most {limits.video_seconds / 3600:.1f} are taken"
            )


def check_pixels(width: int, height: int, limits: Limits) -> None:
    """Raise MediaError for frames that are too large."""
    if max(width, height) > limits.side or width * height > limits.pixels:
        raise MediaError(
            f"its frames are {width}x{height}; at most {limits.side} a side and "
            f"{limits.pixels / 2**20:.0f} megapixels are taken"
        )


def unpack_pictures(path: Path, kind: Kind, folder: Path, limits: Limits) -> Path:
    """The folder of the picture or pictures in a file, under names of ours.

    Raises:
        MediaError: there are none, or they are too many or too large.
    """
    folder.mkdir()
    if not kind.is_zip:
        target = folder / f"000001{kind.suffix}"
        target.hardlink_to(path)
        _check_picture(target, limits)
        return folder
    left = limits.upload_bytes
    try:
        with zipfile.ZipFile(path) as packed:
            for number, entry in enumerate(_entries(packed, limits), 1):
                target = folder / f"{number:06d}{Path(entry.filename).suffix.lower()}"
                left -= _unpack(packed, entry, target, left)
                _check_picture(target, limits)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise MediaError(f"the zip cannot be read: {error}") from error
    return folder


def _entries(packed: zipfile.ZipFile, limits: Limits) -> Iterator[zipfile.ZipInfo]:
    """The pictures in a zip, in the natural order of their names."""
    found = [
        entry
        for entry in packed.infolist()
        if Path(entry.filename).suffix.lower() in PICTURE_SUFFIXES
        and not entry.is_dir()
        and not any(is_hidden(part) for part in Path(entry.filename).parts)
    ]
    if not found:
        raise MediaError("the zip holds no pictures; wanted jpg, png or webp files")
    if len(found) > limits.video_frames:
        raise MediaError(f"the zip holds {len(found)} pictures; that is too many")
    yield from sorted(found, key=lambda entry: natural_key(entry.filename))


def is_hidden(part: str) -> bool:
    """Whether a part of a path is one that people do not mean, such as what a Mac adds."""
    return part == "__MACOSX" or (part.startswith(".") and part not in (".", ".."))


def _unpack(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Write one entry, bounded by what it really is and not by what it says; its bytes."""
    most = min(left, MOST_PICTURE_BYTES)
    with packed.open(entry) as source, target.open("wb") as file:
        while chunk := source.read(MIB):
            if file.tell() + len(chunk) > most:
                raise MediaError(f"{entry.filename[:80]} in the zip is too large")
            file.write(chunk)
        return file.tell()


def _check_picture(path: Path, limits: Limits) -> None:
    with Image.open(path, formats=tuple(PICTURES)) as picture:
        check_pixels(picture.width, picture.height, limits)


def _picture_format(path: Path) -> str:
    try:
        with Image.open(path, formats=tuple(PICTURES)) as picture:
            return str(picture.format)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise MediaError(f"it is no picture that can be read: {error}") from error


def _opened(path: Path) -> InputContainer:
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    try:
        return av.open(f"file:{path}", container_options=options)
    except (FFmpegError, OSError, ValueError) as error:
        raise MediaError(f"it is nothing that this studio can read; it takes {TAKEN}") from error


def _suffix_of(path: Path) -> str:
    with _opened(path) as container:
        if not container.streams.video:
            raise MediaError("it holds sound and no video")
        names = container.format.name.split(",")
    return next((SUFFIXES[name] for name in names if name in SUFFIXES), ".mp4")
