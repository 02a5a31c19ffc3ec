"""Tracking on endless input: one picture in, one result out, constant memory between prompts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from masklet.errors import MediaError, PromptError
from masklet.model.image_encoder import ImageFeatures
from masklet.predict.asking import Turn, ask, check_holes, check_prompt, filled, remembered
from masklet.predict.checks import Scale
from masklet.predict.results import frame_result
from masklet.predict.runtime import Runtime
from masklet.stream.gather import Reading
from masklet.stream.plan import Clock, Plan, plan_reads
from masklet.stream.prompts import Said
from masklet.stream.state import Bank, Entry
from masklet.stream.step import track as track_rows
from masklet.values import FrameResult, Numbers, ObjectId, Points, Prompt, Size


@dataclass(frozen=True, eq=False)
class Frame:
    """A picture as the network sees it: its number, its own size, its features."""

    index: int
    size: Size
    features: ImageFeatures


@dataclass(frozen=True, eq=False, kw_only=True)
class Row:
    """One object: its bank, and its standing on the last picture."""

    id: ObjectId
    bank: Bank = field(default_factory=Bank)
    turn: Turn = Turn(Said(), None)  # noqa: RUF009 - immutable


class Tracker:
    """Made by ``model.stream()``.

    Gives the numbers of an offline session over the same pictures, but that clips shorter than 16
    frames have other pointer distances there. Each prompted frame costs a fixed amount of memory;
    ``max_prompted_frames`` bounds their number by keeping the first and the latest.
    """

    def __init__(
        self, runtime: Runtime, *, fill_holes: int = 8, max_prompted_frames: int | None = None
    ) -> None:
        if max_prompted_frames is not None and max_prompted_frames < 2:
            raise PromptError(f"max_prompted_frames={max_prompted_frames}: wanted 2 or more")
        self._runtime = runtime
        self._holes = check_holes(fill_holes)
        self._most = max_prompted_frames
        self._rows: tuple[Row, ...] = ()
        self._last: Frame | None = None

    @property
    def objects(self) -> tuple[ObjectId, ...]:
        """Ids in the order in which the objects were added."""
        return tuple(row.id for row in self._rows)

    def memories(self, object: ObjectId) -> tuple[int, ...]:  # noqa: A002 - the public word
        """Numbers of the pictures whose memories of an object are held, oldest first."""
        bank = next((row.bank for row in self._rows if row.id == object), Bank())
        held = {**bank.prompted, **bank.pending}
        recent = [t for t, entry in bank.recent.items() if entry.memory is not None]
        return tuple(sorted([*held, *recent]))

    def step(self, picture: np.ndarray, prompts: Sequence[Prompt] = ()) -> FrameResult:
        """Take the next picture, RGB uint8 [H, W, 3], and say where every object is.

        Prompts given here meet a picture not yet tracked, so they read no memory.

        Raises:
            PromptError: a prompt cannot be used; the picture was not taken.
            MediaError: not an RGB picture, or of another size than those before.
        """
        size = self._checked_size(picture)
        scale = Scale(size, self._runtime.side)
        checked = [(prompt.object, check_prompt(prompt, scale)) for prompt in prompts]
        index = 0 if self._last is None else self._last.index + 1
        frame = Frame(index, size, self._runtime.encode(picture))
        rows = {row.id: self._fresh(row) for row in self._rows}
        for name, prompt in checked:
            row = rows.get(name, Row(id=name))
            turn = ask(self._runtime, frame.features, prompt, row.turn, None, holes=self._holes)
            rows[name] = replace(row, turn=turn)
        self._rows = self._tracked(tuple(rows.values()), frame)
        self._last = frame
        return self._result(self._rows, frame)

    def prompt(
        self,
        *,
        object: ObjectId,  # noqa: A002 - the public word
        points: Points | None = None,
        labels: Sequence[int] | None = None,
        box: Numbers | None = None,
        mask: np.ndarray | None = None,
    ) -> FrameResult:
        """Correct an object on the last picture, or add one there; later pictures read it.

        Raises:
            PromptError: there is no picture yet, or the prompt cannot be used.
        """
        frame = self._last
        if frame is None:
            raise PromptError("there is no picture to correct yet: call step first")
        given = Prompt(object=object, points=points, labels=labels, box=box, mask=mask)
        checked = check_prompt(given, Scale(frame.size, self._runtime.side))
        row = next((row for row in self._rows if row.id == object), Row(id=object))
        plan = self._plan(row.bank, frame.index)
        reading = Reading(plan, self._held(row.bank)) if plan.memories else None
        turn = ask(self._runtime, frame.features, checked, row.turn, reading, holes=self._holes)
        assert turn.entry is not None
        asked = replace(row, bank=row.bank.with_pending(frame.index, turn.entry), turn=turn)
        known = any(row.id == object for row in self._rows)
        self._rows = (
            tuple(asked if row.id == object else row for row in self._rows)
            if known
            else (*self._rows, asked)
        )
        return self._result((asked,), frame)

    def remove(self, object: ObjectId) -> None:  # noqa: A002 - the public word
        """Forget an object. Raises PromptError for an unknown one."""
        if object not in self.objects:
            raise PromptError(f"object={object!r} is not known; known are: {list(self.objects)}")
        self._rows = tuple(row for row in self._rows if row.id != object)

    def _fresh(self, row: Row) -> Row:
        """The row as a new picture comes: corrections of the last one join memory."""
        bank = row.bank
        for index, entry in row.bank.pending.items():
            assert self._last is not None
            written = remembered(self._runtime, self._last.features, entry, binary=True)
            bank = self._bounded(bank.with_prompted(index, written))
        return replace(row, bank=bank, turn=Turn(Said(), None))

    def _tracked(self, rows: tuple[Row, ...], frame: Frame) -> tuple[Row, ...]:
        """Write the prompts of this picture to memory and track the other objects onto it."""
        waiting = [row for row in rows if row.turn.entry is None]
        readings = [
            Reading(self._plan(row.bank, frame.index), self._held(row.bank)) for row in waiting
        ]
        entries: list[Entry] = []
        if waiting:
            with self._runtime.inference():
                entries = track_rows(self._runtime.model, frame.features, readings)
        followed = {row.id: e for row, e in zip(waiting, entries, strict=True)}
        return tuple(
            self._followed(row, frame, followed[row.id])
            if row.id in followed
            else self._prompted(row, frame)
            for row in rows
        )

    def _followed(self, row: Row, frame: Frame, entry: Entry) -> Row:
        shown = filled(entry, self._holes)
        bank = row.bank.with_recent(frame.index, entry)
        return replace(row, bank=bank, turn=Turn(Said(), shown))

    def _prompted(self, row: Row, frame: Frame) -> Row:
        assert row.turn.entry is not None
        written = remembered(self._runtime, frame.features, row.turn.entry, binary=True)
        return replace(row, bank=self._bounded(row.bank.with_prompted(frame.index, written)))

    def _bounded(self, bank: Bank) -> Bank:
        """The bank with the first and the latest prompted frames, as many as are allowed."""
        if self._most is None or len(bank.prompted) <= self._most:
            return bank
        first, *rest = bank.prompted
        kept = (first, *rest[len(rest) - self._most + 1 :])
        return replace(bank, prompted={frame: bank.prompted[frame] for frame in kept})

    def _plan(self, bank: Bank, index: int) -> Plan:
        return plan_reads(index, tuple(bank.prompted), bank.recent.__contains__, Clock())

    def _held(self, bank: Bank) -> dict[int, Entry]:
        return {**bank.recent, **bank.prompted}

    def _result(self, rows: Sequence[Row], frame: Frame) -> FrameResult:
        known = [(row.id, row.turn.entry) for row in rows if row.turn.entry is not None]
        entries = [entry for _, entry in known]
        return frame_result(frame.index, [name for name, _ in known], entries, frame.size)

    def _checked_size(self, picture: np.ndarray) -> Size:
        if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
            raise MediaError(
                f"picture has shape {picture.shape} and type {picture.dtype}: wanted uint8 RGB "
                "[H, W, 3]"
            )
        size = Size(*picture.shape[:2])
        if self._last is not None and size != self._last.size:
            raise MediaError(f"picture has size {tuple(size)}, those before {self._last.size}")
        return size
