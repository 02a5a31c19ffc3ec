"""Making a project of a video: its folder appears under its name only when it is whole."""

import os
import secrets
import shutil
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from masklet.errors import MediaError
from masklet.media.picture_folder import pictures_in
from masklet.studio.pictures.facts import Facts, facts_of, thumbnail_of
from masklet.studio.pictures.opening import INDEX, open_media
from masklet.studio.projects.library import NEW, THUMBNAIL, Library, view_of
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


class Looked(NamedTuple):
    """What a project keeps of a video that was looked into; the index is moved."""

    facts: Facts
    thumbnail: bytes
    index_file: Path | None = None


def look_at(video: Path, folder: Path) -> Looked:
    """Open a video, see what it is, and keep its index in a folder. Raises MediaError."""
    with closing(open_media(video, folder)) as source:
        return Looked(facts_of(source), thumbnail_of(source))


@dataclass(frozen=True, kw_only=True)
class NewProject:
    """A project to be made.

    Attributes:
        name: of the project.
        video: a file or a folder of pictures.
        video_name: under which it came.
        model: that it is worked on with.
        looked: at the video already; it is done here where that is None.
    """

    name: str
    video: Path
    video_name: str
    model: str
    place: Place = Place.LINK
    looked: Looked | None = None


def make_project(library: Library, new: NewProject) -> ProjectView:
    """Make it.

    Raises:
        ConflictError: the library takes no more projects.
        MediaError: the video cannot be read or copied.
        ProjectError: nothing can be written.
    """
    library.check_new()
    part = library.folder / f"{NEW}{secrets.token_hex(8)}"
    try:
        part.mkdir()
        path = _placed(new.video, part / MEDIA, new.place)
        facts, thumbnail, index = new.looked or look_at(path, part)
        if index is not None:
            shutil.move(index, part / INDEX)
        (part / THUMBNAIL).write_bytes(thumbnail)
        kept = path if new.place is Place.REFER else path.relative_to(part)
        video = VideoFile_(name=new.video_name, path=str(kept), **facts._asdict())
        name = new.name[:LONGEST_NAME]
        with closing(ProjectStore.create(part, name=name, video=video, model=new.model)) as store:
            info = store.info
        library.adopt(part, new.video_name)
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
