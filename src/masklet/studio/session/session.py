"""A project open in memory: what a page can ask of it, every edit on disk before it is answered."""

from collections.abc import Mapping
from typing import NamedTuple

from masklet.errors import PromptError
from masklet.formats.track import MaskTrack
from masklet.masks import rle
from masklet.media.sources import FrameSource
from masklet.predict.model import Model
from masklet.predict.span import check_frame
from masklet.studio.session.asked import check_say, check_video, chosen_objects, thing_of, ways_of
from masklet.studio.session.core import Core
from masklet.studio.session.doubting import doubts
from masklet.studio.session.follower import Key
from masklet.studio.session.importing import (
    Read,
    answer_of_import,
    check_track,
    imported,
    number_objects,
    read_in,
    view_of_import,
)
from masklet.studio.session.live import Thing
from masklet.studio.session.looks import colour_of, usual_name
from masklet.studio.session.running import Running
from masklet.studio.session.saying import mask_unknown_to_model, speak
from masklet.studio.session.snapshot import Snapshot
from masklet.studio.session.tracking import Pass
from masklet.studio.session.views import state_view
from masklet.studio.store.edits import (
    Added,
    Begun,
    Changed,
    Cleared,
    Imported,
    Introduced,
    Redone,
    Removed,
    Undone,
)
from masklet.studio.store.masks import remove_pass
from masklet.studio.store.project import ProjectStore
from masklet.studio.wire.frames import Answer, FrameAnswers
from masklet.studio.wire.messages import ChangeObject, Clear, Hover, Propagate, Say
from masklet.studio.wire.views import DoubtView, ImportedView, StateView
from masklet.values import ObjectId, Size

MOST_OBJECTS = 1000


class Newcomer(NamedTuple):
    """An object that came with its first prompt, and what is known of the frame then."""

    number: int
    known: FrameAnswers


class Session:
    """Takes a project up where its log ends, and closes its store and source in the end.

    Every method blocks and may be called by any thread. Edits, previews and steps take turns;
    questions about what is known wait for nobody. A call that raises has changed nothing, but
    that an edit ends the tracking that goes on. Any call raises ``ProjectError`` where the disk
    fails or the session is closed.

    Attributes:
        size, fps, length: of the video.

    Raises:
        ProjectError: the project cannot be read, or is about another video.
    """

    def __init__(self, *, store: ProjectStore, model: Model, source: FrameSource) -> None:
        self.size: Size = source.size
        self.fps: float | None = source.fps
        self.length = len(source)
        try:
            check_video(store.info.video, self.size, self.length)
            self._core = Core(store=store, model=model, source=source)
        except BaseException:
            source.close()
            raise

    def state(self) -> StateView:
        """Everything but the masks; ``changed`` is about the last call that changed something."""
        now = self._core.now
        return state_view(now.shown.live, now.before)

    def add_object(self, name: str | None, colour: str | None, *, by: str) -> int:
        """A new object, about which nothing is said yet; gives its number.

        Raises:
            PromptError: there are too many already.
        """
        core = self._core
        with core.turn():
            self._check_room(1)
            number = core.next_object
            called = (name or "").strip() or usual_name(number)
            edit = Added(object=number, name=called, colour=colour or colour_of(number))
            core.edit(edit, by=by)
            core.next_object += 1
        return number

    def change_object(self, ask: ChangeObject, *, by: str) -> None:
        """Another name or colour, hidden or shown; tracking goes on meanwhile. It is not undone.

        Raises:
            PromptError: no such object, or an empty name.
        """
        with self._core.turn():
            thing_of(self._core.scene, ask.object)
            name = None if ask.name is None else ask.name.strip()
            if name == "":
                raise PromptError("name: an empty one came; wanted some letters")
            edit = Changed(object=ask.object, name=name, colour=ask.colour, hidden=ask.hidden)
            self._core.note(edit, by=by)

    def remove_object(self, number: int, *, by: str) -> None:
        """Forget an object; undo brings it back. Raises PromptError where there is none."""
        with self._core.turn():
            thing_of(self._core.scene, number)
            self._core.edit(Removed(object=number), by=by)

    def say(self, ask: Say, *, by: str) -> FrameAnswers:
        """A prompt about one object on one frame; gives the answers there of all objects.

        Raises:
            PromptError: it cannot be used.
            MediaError: the frame cannot be read.
        """
        with self._core.turn():
            self._speak(ask, thing_of(self._core.scene, ask.object), None, by=by)
            return self.answers(ask.frame)

    def introduce(self, ask: Say, *, by: str) -> Newcomer:
        """A first prompt about an object that is not there yet: both are one edit.

        Raises:
            PromptError: as for ``say``, or there are too many objects already.
            MediaError: the frame cannot be read.
        """
        core = self._core
        with core.turn():
            self._check_room(1)
            new = Thing(number=core.next_object)
            look = Introduced(name=usual_name(new.number), colour=colour_of(new.number))
            self._speak(ask, new, look, by=by)
            core.next_object += 1
            return Newcomer(new.number, self.answers(ask.frame))

    def clear(self, ask: Clear, *, by: str) -> None:
        """Forget what was said about an object on a frame.

        Raises:
            PromptError: nothing was said there.
        """
        with self._core.turn():
            thing = thing_of(self._core.scene, ask.object)
            if ask.frame not in thing.said:
                raise PromptError(f"frame={ask.frame}: nothing was said about the object there")
            self._core.edit(Cleared(object=ask.object, frame=ask.frame), by=by)

    def undo(self, *, by: str) -> None:
        """Take back the last edit; tracking that goes on is ended, and is that edit.

        Raises:
            PromptError: there is none.
        """
        with self._core.turn():
            if not self._core.live.past:
                raise PromptError("there is nothing to undo")
            self._core.edit(Undone(), by=by)

    def redo(self, *, by: str) -> None:
        """Do again what was undone last. Raises PromptError where there is nothing."""
        with self._core.turn():
            if not self._core.live.future:
                raise PromptError("there is nothing to redo")
            self._core.edit(Redone(), by=by)

    def preview(self, ask: Hover) -> FrameAnswers:
        """What a click would give, as object 0; nothing changes.

        While tracking goes on it is answered as for a new object, as then no memory can be read.

        Raises:
            PromptError: no such frame or object, or a place outside of the frame.
            MediaError: the frame cannot be read.
        """
        core = self._core
        with core.turn():
            thing = None if ask.object is None else thing_of(core.scene, ask.object)
            if core.running is not None:
                thing = None
            mask = None
            if thing is not None:
                check_frame("frame", ask.frame, self.length)
                mask = mask_unknown_to_model(core.follower, core.now.shown, thing, ask.frame)
            result = core.follower.video.preview(
                frame=ask.frame,
                object=None if thing is None else thing.number,
                points=[(ask.x, ask.y)],
                labels=[int(ask.inside)],
                mask=mask,
            )
        counts = rle.encode(result.masks[0]).counts
        score, presence = float(result.scores[0]), float(result.presence[0])
        return FrameAnswers(ask.frame, (Answer(0, counts, score, presence, False),))

    def warm(self, frame: int) -> bool:
        """Encode a frame ahead of a click, or one that a click there would read.

        One at a time, so that others need not wait long; gives whether there is more to do.

        Raises:
            PromptError: no such frame.
            MediaError: a frame cannot be read.
        """
        with self._core.turn():
            calm = self._core.running is None
            return self._core.follower.video.warm(frame, memories=calm)

    def answers(self, frame: int) -> FrameAnswers:
        """What is known of a frame. Raises PromptError where there is no such frame."""
        return self._core.now.shown.answers(check_frame("frame", frame, self.length))

    def strips(self, start: int, stop: int) -> list[tuple[int, bytes]]:
        """Each object's number and a byte a frame, both ends included.

        Raises:
            PromptError: no such frames.
        """
        check_frame("start", start, self.length)
        check_frame("stop", stop, self.length)
        if stop < start:
            raise PromptError(f"start={start}, stop={stop}: wanted start <= stop")
        shown, frames = self._core.now.shown, range(start, stop + 1)
        things = shown.live.scene.things
        return [(thing.number, shown.strip(thing, frames).tobytes()) for thing in things]

    def doubts(self, limit: int) -> list[DoubtView]:
        """Frames that most need a person, the most doubtful first."""
        return doubts(self._core.frozen(), self.size, self.length, limit)

    def snapshot(self) -> Snapshot:
        """The state as it is now, for exports."""
        shown = self._core.frozen()
        return Snapshot(size=self.size, fps=self.fps, length=self.length, shown=shown)

    def begin(self, ask: Propagate, *, by: str) -> Pass:
        """Begin to track; a run that goes on is ended.

        Raises:
            PromptError: there is nothing to track, or a frame that does not exist.
            MediaError: a frame cannot be read.
        """
        core = self._core
        with core.turn():
            chosen = chosen_objects(ask, core.scene)
            ways = ways_of(ask, chosen, self.length, core.next_pass)
            with core.changing():
                core.follower.adopt(core.scene)
                numbers = tuple(thing.number for thing in chosen)
                begun = Begun(ways=ways, objects=numbers, model=core.follower.model)
                core.book.write(begun, by=by, new_passes=[way.id for way in ways])
                core.next_pass += len(ways)
                core.running = Running(core.follower, core.database, begun, by=by)
            return Pass(core, core.running)

    def import_masks(self, track: MaskTrack, *, by: str) -> ImportedView:
        """New objects with the masks of a file; one undo takes them back.

        Raises:
            PromptError: masks of another size than the video, or of frames that it has not.
            FormatError: a mask is broken.
        """
        core = self._core
        check_track(track, self.size, self.length)
        with core.turn():
            self._check_room(len(track.objects))
            numbers = number_objects(track, core.next_object)
            number = core.next_pass
            core.next_object += len(numbers)
            core.next_pass += 1
        try:
            read = read_in(track, numbers, database=core.database, number=number)
            with core.turn():
                self._check_room(len(numbers))
                edit = self._bring(track, numbers, read, by=by)
        except BaseException:
            with core.database.write() as connection:
                remove_pass(connection, number)
            raise
        return view_of_import(edit, read)

    def close(self) -> None:
        """End tracking and leave memory; may be called again."""
        self._core.close()

    def _speak(self, ask: Say, thing: Thing, introduced: Introduced | None, *, by: str) -> None:
        core, number = self._core, thing.number
        mask = check_say(ask, self.size, self.length)
        with core.changing():
            core.follower.adopt(core.scene)
            if introduced is not None:
                core.follower.welcome(thing)
            elif mask is None and not ask.replace:
                thing = thing_of(core.scene, number)
                mask = mask_unknown_to_model(core.follower, core.now.shown, thing, ask.frame)
            spoken = speak(core.follower, ask, mask, number=number, introduced=introduced)
            seq = core.book.write(spoken.edit, by=by, said=[spoken.answer])
            core.follower.remember(Key(seq, number), spoken.entry)

    def _bring(
        self, track: MaskTrack, numbers: Mapping[ObjectId, int], read: Read, *, by: str
    ) -> Imported:
        """Add the objects of a file whose masks are on disk."""
        core = self._core
        with core.changing():
            taken = {core.book.live.looks[thing.number].name for thing in core.scene.things}
            edit = imported(track, numbers, read, taken)
            entries = core.follower.bring(read.layer, read.firsts, tuple(numbers.values()))
            answers = [
                answer_of_import(core.follower, number, first, entries[number])
                for number, first in read.firsts.items()
            ]
            ended = [] if read.layer is None else read.layer.as_strips()
            seq = core.book.write(edit, by=by, said=answers, ended=ended)
            for number, entry in entries.items():
                core.follower.remember(Key(seq, number), entry)
        return edit

    def _check_room(self, new: int) -> None:
        if len(self._core.scene.things) + new > MOST_OBJECTS:
            raise PromptError(f"a project holds up to {MOST_OBJECTS} objects: remove some first")
