"""Playing a suite: in order, once, resumed after a stop, refusals noted, errors named."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from scripted_plan import LetterSuite, NameMaker

from masklet.errors import FormatError, MaskletError, MediaError, PromptError
from masklet.evaluate.running.runner import (
    Done,
    Engine,
    Outline,
    Plan,
    SettingsOf,
    Watcher,
    outline_of,
    run,
    units_of,
)
from masklet.evaluate.running.spread import play_here
from masklet.evaluate.running.store import Store, Unit

LETTERS = LetterSuite()


class Log(Watcher):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.units: list[Unit] = []
        self.reasons: list[str] = []
        self.over: list[Unit] = []

    def begin(self, total: int, kept: int) -> None:
        self.begun = [total, kept]

    def played(self, done: Done) -> None:
        self.units.append(done.unit)

    def refused(self, unit: Unit, reason: str) -> None:
        self.reasons.append(f"{unit.method}: {reason}")

    def passed(self, unit: Unit) -> None:
        self.over.append(unit)


def stopped_after(count: int) -> Engine:
    """An engine whose user presses Ctrl-C when so many units are played."""

    def play(plan: Plan, units: Iterator[Unit]) -> Generator[Done]:
        for number, done in enumerate(play_here(plan, units)):
            if number == count:
                raise KeyboardInterrupt
            yield done

    return play


def plan_of(*names: str, suite: LetterSuite = LETTERS, log: Path | None = None) -> Plan:
    return Plan(suite=suite, methods=tuple(NameMaker(name, log=log) for name in names))


def store_of(plan: Plan, folder: Path) -> Store:
    return Store(folder, SettingsOf(plan, plan.suite.build()))


def play(plan: Plan, folder: Path, engine: Engine = play_here) -> Log:
    log = Log()
    units = units_of(plan.suite.build(), plan.methods)
    run(units, plan, store_of(plan, folder), engine, log)
    return log


def outline(plan: Plan, folder: Path) -> Outline:
    names = [method.name for method in plan.methods]
    return outline_of(plan.suite.build(), names, store_of(plan, folder))


def test_every_unit_is_played_once_in_order(tmp_path: Path) -> None:
    """banana has 3 a, 1 b and no o; cocoa has 1 a, 2 o."""
    plan = plan_of("banana", "cocoa", log=tmp_path / "made")
    log = play(plan, tmp_path / "out")
    assert log.begun == [16, 0]
    assert log.units == [
        Unit(method, task, item)
        for method in ("banana", "cocoa")
        for task in ("masks", "clicks")
        for item in ("a", "b", "n/o", "o")
    ]
    assert [line.split()[0] for line in (tmp_path / "made").read_text().splitlines()] == [
        *("banana", "cocoa")
    ]
    for section in outline(plan, tmp_path / "out").sections:
        assert section.figures == {"banana": {"sum": 4}, "cocoa": {"sum": 3}}


@pytest.mark.parametrize("count", [0, 1, 5, 15])
def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path, count: int) -> None:
    plan = plan_of("banana", "cocoa")
    whole = play(plan, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        play(plan, tmp_path / "out", stopped_after(count))
    with pytest.raises(FormatError, match="not there yet"):
        outline(plan, tmp_path / "out")
    rest = play(plan, tmp_path / "out")
    assert rest.begun == [16, count]
    assert rest.units == whole.units[count:]
    assert outline(plan, tmp_path / "out") == outline(plan, tmp_path / "whole")
    assert play(plan, tmp_path / "out").units == []


def test_more_methods_join_what_is_there(tmp_path: Path) -> None:
    play(plan_of("banana"), tmp_path)
    assert {unit.method for unit in play(plan_of("banana", "cocoa"), tmp_path).units} == {"cocoa"}


@pytest.mark.parametrize(
    "other",
    [
        Plan(suite=LetterSuite(), methods=(NameMaker("banana", version=2),)),
        plan_of("banana", suite=LetterSuite(scale=2)),
    ],
)
def test_results_of_other_settings_are_not_mixed_in(tmp_path: Path, other: Plan) -> None:
    play(plan_of("banana"), tmp_path)
    with pytest.raises(FormatError, match="--fresh"):
        play(other, tmp_path)


def test_a_refused_task_is_noted_once_and_passed_over(tmp_path: Path) -> None:
    plan = plan_of("picky", "cocoa")
    log = play(plan, tmp_path)
    assert log.reasons == ["picky: picky does not take clicks"]
    assert log.over == [Unit("picky", "clicks", item) for item in ("b", "n/o", "o")]
    said = outline(plan, tmp_path)
    assert [set(section.figures) for section in said.sections] == [{"picky", "cocoa"}, {"cocoa"}]
    assert said.notes == ("picky does not take clicks: picky does not take clicks",)
    again = play(plan, tmp_path)
    assert (again.units, again.reasons) == ([], [])


def test_a_task_that_nobody_takes_is_no_chapter(tmp_path: Path) -> None:
    plan = plan_of("picky")
    play(plan, tmp_path)
    said = outline(plan, tmp_path)
    assert [section.name for section in said.sections] == ["masks"]
    assert len(said.notes) == 1


def test_a_refusal_of_one_item_among_others_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="banana plays masks, but not odd: odd is odd"):
        play(plan_of("banana", suite=LetterSuite(("a", "odd", "b"))), tmp_path)


def test_a_broken_item_stops_the_run_and_the_rest_is_kept(tmp_path: Path) -> None:
    plan = plan_of("banana", suite=LetterSuite(("a", "broken", "b")))
    with pytest.raises(MediaError, match=r"broken\.jpg"):
        play(plan, tmp_path)
    assert store_of(plan, tmp_path).read(Unit("banana", "masks", "a")) is not None


def test_methods_need_names_of_their_own() -> None:
    with pytest.raises(PromptError, match="two are named banana"):
        plan_of("banana", "cocoa", "banana")
    with pytest.raises(PromptError, match="none"):
        plan_of()


@pytest.mark.parametrize("items", [(), ("a", "b", "a")])
def test_a_suite_has_items_of_different_names(items: tuple[str, ...]) -> None:
    with pytest.raises(MaskletError):
        LetterSuite(items).build()
