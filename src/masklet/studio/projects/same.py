"""Finding the project that was made of a video before."""

import filecmp
from pathlib import Path

from masklet.media.picture_folder import pictures_in
from masklet.studio.errors import NotFoundError
from masklet.studio.projects.library import Library
from masklet.studio.projects.video import video_path
from masklet.studio.wire.views import ProjectView


def find_project_of(video: Path, library: Library) -> ProjectView | None:
    """The project of a video file or folder of pictures, if there is one.

    Raises:
        MediaError: the folder cannot be read.
    """
    video = video.expanduser()
    for known in library.known():
        if known.video is None or known.video.name != video.name:
            continue
        try:
            held = video_path(known.folder, known.video)
        except NotFoundError:
            continue
        if is_same(held, video):
            return known.view
    return None


def is_same(first: Path, second: Path) -> bool:
    """Whether two files, or folders of pictures, are one or hold the same bytes."""
    if first.is_dir() != second.is_dir() or not second.exists():
        return False
    if first.samefile(second):
        return True
    if first.is_dir():
        names = [path.name for path in pictures_in(first)]
        return names == [path.name for path in pictures_in(second)] and all(
            is_same(first / name, second / name) for name in names
        )
    return filecmp.cmp(first, second, shallow=False)
