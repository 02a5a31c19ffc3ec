"""Playing units on a Ray cluster: one actor a GPU, or a CPU where there are none."""

import logging
import os
from collections.abc import Generator, Iterator
from typing import Any

from masklet.errors import MaskletError
from masklet.evaluate.running.runner import Done, Engine, Plan, Player
from masklet.evaluate.running.spread import settle
from masklet.evaluate.running.store import Unit


def on_ray(workers: int | None = None) -> Engine:
    """A cluster that ``RAY_ADDRESS`` names, or else one on this machine for the time of the run.

    The files of the suite and the weights have to be at the same place on all of its machines;
    results come back over the network and are kept by this process.

    Args:
        workers: actors; as many as the cluster has GPUs, or CPUs where it has none, if None.

    Raises:
        MaskletError: Ray is not installed, or fewer than one worker.
    """
    try:
        import ray
    except ImportError as error:
        raise MaskletError(
            "engine=ray: Ray is not here; run `pip install 'masklet[ray]'`"
        ) from error
    if workers is not None and workers < 1:
        raise MaskletError(f"workers={workers}: wanted 1 or more")

    def play(plan: Plan, units: Iterator[Unit]) -> Generator[Done]:
        begun = not ray.is_initialized()
        if begun:
            begin(workers)
        try:
            yield from _play_by(_crew(plan, workers), units)
        finally:
            if begun:
                ray.shutdown()

    return play


def begin(workers: int | None) -> None:
    """Joins the cluster; a local one has as many CPUs as workers are asked for."""
    import ray

    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if os.environ.get("RAY_ADDRESS"):
        ray.init(log_to_driver=False, logging_level=logging.ERROR)
    else:
        ray.init(
            num_cpus=workers,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )


class Actor:
    """A player on some machine of the cluster."""

    def __init__(self, plan: Plan, threads: int) -> None:
        settle(0, threads)
        self._player = Player(plan)

    def play(self, unit: Unit) -> Done:
        """Plays one unit. Raises MaskletError."""
        return self._player.play(unit)


def _crew(plan: Plan, workers: int | None) -> list[Any]:
    import ray

    has = ray.cluster_resources()
    gpus, cpus = int(has.get("GPU", 0)), int(has.get("CPU", 1))
    count = workers or gpus or cpus
    threads = max(1, cpus // count)
    # Less than a whole one where more workers are asked for than there are.
    hired = ray.remote(num_gpus=min(1.0, gpus / count), num_cpus=min(1.0, cpus / count))(Actor)
    return [hired.remote(plan, threads) for _ in range(count)]


def _play_by(crew: list[Any], units: Iterator[Unit]) -> Generator[Done]:
    import ray
    from ray.exceptions import RayActorError, RayTaskError

    flying: dict[Any, Any] = {}

    def send(actor: Any) -> None:
        unit = next(units, None)
        if unit is not None:
            flying[actor.play.remote(unit)] = actor

    for actor in crew:
        send(actor)
    while flying:
        ready, _ = ray.wait(list(flying))
        actor = flying.pop(ready[0])
        try:
            done = ray.get(ready[0])
        except RayTaskError as error:
            raise (error.cause if isinstance(error.cause, Exception) else error) from error
        except RayActorError as error:
            raise MaskletError(f"engine=ray: an actor ended by itself ({error})") from error
        yield done
        send(actor)
