"""What files are called: after the project, so that they mean something where they end up."""

from masklet.studio.exports.frames import Frames
from masklet.studio.exports.spec import FORMS, ExportAsk

LONGEST = 60


def plain(name: str, otherwise: str) -> str:
    """A name with nothing in it that a file system or a shell could trip over."""
    letters = "".join(letter if letter.isalnum() else "-" for letter in name)
    return "-".join(part for part in letters.split("-") if part)[:LONGEST] or otherwise


def stem_of(project: str, frames: Frames, length: int) -> str:
    """The beginning of a file's name: the project, and the frames if they are a part."""
    stem = plain(project, "masks")
    if len(frames.span) == length:
        return stem
    return f"{stem}-frames-{frames.span[0]}-{frames.span[-1]}"


def file_name(stem: str, ask: ExportAsk, *, container: str | None) -> str:
    """The whole name; what is made as a folder or as several files is a zip.

    Args:
        container: of the kind "effects".
    """
    form, options = FORMS[ask.kind], ask.options
    if container is not None:
        return f"{stem}-edited.{'zip' if container == 'png' else container}"
    if form.folder or options.per_object or options.pictures:
        return f"{stem}-{ask.kind}.zip"
    return f"{stem}{form.ending}"
