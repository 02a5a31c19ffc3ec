"""Playing a suite: units of work in order, what is there already kept, the rest played."""

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from masklet.errors import FormatError, PromptError
from masklet.evaluate.methods.answer_files import KeptMethod
from masklet.evaluate.methods.method import Method
from masklet.evaluate.report.page import About
from masklet.evaluate.running.store import RESULT_FORMAT, Outcome, Refused, Store, Unit, file_name
from masklet.evaluate.running.suite import Part, Suite
from masklet.evaluate.tasks.blocks import Section
from masklet.evaluate.tasks.task import Item


@runtime_checkable
class MethodMaker(Protocol):
    """A method as settings; frozen and picklable."""

    @property
    def name(self) -> str:
        """The method's."""
        ...

    def settings(self) -> Mapping[str, Any]:
        """Whatever its answers depend on, as JSON holds it."""
        ...

    def about(self) -> About:
        """The method for people."""
        ...

    def make(self) -> Method:
        """The method itself."""
        ...


@runtime_checkable
class SuiteMaker(Protocol):
    """A suite as settings; frozen and picklable."""

    def settings(self) -> Mapping[str, Any]:
        """Whatever its items depend on, as JSON holds it."""
        ...

    def build(self) -> Suite:
        """The suite itself."""
        ...


class KeptMasks(NamedTuple):
    """Where the answers go, ``<folder>/<method>/<task>/<video>``, ready for a benchmark's server.

    Attributes:
        folder: of all methods.
        per_object: a folder an object, as in SA-V; else label pictures.
    """

    folder: Path
    per_object: bool = False

    def below(self, unit: Unit) -> Path:
        """The folder of all videos of a unit's method and task."""
        return self.folder / file_name(unit.method) / file_name(unit.task)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be played, in a form that any process can rebuild it from.

    Attributes:
        suite: what on.
        methods: by what.
        masks: keep the answers there too.

    Raises:
        PromptError: two methods have one name, or there is none.
    """

    suite: SuiteMaker
    methods: tuple[MethodMaker, ...]
    masks: KeptMasks | None = None

    def __post_init__(self) -> None:
        names = [method.name for method in self.methods]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise PromptError(f"method: two are named {twice[0]}; name one of them as in NAME=...")
        if not names:
            raise PromptError("method: none came; wanted at least one")


class Done(NamedTuple):
    """A unit that was played, and the seconds that it took."""

    unit: Unit
    outcome: Outcome
    seconds: float


@runtime_checkable
class Engine(Protocol):
    """Plays units in this process or others; takes the next one only when it can begin with it."""

    def __call__(self, plan: Plan, units: Iterator[Unit]) -> Generator[Done]:
        """In any order. Raises MaskletError where a unit's files cannot be used."""
        ...


class Share(NamedTuple):
    """Which part of the units this process plays: every ``world``-th from ``rank`` on."""

    rank: int = 0
    world: int = 1


class Watcher:
    """Is told how far a run is; does nothing."""

    def begin(self, total: int, kept: int) -> None:
        """So many units, of which so many were there already."""

    def played(self, done: Done) -> None:
        """One was played."""

    def refused(self, unit: Unit, reason: str) -> None:
        """A method does not take a task; its units of that task will be passed over."""

    def passed(self, unit: Unit) -> None:
        """One was passed over."""

    def note(self, text: str) -> None:
        """Something that a person should know."""


class Player:
    """Plays units; holds the suite and the method that was used last."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._method: Method | None = None

    @cached_property
    def _parts(self) -> dict[str, Part]:
        return {part.task.name: part for part in self._plan.suite.build().parts}

    def play(self, unit: Unit) -> Done:
        """Plays one unit; a PromptError of its task becomes ``Refused``.

        Raises:
            MaskletError: the method cannot be made, or a file cannot be used.
        """
        method = self._made(unit.method)
        part = self._parts[unit.task]
        item = next(item for item in part.items if item.name == unit.item)
        if self._plan.masks is not None:
            folder, per_object = self._plan.masks.below(unit), self._plan.masks.per_object
            method = KeptMethod(method, folder, per_object=per_object)
        began = time.perf_counter()
        outcome = outcome_of(method, part, item)
        return Done(unit, outcome, time.perf_counter() - began)

    def _made(self, name: str) -> Method:
        if self._method is None or self._method.name != name:
            self._method = None
            maker = next(maker for maker in self._plan.methods if maker.name == name)
            self._method = maker.make()
        assert self._method.name == name
        return self._method


def outcome_of(method: Method, part: Part, item: Item) -> Outcome:
    """What a method does on an item, or why it does not take the task."""
    try:
        return part.task.play(method, item)
    except PromptError as error:
        return Refused(str(error))


def units_of(suite: Suite, methods: Sequence[MethodMaker]) -> list[Unit]:
    """All units, one method after the other so that each is made once."""
    return [
        Unit(method.name, part.task.name, item.name)
        for method in methods
        for part in suite.parts
        for item in part.items
    ]


class SettingsOf:
    """The settings of every unit of a plan: of its method, its suite and its task."""

    def __init__(self, plan: Plan, suite: Suite) -> None:
        self._suite = {"format": RESULT_FORMAT, "suite": suite.name, **plan.suite.settings()}
        self._methods = {method.name: dict(method.settings()) for method in plan.methods}
        self._tasks = {part.task.name: settings_of(part.task) for part in suite.parts}

    def __call__(self, unit: Unit) -> dict[str, Any]:
        return {**self._suite, **self._methods[unit.method], "task": self._tasks[unit.task]}


def settings_of(task: object) -> str:
    """A task's settings as text: of a dataclass those of its fields that are compared."""
    if not is_dataclass(task):
        return type(task).__name__
    said = ", ".join(
        f"{field.name}={getattr(task, field.name)!r}" for field in fields(task) if field.compare
    )
    assert " at 0x" not in said, f"{said} says where it is in memory, not what it is"
    return f"{type(task).__name__}({said})"


def run(units: Sequence[Unit], plan: Plan, store: Store, engine: Engine, watcher: Watcher) -> None:
    """Plays the units that the store does not hold; each is kept as soon as it is played.

    Raises:
        PromptError: a method that played some items of a task does not take another.
        MaskletError: a unit's files cannot be used, or the store's are of other settings. What
            was played until then is kept.
    """
    kept = {unit: outcome for unit in units if (outcome := store.read(unit)) is not None}
    watcher.begin(len(units), len(kept))
    refused = {unit[:2] for unit, outcome in kept.items() if isinstance(outcome, Refused)}
    taken = {unit[:2] for unit in kept} - refused

    def waiting() -> Iterator[Unit]:
        for unit in units:
            if unit in kept:
                continue
            if unit[:2] in refused:
                watcher.passed(unit)
            else:
                yield unit

    with closing(engine(plan, waiting())) as playing:
        for done in playing:
            pair = done.unit[:2]
            if isinstance(done.outcome, Refused):
                if pair in taken:
                    raise PromptError(disagreement(done.unit, done.outcome))
                if pair not in refused:
                    watcher.refused(done.unit, done.outcome.reason)
                refused.add(pair)
            else:
                taken.add(pair)
            store.write(done.unit, done.outcome)
            watcher.played(done)


def disagreement(unit: Unit, refused: Refused) -> str:
    """What to say where a method plays a task on some items and refuses it on others."""
    return f"{unit.method} plays {unit.task}, but not {unit.item}: {refused.reason}"


class Results(NamedTuple):
    """What came of one task.

    Attributes:
        played: by method, in the order of the items.
        refused: by method, why it does not take the task.
    """

    played: dict[str, list[Mapping[str, Any]]]
    refused: dict[str, str]


def results_of(part: Part, methods: Sequence[str], store: Store) -> Results:
    """Everything that was played of one task.

    Raises:
        FormatError: a result is missing, as its file is broken or gone.
        PromptError: a method that played some items does not take another.
    """
    results = Results({}, {})
    for method in methods:
        units = [Unit(method, part.task.name, item.name) for item in part.items]
        outcomes = {unit: store.read(unit) for unit in units}
        played = [outcome for outcome in outcomes.values() if isinstance(outcome, Mapping)]
        refusals = {unit: one for unit, one in outcomes.items() if isinstance(one, Refused)}
        for unit, refusal in refusals.items():
            if played:
                raise PromptError(disagreement(unit, refusal))
            results.refused[method] = refusal.reason
        if refusals:
            continue
        for unit, outcome in outcomes.items():
            if outcome is None:
                raise FormatError(f"output: {store.path(unit)} is not there yet; run again")
        results.played[method] = played
    return results


class Outline(NamedTuple):
    """What a report says.

    Attributes:
        title: the suite's.
        sections: one a task that some method takes.
        notes: which method does not take which task, and why.
    """

    title: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]


def outline_of(suite: Suite, methods: Sequence[str], store: Store) -> Outline:
    """What came of a whole suite.

    Raises:
        FormatError, PromptError: as ``results_of``.
    """
    sections, notes = [], []
    for part in suite.parts:
        played, refused = results_of(part, methods, store)
        task = part.task.name
        notes += [f"{name} does not take {task}: {reason}" for name, reason in refused.items()]
        if played:
            sections.append(part.task.section(played))
    return Outline(suite.title, tuple(sections), tuple(notes))
