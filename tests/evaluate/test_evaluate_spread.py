"""Several processes play what one plays, and what goes wrong in one of them is said."""

import os
from pathlib import Path

import pytest
from scripted_plan import LetterSuite, NameMaker

from masklet.errors import MaskletError, MediaError
from masklet.evaluate.running.runner import (
    Plan,
    SettingsOf,
    Share,
    Watcher,
    outline_of,
    run,
    units_of,
)
from masklet.evaluate.running.spread import in_processes, play_here, share_of
from masklet.evaluate.running.store import Store, Unit


def plan_of(*items: str, log: Path | None = None) -> Plan:
    methods = tuple(NameMaker(name, log=log) for name in ("banana", "cocoa", "picky"))
    return Plan(suite=LetterSuite(items), methods=methods)


def play(plan: Plan, folder: Path, workers: int | None) -> Store:
    suite = plan.suite.build()
    store = Store(folder, SettingsOf(plan, suite))
    engine = play_here if workers is None else in_processes(workers)
    run(units_of(suite, plan.methods), plan, store, engine, Watcher())
    return store


def test_two_processes_play_what_one_plays(tmp_path: Path) -> None:
    """Each makes its methods itself, none more than once."""
    plan = plan_of("a", "b", "o", log=tmp_path / "made")
    store = play(plan, tmp_path / "two", workers=2)
    lines = (tmp_path / "made").read_text().splitlines()
    assert len(lines) == len(set(lines))
    made = {int(line.split()[1]) for line in lines}
    assert len(made) == 2
    assert os.getpid() not in made
    alone = play(plan, tmp_path / "one", workers=None)
    suite, names = plan.suite.build(), [method.name for method in plan.methods]
    assert outline_of(suite, names, store) == outline_of(suite, names, alone)


def test_an_error_comes_back_as_it_was(tmp_path: Path) -> None:
    plan = plan_of("a", "broken", "b")
    with pytest.raises(MediaError, match=r"broken\.jpg cannot be read"):
        play(plan, tmp_path, workers=1)
    store = Store(tmp_path, SettingsOf(plan, plan.suite.build()))
    assert store.read(Unit("banana", "masks", "a")) is not None


def test_a_process_that_dies_is_said(tmp_path: Path) -> None:
    with pytest.raises(MaskletError, match=r"exit code 3.*fewer"):
        play(plan_of("a", "fatal"), tmp_path, workers=1)


def test_no_workers_are_refused() -> None:
    with pytest.raises(MaskletError, match="workers=0"):
        in_processes(0)


def test_shares_cover_every_unit_once() -> None:
    units = [Unit("m", "t", str(number)) for number in range(11)]
    shares = [Share(rank, 4) for rank in range(4)]
    taken = [unit for rank, world in shares for unit in units[rank::world]]
    assert sorted(taken) == sorted(units)
    assert share_of({"RANK": "2", "WORLD_SIZE": "4"}) == Share(2, 4)
    assert share_of({}) == Share(0, 1)
