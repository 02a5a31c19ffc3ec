"""The child process that looks into an uploaded file: limited in time, memory and what it opens.

Run as ``python -m masklet.studio.uploads.child FOLDER LIMITS``: it reads the file ``data`` in the
folder, writes what it found as JSON, a thumbnail, and, for pictures, the folder of pictures.
"""

import json
import resource
import sys
from contextlib import closing
from pathlib import Path

from masklet.errors import MaskletError
from masklet.studio.pictures.facts import facts_of, thumbnail_of, times_of
from masklet.studio.pictures.opening import open_media
from masklet.studio.settings import MIB, Limits
from masklet.studio.uploads.kinds import check_container, kind_of, unpack_pictures
from masklet.studio.uploads.verdict import (
    DATA,
    MOST_LETTERS,
    PICTURES,
    THUMBNAIL,
    VERDICT,
    Refused,
    Seen,
)

MOST_WRITTEN = 64 * MIB


def look(folder: Path, limits: Limits) -> Seen:
    """What the file is, once its first, middle and last frames have been decoded.

    Raises:
        MaskletError: it cannot be used.
    """
    path = folder / DATA
    kind = kind_of(path)
    if kind.is_video:
        check_container(path, limits)
        media = path
    else:
        media = unpack_pictures(path, kind, folder / PICTURES, limits)
    with closing(open_media(media, folder)) as source:
        length = len(source)
        if length > limits.video_frames:
            raise MaskletError(f"it has {length} frames; at most {limits.video_frames} are taken")
        seconds = float(times_of(source)[-1])
        if kind.is_video and seconds > limits.video_seconds:
            raise MaskletError(
                f"it is {seconds / 3600:.1f} hours long; "
                f"at most {limits.video_seconds / 3600:.1f} are taken"
            )
        for frame in sorted({0, length // 2, length - 1}):
            source[frame]
        (folder / THUMBNAIL).write_bytes(thumbnail_of(source))
        facts = facts_of(source)._asdict()
        return Seen(**facts, media="data" if kind.is_video else "pictures", suffix=kind.suffix)


def limit(limits: Limits) -> None:
    """Bound this process before it opens what came from elsewhere."""
    seconds = int(limits.check_seconds)
    bounds = [
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ]
    if sys.platform != "darwin":  # which has no such bound
        bounds.append((resource.RLIMIT_AS, limits.check_bytes))
    for what, value in bounds:
        resource.setrlimit(what, (value, value))


def main() -> None:
    """Write the verdict, whatever it is."""
    folder, limits = Path(sys.argv[1]), Limits(**json.loads(sys.argv[2]))
    limit(limits)
    try:
        verdict = look(folder, limits)
    except MemoryError:
        verdict = Refused(why="it needs more memory than this studio gives it")
    except (MaskletError, OSError, ValueError) as error:
        why = " ".join(str(error).replace(str(folder / DATA), "it").split())
        verdict = Refused(why=why[:MOST_LETTERS])
    (folder / VERDICT).write_text(verdict.model_dump_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
