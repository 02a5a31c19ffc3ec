"""Making a project of a video: its folder appears under its name only when it is whole."""

import os
import secrets
import shutil
from contextlib import closing
from enum import Enum
from pathlib import Path

from masklet.errors import MediaError
from masklet.media.picture_folder import pictures_in
from masklet.media.sources import open_source
from masklet.studio.pictures.facts import Facts, facts_of, thumbnail_of
from masklet.studio.projects.library import THUMBNAIL, view_of
from masklet.studio.projects.video import MEDIA
from masklet.studio.settings import Limits
from masklet.studio.store.project import ProjectStore, VideoFile_
from masklet.studio.wire.views import ProjectView

LONGEST_NAME = 80


class Place(Enum):
    """How a video gets into its project."""

    LINK = "linked or copied"
    MOVE = "moved"
    REFER = "left where it is"


def make_project(
    folder: Path,
    video: Path,
    *,
    name: str,
    model: str,
    video_name: str | None = None,
    place: Place = Place.LINK,
) -> ProjectView:
    """A new project of a video file or a folder of pictures.

    Args:
        folder: where it shall lie; not there yet.
        video_name: under which it came; its own name by default.

    Raises:
        MediaError: the video cannot be read.
        ProjectError: nothing can be written there.
    """
    part = folder.with_name(f".new-{secrets.token_hex(8)}")
    try:
        part.mkdir(parents=True)
        path = _placed(video, part / MEDIA, place)
        with closing(open_source(path)) as source:
            facts, thumbnail = facts_of(source), thumbnail_of(source)
        (part / THUMBNAIL).write_bytes(thumbnail)
        kept = path if place is Place.REFER else path.relative_to(part)
        described = _described(facts, name=video_name or video.name, path=str(kept))
        with closing(
            ProjectStore.create(part, name=name[:LONGEST_NAME], video=described, model=model)
        ) as store:
            info = store.info
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return view_of(info)


def place_for(video: Path, limits: Limits) -> Place:
    """Small videos come along with their project; large ones stay where they are.

    Raises:
        MediaError: there is nothing there.
    """
    video = video.expanduser()
    try:
        files = pictures_in(video) if video.is_dir() else [video]
        size = sum(file.stat().st_size for file in files)
    except OSError as error:
        raise MediaError(f"video: {video} cannot be read: {error.strerror}") from error
    return Place.LINK if size <= limits.copy_bytes else Place.REFER


def _described(facts: Facts, *, name: str, path: str) -> VideoFile_:
    return VideoFile_(
        name=name,
        path=path,
        frames=facts.frames,
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        steady=facts.steady,
    )


def _placed(video: Path, media: Path, place: Place) -> Path:
    """The video's place once it is there: a file in the folder, or the folder of pictures."""
    if place is Place.REFER:
        return video.resolve()
    if place is Place.MOVE:
        media.mkdir()
        return Path(shutil.move(video, media / video.name))
    media.mkdir()
    if video.is_dir():
        for picture in pictures_in(video):
            _link(picture, media / picture.name)
        return media
    return _link(video, media / video.name)


def _link(source: Path, target: Path) -> Path:
    """The same file under another name, or a copy where that cannot be."""
    try:
        try:
            os.link(source.resolve(), target)
        except OSError:
            shutil.copyfile(source, target)
    except OSError as error:
        raise MediaError(f"video: {source} cannot be copied: {error.strerror}") from error
    return target
