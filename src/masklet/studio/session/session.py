"""A project open in memory: every edit is on disk before it is answered."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from masklet.errors import PromptError
from masklet.formats.track import MaskTrack
from masklet.masks import rle
from masklet.masks.palette import overlay_colour
from masklet.media.sources import FrameSource
from masklet.predict.model import Model
from masklet.predict.span import check_frame
from masklet.studio.session.asked import check_say, chosen_objects, thing_of, ways_of
from masklet.studio.session.fold import apply, fold
from masklet.studio.session.follower import Follower, Key
from masklet.studio.session.live import Live, Scene
from masklet.studio.session.running import Running
from masklet.studio.session.shown import Shown
from masklet.studio.session.snapshot import Snapshot
from masklet.studio.session.views import state_view
from masklet.studio.store.edits import (
    Added,
    AnyEdit,
    Begun,
    Changed,
    Cleared,
    Prompted,
    Redone,
    Removed,
    Undone,
)
from masklet.studio.store.errors import ProjectError
from masklet.studio.store.log import StoredAnswer, Strip, append, entries, next_pass
from masklet.studio.store.project import ProjectStore
from masklet.studio.wire.frames import Answer, FrameAnswers
from masklet.studio.wire.messages import ChangeObject, Clear, Propagate, Say
from masklet.studio.wire.views import DoubtView, ImportedView, PassView, StateView
from masklet.values import Size

MOST_OBJECTS = 1000


class Now(NamedTuple):
    """What readers see: replaced as one.

    Attributes:
        before: the scene before the last call that changed something.
    """

    shown: Shown
    before: Scene


class Session:
    """Takes up the project where its log ends. Everything blocks, and may be called by any thread.

    Questions never wait for the network. The session closes the store and the source with itself.

    Attributes:
        size, fps, length: of the video.
    """

    def __init__(self, *, store: ProjectStore, model: Model, source: FrameSource) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._follower = Follower(model, source, database=store.database, folder=store.folder)
        self.size: Size = source.size
        self.fps: float | None = source.fps
        self.length = len(source)
        self._log = fold(entries(store.database))
        self._running: Running | None = None
        self._next_pass = next_pass(store.database)
        self._follower.take_up(self._log.scene)
        self._closed = False
        self._now = self._seen(self._log.scene)

    def state(self) -> StateView:
        """Everything but the masks; ``changed`` is about the last call that changed something."""
        now = self._now
        return state_view(now.shown.live, now.before)

    def add_object(self, name: str | None, colour: str | None, *, by: str) -> int:
        """A new object, about which nothing is said yet; gives its number.

        Raises:
            PromptError: there are too many already.
            ProjectError: it cannot be written.
        """
        with self._lock:
            self._check_open()
            if len(self._log.scene.things) >= MOST_OBJECTS:
                raise PromptError(f"there are {MOST_OBJECTS} objects already: remove one first")
            number = max(self._log.looks, default=0) + 1
            given = (name or "").strip() or f"Object {number}"
            edit = Added(object=number, name=given, colour=colour or colour_of(number))
            with self._editing():
                self._append(edit, by=by)
                self._follower.add(number)
        return number

    def change_object(self, ask: ChangeObject, *, by: str) -> None:
        """Another name or colour, hidden or shown; tracking goes on meanwhile.

        Raises:
            PromptError: no such object.
            ProjectError: it cannot be written.
        """
        with self._lock:
            self._check_open()
            thing_of(self._log.scene, ask.object)
            name = None if ask.name is None else ask.name.strip() or None
            edit = Changed(object=ask.object, name=name, colour=ask.colour, hidden=ask.hidden)
            self._append(edit, by=by)
            self._now = self._seen(self._live.scene)

    def remove_object(self, number: int, *, by: str) -> None:
        """Forget an object; undo brings it back.

        Raises:
            PromptError: no such object.
            ProjectError: it cannot be written.
        """
        with self._lock:
            self._check_open()
            thing_of(self._log.scene, number)
            with self._editing():
                self._append(Removed(object=number), by=by)
                self._follower.take_up(self._log.scene)

    def say(self, ask: Say, *, by: str) -> FrameAnswers:
        """A prompt about one object on one frame; gives the frame's answers of all objects.

        Raises:
            PromptError: it cannot be used; nothing has changed.
            MediaError: the frame cannot be read; nothing has changed.
            ProjectError: it cannot be written; nothing has changed.
        """
        with self._lock:
            self._check_open()
            thing_of(self._log.scene, ask.object)
            mask = check_say(ask, self.size, self.length)
            with self._editing():
                follower = self._follower
                follower.adopt(self._log.scene)
                given = ask.mask
                before = follower.video.tracks
                try:
                    result = follower.video.prompt(
                        frame=ask.frame,
                        object=ask.object,
                        points=ask.points,
                        labels=ask.labels,
                        box=ask.box,
                        mask=mask,
                        replace=ask.replace,
                    )
                    entry = follower.video.stored(ask.frame, ask.object)
                    assert entry is not None
                    only_mask = ask.mask is not None and not ask.points and ask.box is None
                    counts = ask.mask if only_mask else rle.encode(result.masks[0]).counts
                    assert counts is not None
                    edit = Prompted(
                        object=ask.object,
                        frame=ask.frame,
                        points=ask.points,
                        labels=ask.labels,
                        box=ask.box,
                        mask=mask is not None,
                        replace=ask.replace,
                        score=float(entry.score),
                        presence=float(entry.presence),
                    )
                    answer = StoredAnswer(
                        object=ask.object,
                        frame=ask.frame,
                        counts=counts,
                        score=edit.score,
                        presence=edit.presence,
                        given=given,
                        model=follower.model,
                        entry=follower.entry_bytes(entry),
                    )
                    seq = self._append(edit, by=by, said=[answer])
                except BaseException:
                    follower.video.tracks = before
                    raise
                follower.video.tracks = follower.video.tracks
                follower.remember(Key(seq, ask.object), entry)
            return self.answers(ask.frame)

    def clear(self, ask: Clear, *, by: str) -> None:
        """Forget what was said about an object on a frame.

        Raises:
            PromptError: nothing was said there.
            ProjectError: it cannot be written.
        """
        with self._lock:
            self._check_open()
            thing = thing_of(self._log.scene, ask.object)
            if ask.frame not in thing.said:
                raise PromptError(f"frame={ask.frame}: nothing was said about the object there")
            with self._editing():
                self._append(Cleared(object=ask.object, frame=ask.frame), by=by)
                self._follower.take_up(self._log.scene)

    def undo(self, *, by: str) -> None:
        """Take back the last edit; tracking that goes on is ended, and is that edit."""
        with self._lock:
            self._check_open()
            if not self._live.past:
                raise PromptError("there is nothing to undo")
            with self._editing():
                self._append(Undone(), by=by)
                self._follower.take_up(self._log.scene)

    def redo(self, *, by: str) -> None:
        """Do again what was undone last."""
        with self._lock:
            self._check_open()
            if not self._live.future:
                raise PromptError("there is nothing to redo")
            with self._editing():
                self._append(Redone(), by=by)
                self._follower.take_up(self._log.scene)

    def preview(self, frame: int, x: float, y: float) -> FrameAnswers:
        """What a click would give, as object 0; nothing changes."""
        with self._lock:
            self._check_open()
            result = self._follower.video.preview(frame=frame, points=[(x, y)])
        code = rle.encode(result.masks[0])
        score, presence = float(result.scores[0]), float(result.presence[0])
        return FrameAnswers(frame, (Answer(0, code.counts, score, presence, False),))

    def warm(self, frame: int) -> None:
        """Encode a frame ahead of a click."""
        with self._lock:
            self._check_open()
            self._follower.video.warm(frame)

    def answers(self, frame: int) -> FrameAnswers:
        """What is known of a frame."""
        check_frame("frame", frame, self.length)
        return self._now.shown.answers(frame)

    def begin(self, ask: Propagate, *, by: str) -> "Pass":
        """Begin to track; one that goes on is ended.

        Raises:
            PromptError: there is nothing to track, or a frame that does not exist.
            MediaError: a frame cannot be read.
            ProjectError: it cannot be written.
        """
        with self._lock:
            self._check_open()
            chosen = chosen_objects(ask, self._log.scene)
            ways = ways_of(ask, chosen, self.length, self._next_pass)
            with self._editing():
                self._follower.adopt(self._log.scene)
                self._next_pass += len(ways)
                numbers = tuple(thing.number for thing in chosen)
                begun = Begun(ways=ways, objects=numbers, model=self._follower.model)
                self._append(begun, by=by, new_passes=[way.id for way in ways])
                self._running = Running(self._follower, self._store.database, begun)
            return Pass(self, self._running, by)

    def strips(self, start: int, stop: int) -> list[tuple[int, bytes]]:
        """Each object's number and a byte a frame, both ends included."""
        check_frame("start", start, self.length)
        check_frame("stop", stop, self.length)
        if stop < start:
            raise PromptError(f"start={start}, stop={stop}: wanted start <= stop")
        shown = self._now.shown
        things = shown.live.scene.things
        return [(thing.number, shown.strip(thing, start, stop).tobytes()) for thing in things]

    def doubts(self, limit: int) -> list[DoubtView]:
        """Frames that most need a person, the most doubtful first."""
        return [][:limit]

    def snapshot(self) -> Snapshot:
        """The state as it is now, for exports."""
        with self._lock:
            running = self._running
            layer = None if running is None else self._follower.layers.get(running.way.id)
            shown = self._now.shown.frozen(layer)
        return Snapshot(size=self.size, fps=self.fps, length=self.length, shown=shown)

    def import_masks(self, track: MaskTrack, *, by: str) -> ImportedView:
        """New objects with the masks of a file; one undo takes them back.

        Raises:
            PromptError: masks of another size than the video, or frames that it does not have.
        """
        raise PromptError(f"masks of {len(track)} frames cannot be imported yet ({by})")

    def close(self) -> None:
        """End tracking and leave memory; may be called again."""
        with self._lock:
            if self._closed:
                return
            try:
                self._end_running(by="studio")
            finally:
                self._closed = True
                self._follower.close()
                self._store.close()

    def step(self, running: Running) -> FrameAnswers | None:
        """One frame of a run that this session began; None when it is over."""
        with self._lock:
            if self._running is not running:
                return None
            try:
                frame = running.step()
            except BaseException:
                self._end_running()
                raise
            if frame is None:
                self._end_running()
                return None
            self._now = self._seen(self._now.before)
        return self.answers(frame)

    def end(self, running: Running) -> None:
        """End such a run; what was tracked is kept."""
        with self._lock:
            if self._running is running:
                self._end_running()

    @property
    def _live(self) -> Live:
        """The log, and what is being tracked as if it had ended."""
        if self._running is None:
            return self._log
        return apply(self._log, self._log.revision, self._running.tracked)

    def _seen(self, before: Scene) -> Now:
        shown = Shown(live=self._live, layers=self._follower.layers, database=self._store.database)
        return Now(shown, before)

    @contextmanager
    def _editing(self) -> Iterator[None]:
        """An edit that ends tracking first; readers see it when it is done."""
        before = self._log.scene
        self._end_running()
        yield
        self._now = self._seen(before)

    def _end_running(self, by: str = "studio") -> None:
        running = self._running
        if running is None:
            return
        before = self._log.scene
        ended = running.end()
        self._running = None
        self._append(ended.edit, by=by, ended=ended.strips)
        self._now = self._seen(before)

    def _append(
        self,
        edit: AnyEdit,
        *,
        by: str,
        said: Sequence[StoredAnswer] = (),
        new_passes: Sequence[int] = (),
        ended: Sequence[Strip] = (),
    ) -> int:
        after = apply(self._log, self._log.revision + 1, edit)
        seq = append(
            self._store.database,
            edit,
            by=by,
            objects=len(after.scene.things),
            said=said,
            new_passes=new_passes,
            ended=ended,
        )
        assert seq == after.revision, (seq, after.revision)
        self._log = after
        return seq

    def _check_open(self) -> None:
        if self._closed:
            raise ProjectError("the project is closed")


class Pass:
    """A tracking run that was begun; do its frames one by one, or end it."""

    def __init__(self, session: Session, running: Running, by: str) -> None:
        self._session, self._running, self._by = session, running, by

    @property
    def view(self) -> PassView:
        """The pass that is going on: a run both ways is two."""
        way = self._running.way
        return PassView(
            id=way.id,
            start=way.start,
            stop=way.stop,
            last=self._running.last,
            reverse=way.reverse,
            objects=self._running.objects,
        )

    def step(self) -> FrameAnswers | None:
        """Do one frame and give its answers, which are on disk; None when it is over.

        Raises:
            MaskletError: a frame cannot be read or kept; the run is over, and what came before
                stays.
        """
        return self._session.step(self._running)

    def end(self) -> None:
        """Stop; what was tracked is kept. Nothing happens where it is over already."""
        self._session.end(self._running)


def colour_of(number: int) -> str:
    """The colour of an object for which none was chosen."""
    red, green, blue = overlay_colour(number - 1)
    return f"#{red:02x}{green:02x}{blue:02x}"
