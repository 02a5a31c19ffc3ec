"""A video session: prompts on any frame at any time, masks through time in bounded memory."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from masklet.errors import PromptError
from masklet.media.sources import FrameSource
from masklet.predict.asking import Turn, ask, check_holes, check_prompt, filled
from masklet.predict.checks import Scale
from masklet.predict.engine import Engine
from masklet.predict.history import History
from masklet.predict.records import Layout
from masklet.predict.results import frame_result
from masklet.predict.runtime import Runtime
from masklet.predict.span import check_frame, span_of
from masklet.predict.track import Track
from masklet.stream.gather import Reading
from masklet.stream.plan import Clock, Plan
from masklet.stream.prompts import Said
from masklet.stream.state import Entry
from masklet.values import FrameResult, Numbers, ObjectId, Points, Prompt, Size


class Video:
    """Made by ``model.video(source)``; a context manager that closes its source.

    What grows with the video lies in temporary files; in memory are two frames' features, each
    object's last few memories, and one memory a prompted frame.

    Args:
        features: of how many frames the network's features are kept.
    """

    def __init__(
        self, runtime: Runtime, source: FrameSource, *, fill_holes: int = 8, features: int = 2
    ) -> None:
        self._engine = Engine(runtime, source, features=features)
        self._holes = check_holes(fill_holes)
        self._tracks: tuple[Track, ...] = ()
        self._history: History[tuple[Track, ...]] = History()

    def __enter__(self) -> "Video":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._engine.source)

    @property
    def size(self) -> Size:
        """Height and width of the frames."""
        return self._engine.source.size

    @property
    def fps(self) -> float | None:
        """Mean frames a second, None where nobody knows."""
        return self._engine.source.fps

    @property
    def objects(self) -> tuple[ObjectId, ...]:
        """Ids in the order in which the objects were added."""
        return tuple(track.id for track in self._tracks)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The whole state of the session, objects as frozen values; set it to go back to it.

        Setting it forgets what could be undone.
        """
        return self._tracks

    @tracks.setter
    def tracks(self, tracks: tuple[Track, ...]) -> None:
        self._tracks, self._history = tracks, History()

    @property
    def layout(self) -> Layout:
        """Sizes of what is kept of an answer, for those who keep answers elsewhere."""
        return self._engine.layout

    def warm(self, frame: int, *, memories: bool = True) -> bool:
        """Encode a frame ahead of a prompt, or one whose memory a prompt there would read.

        One at a time; gives whether there is more to do. Without ``memories``, those that a pass
        going on holds stay.

        Raises:
            PromptError: no such frame.
            MediaError: a frame cannot be read.
        """
        engine, frame = self._engine, check_frame("frame", frame, len(self))
        before = engine.has_features(frame)
        engine.encode(frame)
        tracks = self._tracks if memories else ()
        forgotten = {track.id: self._forgotten(track, frame) for track in tracks}
        missing = sorted({t for frames in forgotten.values() for t in frames})
        if missing and before:
            self._tracks = tuple(
                engine.remember(track, frame, missing[0])
                if missing[0] in forgotten[track.id]
                else track
                for track in self._tracks
            )
        return len(missing) > before

    def picture(self, frame: int) -> np.ndarray:
        """Frame ``frame`` of the source, RGB uint8 [H, W, 3]. Raises MediaError, PromptError."""
        return self._engine.source[check_frame("frame", frame, len(self))]

    def prompts(self, object: ObjectId) -> Mapping[int, Said]:  # noqa: A002 - the public word
        """What was said about an object, by frame, in the network's pixels."""
        return dict(self._track(object).said)

    def close(self) -> None:
        """Forget the objects and close the source; results stay valid."""
        self._tracks, self._history = (), History()
        self._engine.source.close()

    def prompt(
        self,
        *,
        frame: int,
        object: ObjectId | None = None,  # noqa: A002 - the public word
        points: Points | None = None,
        labels: Sequence[int] | None = None,
        box: Numbers | None = None,
        mask: np.ndarray | None = None,
        replace: bool = False,
    ) -> FrameResult:
        """Say something about one object on one frame and get its mask there.

        It adds to what was said about the object on that frame before, and the mask of before is
        refined; a new box replaces the old one, a new mask replaces everything. On a frame already
        tracked, memory is read. The frame keeps its answer and every later pass reads it.

        Args:
            frame: number of the frame.
            object: an id, known or new; None adds an object under the next free number.
            points: (x, y) pairs in the frame's pixels.
            labels: 1 inside, 0 outside; None is all 1.
            box: x0, y0, x1, y1.
            mask: bool or 0/1 [H, W] at the frame's own size; an empty one says "absent".
            replace: forget what was said about the object on this frame before.

        Returns:
            That object alone.

        Raises:
            PromptError: the prompt cannot be used; nothing has changed.
            MediaError: the frame cannot be read; nothing has changed.
        """
        frame = check_frame("frame", frame, len(self))
        name = self._free_id() if object is None else object
        given = Prompt(object=name, points=points, labels=labels, box=box, mask=mask)
        runtime = self._engine.runtime
        checked = check_prompt(given, Scale(self.size, runtime.side))
        track = self._find(name) or Track(id=name, records=self._engine.new_records())
        before = Turn(Said(), None) if replace else self._turn(track, frame)
        features = self._engine.encode(frame)
        known = self._recalled(track, frame)
        self._engine.keep(frame, features)
        reading = self._reading(known, frame, replace=replace)
        turn = ask(runtime, features, checked, before, reading, holes=self._holes)
        self._edit(_placed(self._tracks, track, known.asked(frame, turn)))
        assert turn.entry is not None
        return frame_result(frame, (name,), (turn.entry,), self.size)

    def preview(
        self,
        *,
        frame: int,
        object: ObjectId | None = None,  # noqa: A002 - the public word
        points: Points | None = None,
        labels: Sequence[int] | None = None,
        box: Numbers | None = None,
        mask: np.ndarray | None = None,
    ) -> FrameResult:
        """What a prompt would give, under the id 0; nothing changes.

        Args:
            frame, points, labels, box, mask: as ``prompt``.
            object: the one to whose prompts on this frame it would be added; None is a new one.

        Raises:
            PromptError: the prompt cannot be used, or an unknown object.
            MediaError: the frame cannot be read.
        """
        frame = check_frame("frame", frame, len(self))
        runtime = self._engine.runtime
        given = Prompt(object=0, points=points, labels=labels, box=box, mask=mask)
        checked = check_prompt(given, Scale(self.size, runtime.side))
        before, reading = Turn(Said(), None), None
        if object is not None:
            track = self._track(object)
            before = self._turn(track, frame)
            reading = self._reading(self._recalled(track, frame), frame, replace=False)
        features = self._engine.encode(frame)
        turn = ask(runtime, features, checked, before, reading, holes=self._holes)
        assert turn.entry is not None
        return frame_result(frame, (0,), (turn.entry,), self.size)

    def propagate(
        self,
        start: int | None = None,
        stop: int | None = None,
        reverse: bool = False,
        objects: Sequence[ObjectId] | None = None,
    ) -> Iterator[FrameResult]:
        """Track every prompted object over frames ``start`` to ``stop``, both included.

        A prompted frame returns its own answer for the object prompted there. Leave the loop to
        stop; what was tracked is kept. A prompt made meanwhile counts from the next frame on.

        Args:
            start: None is the earliest prompted frame of any object.
            stop: None is the last frame, or the first in reverse.
            reverse: from later to earlier frames.
            objects: ids of those to track; None is all of them.

        Raises:
            PromptError: nothing is prompted, an unknown object, or a frame that does not exist.
            MediaError: a frame cannot be read or kept; those before it stay.
        """
        chosen = self._tracks if objects is None else [self._track(name) for name in objects]
        prompted = [frame for track in chosen for frame in track.prompted]
        if not prompted:
            raise PromptError("there is nothing to propagate: prompt an object first")
        span = span_of(start, stop, reverse=reverse, first=min(prompted), length=len(self))
        clock = Clock(reverse=reverse, length=len(self))
        only = None if objects is None else frozenset(objects)
        return (self._advance(frame, clock, only) for frame in span)

    def result(self, frame: int) -> FrameResult:
        """What is known of a frame, computing nothing: the objects that have an answer there.

        Raises:
            PromptError: no such frame.
        """
        frame = check_frame("frame", frame, len(self))
        known = {track.id: entry for track in self._tracks if (entry := self._known(track, frame))}
        return frame_result(frame, tuple(known), tuple(known.values()), self.size)

    def stored(self, frame: int, object: ObjectId) -> Entry | None:  # noqa: A002 - the public word
        """One object's answer on one frame as the network gave it, or None; for research."""
        return self._known(self._track(object), frame)

    def save(self, path: str | Path) -> None:
        """Write every answered frame in the format that the path's ending names.

        Raises:
            MediaError: the path cannot be written.
            FormatError: nothing is known by that ending.
        """
        from masklet.formats.writer import PICTURED, kind_of, open_writer

        pictured = kind_of(path) in PICTURED
        with open_writer(path, size=self.size, fps=self.fps) as writer:
            for frame in range(len(self)):
                result = self.result(frame)
                if result.objects:
                    writer.add(result, self.picture(frame) if pictured else None)

    def remove(self, object: ObjectId) -> None:  # noqa: A002 - the public word
        """Forget an object. Raises PromptError for an unknown one."""
        gone = self._track(object)
        self._edit(tuple(track for track in self._tracks if track is not gone))

    def clear(self, frame: int, object: ObjectId) -> None:  # noqa: A002 - the public word
        """Forget what was said about an object on one frame.

        Raises:
            PromptError: an unknown object, or one without a prompt there.
        """
        track = self._track(object)
        if frame not in track.prompted:
            raise PromptError(f"frame={frame}: object {object!r} has no prompt there")
        self._edit(_placed(self._tracks, track, track.cleared(frame)))

    def undo(self) -> None:
        """Take back the last prompt, removal or clearing. Raises PromptError if there is none.

        Frames tracked since keep their answers until they are propagated again.
        """
        past, future = self._history.past, self._history.future
        if not past:
            raise PromptError("there is nothing to undo")
        self._history = History(past[:-1], (*future, self._tracks))
        self._tracks = tuple(track.settled() for track in past[-1])

    def redo(self) -> None:
        """Do again what was undone last. Raises PromptError if there is nothing."""
        past, future = self._history.past, self._history.future
        if not future:
            raise PromptError("there is nothing to redo")
        self._history = History((*past, self._tracks), future[:-1])
        self._tracks = tuple(track.settled() for track in future[-1])

    def _advance(self, frame: int, clock: Clock, only: frozenset[ObjectId] | None) -> FrameResult:
        chosen = [track for track in self._tracks if only is None or track.id in only]
        moved, answers = self._engine.advance(chosen, frame, clock)
        after = {track.id: track for track in moved}
        self._tracks = tuple(after.get(track.id, track) for track in self._tracks)
        entries = [self._shown(moved[row], frame, entry) for row, entry in answers.items()]
        return frame_result(frame, [moved[row].id for row in answers], entries, self.size)

    def _shown(self, track: Track, frame: int, entry: Entry) -> Entry:
        return entry if frame in track.prompted else self._filled(entry)

    def _known(self, track: Track, frame: int) -> Entry | None:
        """A prompted frame's answer, holes filled when it was made, or a tracked one's."""
        entry = track.stored(frame)
        if entry is None and track.records.kept(frame):
            return self._filled(track.records.read(frame, self._engine.runtime.device))
        return entry

    def _filled(self, entry: Entry) -> Entry:
        return filled(entry, self._holes)

    def _turn(self, track: Track, frame: int) -> Turn:
        return Turn(track.said.get(frame, Said()), self._known(track, frame))

    def _reading(self, track: Track, frame: int, *, replace: bool) -> Reading | None:
        """What a prompt on a frame reads: nothing where no pass has been."""
        plan = self._plan(track, frame, leave_out=frozenset({frame} if replace else ()))
        return None if plan is None else self._engine.read(track, plan)

    def _plan(
        self, track: Track, frame: int, *, leave_out: frozenset[int] = frozenset()
    ) -> Plan | None:
        if not track.records.visited(frame):
            return None
        clock = Clock(reverse=track.records.went_back(frame), length=len(self))
        plan = track.plan(frame, clock, leave_out=leave_out)
        return plan if plan.memories else None

    def _forgotten(self, track: Track, frame: int) -> list[int]:
        """The frames whose memories a prompt on ``frame`` would have to encode again."""
        plan = self._plan(track, frame)
        return [] if plan is None else self._engine.forgotten(track, plan)

    def _recalled(self, track: Track, frame: int) -> Track:
        """With every memory that a prompt on ``frame`` reads."""
        for earlier in self._forgotten(track, frame):
            track = self._engine.remember(track, frame, earlier)
        return track

    def _edit(self, tracks: tuple[Track, ...]) -> None:
        self._history = self._history.edited(self._tracks)
        self._tracks = tracks

    def _find(self, name: ObjectId) -> Track | None:
        return next((track for track in self._tracks if track.id == name), None)

    def _track(self, name: ObjectId) -> Track:
        track = self._find(name)
        if track is None:
            known = ", ".join(repr(known) for known in self.objects) or "none yet"
            raise PromptError(f"object={name!r} is not known; known are: {known}")
        return track

    def _free_id(self) -> int:
        taken = [track.id for track in self._tracks]
        return next(number for number in range(1, len(taken) + 2) if number not in taken)


def _placed(tracks: tuple[Track, ...], old: Track, new: Track) -> tuple[Track, ...]:
    """The tracks with ``new`` where ``old`` stood, or at the end."""
    if not any(track is old for track in tracks):
        return (*tracks, new)
    return tuple(new if track is old else track for track in tracks)
