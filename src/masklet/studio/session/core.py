"""How an edit is carried out: in turn, on disk first, and not at all where something fails."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from masklet.media.sources import FrameSource
from masklet.predict.model import Model
from masklet.studio.session.book import Book
from masklet.studio.session.fold import apply
from masklet.studio.session.follower import Follower
from masklet.studio.session.live import Live, Scene
from masklet.studio.session.recovery import ended_by_crash, forget_strays, unfinished
from masklet.studio.session.running import Running
from masklet.studio.session.shown import Shown
from masklet.studio.store.edits import AnyEdit
from masklet.studio.store.errors import ProjectError
from masklet.studio.store.log import next_pass
from masklet.studio.store.project import ProjectStore
from masklet.studio.wire.frames import FrameAnswers

STUDIO = "studio"


class Now(NamedTuple):
    """What readers see; replaced as a whole.

    Attributes:
        before: what was seen before the last call that changed something: the log alone, and with
            a run that it ended, of which some masks may have been seen and others not.
    """

    shown: Shown
    before: tuple[Scene, ...]


class Core:
    """The log, the model that follows it, and the tracking that goes on.

    Attributes:
        now: can be read without a turn.
        running: the tracking that goes on.
        next_object, next_pass: numbers that none has had.
    """

    def __init__(self, *, store: ProjectStore, model: Model, source: FrameSource) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._closed = False
        self.database = store.database
        self.book = Book(store.database)
        self.follower = Follower(model, source, database=store.database, folder=store.folder)
        self.running: Running | None = None
        self._recover()
        self.follower.video.tracks = self.follower.tracks_of(self.scene, Scene())
        self.follower.keep_only(self.book.live.reachable)
        self.next_pass = next_pass(store.database)
        self.next_object = max(self.book.live.looks, default=0) + 1
        self.now = self._seen((self.scene,))

    @property
    def scene(self) -> Scene:
        """What the log amounts to, without the tracking that goes on."""
        return self.book.live.scene

    @property
    def live(self) -> Live:
        """The log, with the tracking that goes on as if it had ended."""
        if self.running is None:
            return self.book.live
        return apply(self.book.live, self.book.live.revision, self.running.tracked)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else does anything meanwhile. Raises ProjectError where all is closed."""
        with self._lock:
            if self._closed:
                raise ProjectError(f"the project {self._store.folder.name} is closed")
            yield

    @contextmanager
    def changing(self) -> Iterator[None]:
        """An edit: it ends tracking first, and where it fails the model is as before."""
        before, video = (self.scene, self.live.scene), self.follower.video
        self.end_running()
        tracks, could_redo = video.tracks, bool(self.book.live.future)
        try:
            yield
        except BaseException:
            video.tracks = tracks
            raise
        video.tracks = video.tracks
        self.now = self._seen(before)
        self._forget_unreachable(could_redo)

    def edit(self, edit: AnyEdit, *, by: str) -> None:
        """An edit that asks nothing of the network.

        Raises:
            ProjectError: it cannot be written.
        """
        with self.changing():
            after = self.book.after(edit)
            tracks = self.follower.tracks_of(after.scene, self.scene)
            self.book.write(edit, by=by)
            self.follower.video.tracks = tracks

    def note(self, edit: AnyEdit, *, by: str) -> None:
        """An edit that leaves masks and tracking alone.

        Raises:
            ProjectError: it cannot be written.
        """
        self.book.write(edit, by=by)
        self.now = self._seen((self.live.scene,))

    def step(self, running: Running) -> FrameAnswers | None:
        """One frame of a run; None when it is over.

        Raises:
            MaskletError: the frame cannot be read or kept; the run is over.
        """
        with self.turn():
            if self.running is not running:
                return None
            try:
                frame = running.step()
            except BaseException:
                self.end_running()
                raise
            if frame is None:
                self.end_running()
                return None
            self.now = self._seen(self.now.before)
            return self.now.shown.answers(frame)

    def end(self, running: Running) -> None:
        """End a run, if it goes on still. Raises MaskletError where that cannot be written."""
        with self._lock:
            if self.running is running:
                self.end_running()

    def end_running(self) -> None:
        """End the tracking that goes on, if any; it becomes one edit."""
        running = self.running
        if running is None:
            return
        before, could_redo = (self.scene,), bool(self.book.live.future)
        ended = running.ended()
        self.book.write(ended.edit, by=running.by, ended=ended.strips)
        self.running = None
        self.now = self._seen(before)
        self._forget_unreachable(could_redo)

    def frozen(self) -> Shown:
        """What is seen now, to stay as it is."""
        running, shown = self.running, self.now.shown
        return shown.frozen(None if running is None else running.layer)

    def close(self) -> None:
        """End tracking and free everything; may be called again."""
        with self._lock:
            if self._closed:
                return
            try:
                self.end_running()
            finally:
                self._closed = True
                self.follower.close()
                self._store.close()

    def _seen(self, before: tuple[Scene, ...]) -> Now:
        layers = self.follower.layers
        return Now(Shown(live=self.live, layers=layers, database=self.database), before)

    def _forget_unreachable(self, could_redo: bool) -> None:
        """Delete the records of passes that could have been redone and now cannot."""
        if could_redo and not self.book.live.future:
            self.follower.keep_only(self.book.live.reachable)

    def _recover(self) -> None:
        """Write the end of tracking that a crash left without one."""
        forget_strays(self.database, self.book.opened)
        begun = unfinished(self.book.opened)
        if begun is not None:
            ended = ended_by_crash(self.follower, self.database, begun)
            self.book.write(ended.edit, by=STUDIO, ended=ended.strips)
        self.book.opened = ()
