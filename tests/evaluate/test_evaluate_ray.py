"""Ray plays what one process plays, and an error comes back as it was."""

from pathlib import Path

import pytest
from scripted_plan import LetterSuite, NameMaker

from masklet.errors import MaskletError, MediaError
from masklet.evaluate.running.ray_engine import on_ray
from masklet.evaluate.running.runner import (
    Engine,
    Plan,
    SettingsOf,
    Watcher,
    outline_of,
    run,
    units_of,
)
from masklet.evaluate.running.spread import play_here
from masklet.evaluate.running.store import Store, Unit


def play(plan: Plan, folder: Path, engine: Engine) -> Store:
    suite = plan.suite.build()
    store = Store(folder, SettingsOf(plan, suite))
    run(units_of(suite, plan.methods), plan, store, engine, Watcher())
    return store


def plan_of(*items: str) -> Plan:
    methods = tuple(NameMaker(name) for name in ("banana", "cocoa", "picky"))
    return Plan(suite=LetterSuite(items), methods=methods)


def test_ray_plays_what_one_process_plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a cluster of this machine alone; actors find these tests by PYTHONPATH."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    plan = plan_of("a", "b", "n/o")
    suite, names = plan.suite.build(), [method.name for method in plan.methods]
    ray, here = play(plan, tmp_path / "ray", on_ray(2)), play(plan, tmp_path / "here", play_here)
    assert outline_of(suite, names, ray) == outline_of(suite, names, here)


@pytest.mark.slow
def test_an_error_comes_back_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    plan = plan_of("a", "broken")
    with pytest.raises(MediaError, match=r"broken\.jpg cannot be read"):
        play(plan, tmp_path, on_ray(1))
    store = Store(tmp_path, SettingsOf(plan, plan.suite.build()))
    assert store.read(Unit("banana", "masks", "a")) is not None
    with pytest.raises(MaskletError, match="an actor ended by itself"):
        play(plan_of("fatal"), tmp_path, on_ray(1))


def test_no_workers_are_refused() -> None:
    with pytest.raises(MaskletError, match="workers=0"):
        on_ray(0)
