"""The two lanes: clicks overtake tracking, runs take turns, and nothing waits for ever."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import torch

from masklet.errors import PromptError
from masklet.studio.errors import ConflictError
from masklet.studio.scheduler import LONGEST_PAUSE, Scheduler, Track, Urgency

pytestmark = pytest.mark.timeout(30)


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    """Closed at the end."""
    scheduler = Scheduler(background_threads=1)
    yield scheduler
    scheduler.close()


class Steps:
    """A run of so many steps that notes who steps when."""

    def __init__(self, key: str, count: int, journal: list[str], seconds: float = 0.0) -> None:
        self.left, self.seconds, self.journal = count, seconds, journal
        self.over = threading.Event()
        self.error: Exception | None = None
        self.track = Track(key, self.step, self.ended)

    def step(self) -> bool:
        """One step; whether there is more."""
        time.sleep(self.seconds)
        self.journal.append(self.track.key)
        self.left -= 1
        return self.left > 0

    def ended(self, error: Exception | None) -> None:
        """The run is over."""
        self.error = error
        self.over.set()


def noting(journal: list[str], name: str, seconds: float = 0.0) -> Callable[[], None]:
    """Work that takes a while and notes its name."""

    def work() -> None:
        time.sleep(seconds)
        journal.append(name)

    return work


def test_work_gives_its_result_or_its_error(scheduler: Scheduler) -> None:
    """To the one who asked."""

    def bad() -> None:
        raise PromptError("no")

    async def both() -> int:
        with pytest.raises(PromptError, match="no"):
            await scheduler.run("a", bad)
        return await scheduler.run("a", lambda: 7)

    assert asyncio.run(both()) == 7


def test_each_lane_has_its_thread_of_torch(scheduler: Scheduler) -> None:
    """A click runs on one."""
    assert scheduler.put("a", torch.get_num_threads).result(5) == 1


def test_runs_take_turns(scheduler: Scheduler) -> None:
    """A frame each."""
    journal: list[str] = []
    runs = [Steps(key, 5, journal) for key in "abc"]
    held = threading.Event()
    first = Track("x", lambda: held.wait(5) and False, lambda _: None)
    scheduler.track(first)
    for run in runs:
        scheduler.track(run.track)
    held.set()
    for run in runs:
        assert run.over.wait(5)
    assert journal == [*"abc"] * 5


def test_a_click_does_not_wait_for_the_tracking_of_another_project(scheduler: Scheduler) -> None:
    """It is done within the step."""
    run = Steps("a", 1, [], seconds=1.0)
    scheduler.track(run.track)
    time.sleep(0.05)
    started = time.monotonic()
    scheduler.put("b", lambda: None).result(5)
    assert time.monotonic() - started < 0.5
    assert not run.over.is_set()
    assert run.over.wait(5)


def test_a_click_comes_after_the_step_that_is_going_on(scheduler: Scheduler) -> None:
    """And before the next one, though tracking never pauses by itself."""
    journal: list[str] = []
    run = Steps("a", 6, journal, seconds=0.05)
    scheduler.track(run.track)
    while not journal:
        time.sleep(0.001)
    steps = len(journal)
    scheduler.put("a", noting(journal, "click")).result(5)
    assert "click" in journal[steps : steps + 2]
    assert run.over.wait(5)


def test_a_project_in_a_step_holds_nobody_else_up(scheduler: Scheduler) -> None:
    """A click that must wait lets others pass."""
    journal: list[str] = []
    run = Steps("a", 1, journal, seconds=0.3)
    scheduler.track(run.track)
    time.sleep(0.05)
    waits = scheduler.put("a", noting(journal, "click on a"))
    scheduler.put("b", noting(journal, "click on b")).result(5)
    waits.result(5)
    assert journal == ["click on b", "a", "click on a"]


def test_clicks_go_before_hovering_and_that_before_looking_ahead(scheduler: Scheduler) -> None:
    """Whatever came first."""
    journal: list[str] = []
    held = threading.Event()
    scheduler.put("x", lambda: held.wait(5))
    kinds = (("ahead", Urgency.AHEAD), ("hover", Urgency.HOVER), ("click", Urgency.EDIT))
    waits = [scheduler.put("a", noting(journal, name), urgency=urgency) for name, urgency in kinds]
    held.set()
    for wait in waits:
        wait.result(5)
    assert journal == ["click", "hover", "ahead"]


def test_what_stands_back_comes_nevertheless(scheduler: Scheduler) -> None:
    """Clicks without end do not keep it away."""
    clicking = True

    def clicks() -> None:
        while clicking:
            scheduler.put("a", lambda: time.sleep(0.01)).result(5)

    others = [threading.Thread(target=clicks) for _ in range(4)]
    for other in others:
        other.start()
    try:
        scheduler.put("b", lambda: None, urgency=Urgency.AHEAD).result(5)
    finally:
        clicking = False
        for other in others:
            other.join()


def test_tracking_goes_on_under_clicks_without_end(scheduler: Scheduler) -> None:
    """On the same project, they take turns."""
    run = Steps("a", 10, [])
    clicking = True

    def clicks() -> None:
        while clicking:
            scheduler.put("a", lambda: time.sleep(0.002)).result(5)

    others = [threading.Thread(target=clicks) for _ in range(3)]
    for other in others:
        other.start()
    try:
        scheduler.track(run.track)
        assert run.over.wait(10)
    finally:
        clicking = False
        for other in others:
            other.join()


def test_tracking_makes_way_for_clicks_and_does_not_stand_still(scheduler: Scheduler) -> None:
    """While they wait, it does a few frames a second."""
    run = Steps("a", 1000, [])
    clicking = True

    def clicks() -> None:
        while clicking:
            scheduler.put("b", lambda: time.sleep(0.005)).result(5)

    others = [threading.Thread(target=clicks) for _ in range(3)]
    for other in others:
        other.start()
    try:
        scheduler.track(run.track)
        time.sleep(6 * LONGEST_PAUSE)
        assert 2 <= 1000 - run.left <= 12
    finally:
        clicking = False
        for other in others:
            other.join()
    assert run.over.wait(5)


def test_work_that_nobody_awaits_any_more_is_not_done(scheduler: Scheduler) -> None:
    """If its turn has not come."""
    journal: list[str] = []

    async def given_up() -> None:
        held = threading.Event()
        busy = asyncio.create_task(scheduler.run("a", lambda: held.wait(5)))
        await asyncio.sleep(0.05)
        task = asyncio.create_task(scheduler.run("a", noting(journal, "late")))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.sleep(0.05)
        held.set()
        await busy
        await scheduler.run("a", noting(journal, "next"))

    asyncio.run(given_up())
    assert journal == ["next"]


def test_a_run_is_stopped_after_its_step(scheduler: Scheduler) -> None:
    """And told so once."""
    run = Steps("a", 1000, [], seconds=0.01)
    scheduler.track(run.track)
    time.sleep(0.1)
    scheduler.stop(run.track)
    assert run.over.wait(5)
    assert 0 < run.left < 1000
    assert run.error is None


def test_an_error_ends_its_run_alone(scheduler: Scheduler) -> None:
    """The others go on."""
    run = Steps("b", 20, [], seconds=0.005)
    ended: list[Exception | None] = []

    def bad() -> bool:
        raise PromptError("damaged")

    scheduler.track(run.track)
    scheduler.track(Track("a", bad, ended.append))
    assert run.over.wait(5)
    assert run.left == 0
    assert [str(error) for error in ended] == ["damaged"]


def test_nobody_works_on_a_project_while_its_run_ends(scheduler: Scheduler) -> None:
    """What the run writes last is written before the next click."""
    journal: list[str] = []
    begun = threading.Event()

    def step() -> bool:
        begun.set()
        time.sleep(0.05)
        return False

    scheduler.track(Track("a", step, lambda _: noting(journal, "ended", 0.1)()))
    assert begun.wait(5)
    scheduler.put("a", noting(journal, "click")).result(5)
    assert journal == ["ended", "click"]


def test_closing_ends_everything_in_order() -> None:
    """Runs stop, what is lined up is done, and nothing new begins."""
    scheduler = Scheduler(background_threads=1)
    journal: list[str] = []
    run = Steps("a", 1000, [], seconds=0.01)
    scheduler.track(run.track)
    waits = scheduler.put("b", noting(journal, "done", 0.1))
    scheduler.close()
    assert run.over.is_set()
    assert waits.done()
    assert journal == ["done"]
    with pytest.raises(ConflictError):
        scheduler.put("a", lambda: None)
    with pytest.raises(ConflictError):
        scheduler.track(run.track)
