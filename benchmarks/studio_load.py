"""How long a click waits for its mask while many people click and objects are tracked.

    python benchmarks/studio_load.py                      # one person, then twenty; one is tracked
    python benchmarks/studio_load.py --people 20 --shared 5 --tracked 2 --seconds 60

A real studio runs in a process of its own and listens on 127.0.0.1 only. Every person has a
WebSocket, looks at one frame of the bundled clip, and clicks about twice a second: a click that
refines, or one that starts over. Timed is from sending the click to the arrival of its mask, on the
client's side of the socket. Each row is a studio of its own; nothing outlives the run.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import websockets
from websockets.asyncio.client import ClientConnection

TOKEN = "load"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
SECONDS_BETWEEN = 0.5
PATIENCE = 10.0
MOST_PEOPLE, MOST_TRACKED, MOST_SECONDS = 100, 20, 600.0
SUIT = (430, 310)
MASKS = 1


class Served(NamedTuple):
    """A running studio: where it listens, its process, and the project it was started on."""

    place: str
    project: str | None
    process: subprocess.Popen[str]

    @property
    def megabytes(self) -> float:
        """What it holds in memory."""
        statm = Path(f"/proc/{self.process.pid}/statm")
        if not statm.exists():
            return float("nan")
        return int(statm.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Outcome(NamedTuple):
    """Seconds of every answered click, and how many were not answered."""

    seconds: list[float]
    failures: int


class Person:
    """One page: sends requests, and takes what comes for whoever waits for it.

    Attributes:
        running: its project is being tracked.
        frame, rate: the last frame tracked, and how many a second.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._id = 0
        self._mask: asyncio.Future[float] | None = None
        self._replies: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.running = False
        self.frame, self.rate = 0, 0.0

    async def listen(self) -> None:
        """Take messages until the connection ends."""
        with suppress(websockets.ConnectionClosed):
            async for message in self._socket:
                if isinstance(message, str):
                    self._told(json.loads(message))
                elif message[0] == MASKS and self._mask is not None and not self._mask.done():
                    self._mask.set_result(time.perf_counter())

    async def ask(self, kind: str, **what: Any) -> dict[str, Any]:
        """A request's reply. Raises RuntimeError where it is refused."""
        self._id += 1
        number = self._id
        reply = self._replies[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": number, "type": kind, **what}))
        told = await asyncio.wait_for(reply, PATIENCE)
        if told["type"] == "refusal":
            raise RuntimeError(f"{kind}: {told['error']}")
        return told

    async def click(self, number: int, dice: random.Random) -> float:
        """Seconds from a click to its mask."""
        self._mask = asyncio.get_running_loop().create_future()
        place = [SUIT[0] + dice.uniform(-40, 40), SUIT[1] + dice.uniform(-25, 25)]
        started = time.perf_counter()
        reply = self.ask(
            "say",
            object=number,
            frame=0,
            points=[place],
            labels=[1],
            replace=dice.random() < 0.3,
        )
        asking = asyncio.create_task(reply)
        arrived = await asyncio.wait_for(self._mask, PATIENCE)
        await asking
        return arrived - started

    def _told(self, told: dict[str, Any]) -> None:
        if told["type"] == "state":
            self.running = told["state"]["running"] is not None
        if told["type"] == "progress":
            self.frame, self.rate = told["frame"], told["rate"] or 0.0
        reply = self._replies.pop(told.get("id", -1), None)
        if reply is not None and not reply.done():
            reply.set_result(told)


@contextmanager
def served(library: Path, *arguments: str) -> Iterator[Served]:
    """A studio that ends with the block."""
    command = [sys.executable, "-m", "masklet.cli.main", "studio", "--no-browser", "--json"]
    process = subprocess.Popen(
        [*command, *arguments, "--port", "0", "--token", TOKEN],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"MASKLET_STUDIO": str(library)},
    )
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        place, _, rest = told["address"].removeprefix("http://").partition("/?")
        yield Served(place, rest.partition("#/project/")[2] or None, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


async def new_project(client: httpx.AsyncClient) -> str:
    """The id of a project of the bundled clip."""
    answer = await client.post("/api/projects/sample")
    return answer.raise_for_status().json()["id"]


@contextmanager
def cancelled_at_the_end(task: asyncio.Task[None]) -> Iterator[None]:
    """The task goes on for as long as the block lasts."""
    try:
        yield
    finally:
        task.cancel()


async def click_on(place: str, project: str, seconds: float, seed: int) -> Outcome:
    """One person's clicks."""
    dice, outcome = random.Random(seed), Outcome([], 0)
    address = f"ws://{place}/api/projects/{project}/socket"
    async with websockets.connect(address, additional_headers=HEADERS) as socket:
        person = Person(socket)
        with cancelled_at_the_end(asyncio.create_task(person.listen())):
            number = (await person.ask("add_object"))["object"]
            await person.ask("look", frame=0)
            await person.click(number, dice)
            until = time.perf_counter() + seconds
            while time.perf_counter() < until:
                await asyncio.sleep(SECONDS_BETWEEN * dice.uniform(0.8, 1.2))
                try:
                    outcome.seconds.append(await person.click(number, dice))
                except (RuntimeError, TimeoutError, websockets.ConnectionClosed):
                    outcome = outcome._replace(failures=outcome.failures + 1)
    return outcome


async def track(place: str, project: str, begun: asyncio.Event) -> None:
    """Track the clip again and again, until cancelled."""
    address = f"ws://{place}/api/projects/{project}/socket"
    async with websockets.connect(address, additional_headers=HEADERS) as socket:
        person = Person(socket)
        with cancelled_at_the_end(asyncio.create_task(person.listen())):
            number = (await person.ask("add_object"))["object"]
            await person.click(number, random.Random(0))
            while True:
                await person.ask("propagate")
                begun.set()
                while person.running:
                    await asyncio.sleep(0.02)


async def play(studio: Served, people: int, options: argparse.Namespace) -> Outcome:
    """Everybody's clicks."""
    async with httpx.AsyncClient(
        base_url=f"http://{studio.place}", headers=HEADERS, timeout=60
    ) as client:
        projects = [await new_project(client) for _ in range(-(-people // options.shared))]
        tracked = [await new_project(client) for _ in range(options.tracked)]
    begun = [asyncio.Event() for _ in tracked]
    runs = [
        asyncio.create_task(track(studio.place, project, event))
        for project, event in zip(tracked, begun, strict=True)
    ]
    try:
        await asyncio.wait_for(asyncio.gather(*(event.wait() for event in begun)), 60)
        clicks = (
            click_on(studio.place, projects[n // options.shared], options.seconds, n)
            for n in range(people)
        )
        outcomes = await asyncio.gather(*clicks)
    finally:
        for run in runs:
            run.cancel()
        await asyncio.gather(*runs, return_exceptions=True)
    seconds = [second for outcome in outcomes for second in outcome.seconds]
    return Outcome(seconds, sum(outcome.failures for outcome in outcomes))


def row(people: int, options: argparse.Namespace, outcome: Outcome, megabytes: float) -> str:
    """One line of the table."""
    if not outcome.seconds:
        return f"{people:6d} {options.tracked:7d}      0  no click was answered"
    ordered = sorted(outcome.seconds)
    last = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return (
        f"{people:6d} {options.tracked:7d} {len(ordered):6d} "
        f"{1000 * statistics.median(ordered):8.0f} {1000 * last:7.0f} {1000 * ordered[-1]:7.0f} "
        f"{outcome.failures:8d} {megabytes:7.0f}"
    )


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, nargs="+", default=[1, 20], help="one row each")
    parser.add_argument("--shared", type=int, default=1, help="people on each project")
    parser.add_argument("--tracked", type=int, default=1, help="projects being tracked meanwhile")
    parser.add_argument("--seconds", type=float, default=30.0, help="of clicking")
    options = parser.parse_args()
    if not all(1 <= people <= MOST_PEOPLE for people in options.people):
        parser.error(f"--people: wanted 1 to {MOST_PEOPLE}")
    if not 0 < options.seconds <= MOST_SECONDS:
        parser.error(f"--seconds: wanted more than 0 and at most {MOST_SECONDS:.0f}")
    if options.shared < 1 or not 0 <= options.tracked <= MOST_TRACKED:
        parser.error(f"wanted --shared of at least 1 and --tracked of 0 to {MOST_TRACKED}")
    return options


def main() -> None:
    """Print the table."""
    options = read_options()
    print("people tracked clicks   median     95%     max failures      MB   (milliseconds)")
    for people in options.people:
        with tempfile.TemporaryDirectory() as library, served(Path(library)) as studio:
            outcome = asyncio.run(play(studio, people, options))
            print(row(people, options, outcome, studio.megabytes), flush=True)


if __name__ == "__main__":
    main()
