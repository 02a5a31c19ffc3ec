"""One evaluation: a plan, a folder for its results, and where it is played."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from masklet.evaluate.running.runner import (
    Engine,
    Outline,
    Plan,
    SettingsOf,
    Share,
    Watcher,
    outline_of,
    run,
    units_of,
)
from masklet.evaluate.running.spread import play_here, together
from masklet.evaluate.running.store import Store, Unit

EVERYTHING = Share()


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is evaluated, and how.

    Attributes:
        plan: the suite and the methods.
        output: the folder that keeps the results.
        engine: where units are played.
        share: which of the units are this process's; the first process reports on all of them.
        fresh: play again what is there.
    """

    plan: Plan
    output: Path
    engine: Engine = play_here
    share: Share = EVERYTHING
    fresh: bool = False

    def play(self, watcher: Watcher) -> Outline | None:
        """Plays what is not there yet; returns what came of it all, None in all but one process.

        Raises:
            MaskletError: input that cannot be used; what was played until then is kept.
        """
        suite = self.plan.suite.build()
        store = Store(self.output, SettingsOf(self.plan, suite), note=watcher.note)
        units = units_of(suite, self.plan.methods)
        share = units[self.share.rank :: self.share.world]
        store.forget(share if self.fresh else self._maskless(share))
        with together(self.share):
            run(share, self.plan, store, self.engine, watcher)
        if self.share.rank != 0:
            return None
        return outline_of(suite, [method.name for method in self.plan.methods], store)

    def _maskless(self, units: Sequence[Unit]) -> list[Unit]:
        """The units whose masks are asked for and are not there."""
        masks = self.plan.masks
        if masks is None:
            return []
        return [unit for unit in units if not (masks.below(unit) / unit.item).is_dir()]
