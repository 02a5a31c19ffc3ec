"""The folder of projects: which there are, and where each lies."""

import hashlib
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from masklet.errors import MaskletError
from masklet.studio.errors import ConflictError, NotFoundError
from masklet.studio.projects.video import video_path, video_view
from masklet.studio.settings import Settings
from masklet.studio.store.project import ProjectInfo, VideoFile_, read_info
from masklet.studio.wire.views import ProjectView

DATABASE = "project.sqlite"
THUMBNAIL = "thumbnail.jpg"
NEW, GONE = ".new-", ".deleted-"
OLD_SECONDS = 3600.0


class Known(NamedTuple):
    """A project on disk, under the id by which pages know it; no video if it is unreadable."""

    folder: Path
    view: ProjectView
    video: VideoFile_ | None


class _Read(NamedTuple):
    """What a project's database says."""

    view: ProjectView
    video: VideoFile_ | None

    def checked(self, folder: Path) -> "_Read":
        """The same, with what is wrong with the video's place."""
        if self.video is None:
            return self
        try:
            video_path(folder, self.video)
        except NotFoundError as error:
            return self._replace(view=self.view.model_copy(update={"broken": str(error)}))
        return self


class Library:
    """Blocking, and safe to call from any thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._read: dict[Path, tuple[int, _Read]] = {}

    @property
    def folder(self) -> Path:
        """Where projects and uploads lie; made when it is first needed."""
        folder = self._settings.library
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def is_single(self) -> bool:
        """Whether one project is served and no other can be made."""
        return self._settings.project is not None

    def known(self) -> list[Known]:
        """Every project."""
        with self._lock:
            return list(self._known())

    def projects(self) -> list[ProjectView]:
        """Every project, for a page, the one changed last first."""
        views = [known.view for known in self.known()]
        return sorted(views, key=lambda view: view.changed, reverse=True)

    def find(self, project: str) -> Known:
        """The project of that id. Raises NotFoundError."""
        known = next((known for known in self.known() if known.view.id == project), None)
        if known is None:
            raise NotFoundError("there is no such project; it may have been deleted")
        return known

    def check_new(self) -> None:
        """See that projects can be made. Raises ConflictError where only one is served."""
        if self.is_single:
            raise ConflictError("this studio was started for one project; start it without one")

    def adopt(self, part: Path, name: str) -> None:
        """Give a project folder that is whole its place, called after ``name``."""
        slug = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.casefold()).strip("-")[:40] or "video"
        with self._lock:
            folder, number = self.folder / slug, 1
            while folder.exists():
                number += 1
                folder = self.folder / f"{slug}-{number}"
            part.rename(folder)

    def sweep(self) -> None:
        """Remove what was left half made or half deleted by a studio that was killed."""
        if self.is_single:
            return
        for left in self.folder.iterdir():
            if left.name.startswith(GONE) or (left.name.startswith(NEW) and _is_old(left)):
                shutil.rmtree(left, ignore_errors=True)

    def delete(self, project: str) -> None:
        """Remove a project's folder; a video that lies elsewhere stays.

        Raises:
            NotFoundError: there is none.
            ConflictError: it is the one project that is served.
        """
        if self.is_single:
            raise ConflictError("this studio was started for one project; delete its folder")
        folder = self.find(project).folder
        gone = folder.with_name(f"{GONE}{secrets.token_hex(8)}")
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def _known(self) -> Iterator[Known]:
        """Each project under its own id, or where a copy has that one already, under another."""
        taken: set[str] = set()
        for folder in self._folders():
            view, video = self._read_again(folder)
            if view.id in taken:
                view = view.model_copy(update={"id": _made_up_id(folder)})
            taken.add(view.id)
            yield Known(folder, view, video)

    def _folders(self) -> list[Path]:
        if self._settings.project is not None:
            return [self._settings.project]
        return sorted(
            folder
            for folder in self.folder.iterdir()
            if not folder.name.startswith(".") and (folder / DATABASE).is_file()
        )

    def _read_again(self, folder: Path) -> _Read:
        """What is known of a folder; from its database only where that has changed."""
        stamp = _stamp(folder)
        held = self._read.get(folder)
        if held is None or held[0] != stamp:
            held = (stamp, _read(folder))
            self._read[folder] = held
        return held[1].checked(folder)


def view_of(info: ProjectInfo) -> ProjectView:
    """A project, for a page."""
    return ProjectView(
        id=info.id,
        name=info.name,
        created=info.created,
        changed=info.changed,
        video=video_view(info.video),
        objects=info.objects,
        model=info.model,
    )


def _read(folder: Path) -> _Read:
    try:
        info = read_info(folder)
    except MaskletError as error:
        return _Read(_broken(folder, str(error)), None)
    return _Read(view_of(info), info.video)


def _broken(folder: Path, why: str) -> ProjectView:
    return ProjectView(
        id=_made_up_id(folder),
        name=folder.name[:80],
        created="",
        changed="",
        video=None,
        objects=0,
        model="",
        broken=why,
    )


def _is_old(folder: Path) -> bool:
    return time.time() - folder.stat().st_mtime > OLD_SECONDS


def _made_up_id(folder: Path) -> str:
    return hashlib.sha256(folder.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _stamp(folder: Path) -> int:
    """Changes when the project's database does."""
    stamp = 0
    for name in (DATABASE, f"{DATABASE}-wal"):
        try:
            facts = (folder / name).stat()
        except OSError:
            continue
        stamp = hash((stamp, facts.st_mtime_ns, facts.st_size))
    return stamp
