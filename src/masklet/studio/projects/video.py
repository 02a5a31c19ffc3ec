"""Where a project's video lies, and what is known of it without opening it."""

from pathlib import Path

from masklet.studio.errors import NotFoundError
from masklet.studio.store.project import VideoFile_
from masklet.studio.wire.views import VideoView

MEDIA = "media"


def video_path(folder: Path, video: VideoFile_) -> Path:
    """The file or folder of pictures that a project is about.

    Raises:
        NotFoundError: it is not there; the message says what to do.
    """
    named = Path(video.path)
    path = named if named.is_absolute() else folder / named
    if not named.is_absolute() and ".." in named.parts:
        raise NotFoundError(f"the video {video.name} is said to lie outside its project")
    if path.exists():
        return path
    what = (
        f"put it back to {path}, or open the project on the machine where it is"
        if named.is_absolute()
        else f"put it back into the folder {MEDIA} of the project"
    )
    raise NotFoundError(f"the video {video.name} is missing: {what}")


def video_view(video: VideoFile_) -> VideoView:
    """A project's video, for a page."""
    return VideoView(
        frames=video.frames,
        width=video.width,
        height=video.height,
        fps=video.fps,
        steady=video.steady,
        name=video.name,
    )
