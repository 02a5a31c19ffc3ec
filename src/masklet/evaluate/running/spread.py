"""Where units are played: in this process, in several on this machine, or in torchrun's ranks."""

import os
import signal
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import NamedTuple

import cv2
import torch
import torch.distributed

from masklet.errors import MaskletError
from masklet.evaluate.running.runner import Done, Engine, Plan, Player, Share
from masklet.evaluate.running.store import Unit

PATIENCE = timedelta(days=30)


def play_here(plan: Plan, units: Iterator[Unit]) -> Generator[Done]:
    """In this process, one after the other."""
    player = Player(plan)
    for unit in units:
        yield player.play(unit)


def in_processes(workers: int) -> Engine:
    """So many processes on this machine, which share its cores and take its GPUs in turn.

    Raises:
        MaskletError: fewer than one.
    """
    if workers < 1:
        raise MaskletError(f"workers={workers}: wanted 1 or more")

    def play(plan: Plan, units: Iterator[Unit]) -> Generator[Done]:
        threads = max(1, torch.get_num_threads() // workers)
        crew: list[_Worker] = []
        try:
            for number in range(workers):
                unit = next(units, None)
                if unit is None:
                    break
                crew.append(_hire(plan, number, threads))
                crew[-1].pipe.send(unit)
            yield from _play_by(crew, units)
        finally:
            for worker in crew:
                worker.process.terminate()
                worker.process.join()
                worker.pipe.close()

    return play


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: "Connection[object, object]"


def _hire(plan: Plan, number: int, threads: int) -> _Worker:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(plan, theirs, number, threads), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _play_by(crew: list[_Worker], units: Iterator[Unit]) -> Generator[Done]:
    busy = {worker.pipe: worker for worker in crew}
    while busy:
        for pipe in connection.wait(list(busy)):
            assert isinstance(pipe, Connection)
            done = _received(busy[pipe])
            yield done
            unit = next(units, None)
            if unit is None:
                del busy[pipe]
            else:
                pipe.send(unit)


def _received(worker: _Worker) -> Done:
    try:
        answer = worker.pipe.recv()
    except (EOFError, ConnectionResetError) as error:
        worker.process.join()
        raise MaskletError(
            f"workers: a process ended by itself (exit code {worker.process.exitcode}), perhaps "
            "for want of memory; run again with fewer, what is played is kept"
        ) from error
    if isinstance(answer, BaseException):
        raise answer
    assert isinstance(answer, Done)
    return answer


def _work(plan: Plan, pipe: "Connection[object, object]", number: int, threads: int) -> None:
    """The life of a process: units in, outcomes out, until the one that began it has gone.

    Ctrl-C is left to that one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settle(number, threads)
    player = Player(plan)
    with suppress(EOFError, BrokenPipeError):
        while True:
            unit = pipe.recv()
            assert isinstance(unit, Unit)
            pipe.send(_answer(player, unit))


def _answer(player: Player, unit: Unit) -> Done | Exception:
    """What came of a unit, or what went wrong."""
    try:
        return player.play(unit)
    except Exception as error:
        return error


def settle(number: int, threads: int | None = None) -> None:
    """Makes this process worker ``number``: its threads, and its GPU where there are several."""
    if threads is not None:
        torch.set_num_threads(threads)
        cv2.setNumThreads(threads)
    if torch.cuda.is_available():
        torch.cuda.set_device(number % torch.cuda.device_count())


def share_of(environment: Mapping[str, str]) -> Share:
    """This process's share: torchrun's, or all of it."""
    return Share(int(environment.get("RANK", 0)), int(environment.get("WORLD_SIZE", 1)))


@contextmanager
def together(share: Share) -> Iterator[None]:
    """Within the block, torchrun's processes play; it ends when all of them are done."""
    if share.world == 1:
        yield
        return
    settle(int(os.environ.get("LOCAL_RANK", share.rank)))
    torch.distributed.init_process_group("gloo", timeout=PATIENCE)
    try:
        yield
        torch.distributed.barrier()
    finally:
        torch.distributed.destroy_process_group()
