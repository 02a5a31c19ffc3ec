"""How the studio copes with a long video: opening, looking around, clicking, tracking, memory.

    python benchmarks/studio_long.py                      # an hour of 1080p, a minute of it tracked
    python benchmarks/studio_long.py --minutes 5 --seconds 10

One minute is encoded (H.264, a key picture every ten seconds) and repeated without encoding again.
A real studio runs in a process of its own on 127.0.0.1. MB is what that process holds.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import httpx
import numpy as np
import websockets
from studio_load import HEADERS, Person, Served, cancelled_at_the_end, served

WIDTH, HEIGHT, FPS = 1920, 1080, 25
MINUTE = 60 * FPS
LOOKS = 30
SHOWN = 960
Say = Callable[[str, str], None]


def write_minute(path: Path) -> None:
    """A red square that wanders over a picture that moves."""
    dice = np.random.default_rng(0)
    coarse = dice.integers(0, 256, (HEIGHT // 16 + 1, 240, 3), dtype=np.uint8)
    wide = np.repeat(np.repeat(coarse, 16, axis=0), 16, axis=1)
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "crf": "32", "g": str(10 * FPS)}
        stream = container.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(MINUTE):
            across = int(900 + 900 * np.sin(number / 80))
            down = 300 + int(200 * np.sin(number / 40))
            picture = wide[:HEIGHT, across : across + WIDTH].copy()
            picture[down : down + 250, 800:1100] = (250, 40, 40)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def repeat(minute: Path, path: Path, times: int) -> None:
    """The same packets again and again, each time a minute later."""
    with av.open(str(path), "w") as target, av.open(str(minute)) as first:
        stream = target.add_stream_from_template(first.streams.video[0])
        for number in range(times):
            with av.open(str(minute)) as source:
                for packet in source.demux(source.streams.video[0]):
                    if packet.pts is None or packet.dts is None or packet.time_base is None:
                        continue
                    later = int(Fraction(60 * number) / packet.time_base)
                    packet.pts, packet.dts = packet.pts + later, packet.dts + later
                    packet.stream = stream
                    target.mux(packet)


async def look_around(client: httpx.AsyncClient, project: str, frames: int, say: Say) -> None:
    """Pictures from everywhere, and some in a row."""
    url, dice = f"/api/projects/{project}", random.Random(0)

    async def seconds(path: str) -> float:
        started = time.perf_counter()
        (await client.get(f"{url}/{path}")).raise_for_status()
        return time.perf_counter() - started

    say("first picture", f"{await seconds(f'frames/0.jpg?width={SHOWN}'):.2f} s")
    strip = await seconds(f"strip.jpg?start=0&stop={frames - 1}&count=24&height=60")
    say("filmstrip of 24", f"{strip:.2f} s")
    for what, query in (("anywhere", ""), ("close by", "&near=true")):
        places = [dice.randrange(frames) for _ in range(LOOKS)]
        took = [await seconds(f"frames/{place}.jpg?width={SHOWN}{query}") for place in places]
        say(f"picture {what}", f"{statistics.median(took):.2f} s, at most {max(took):.2f} s")
    started = time.perf_counter()
    for frame in range(100, 200):
        await seconds(f"frames/{frame}.jpg?width={SHOWN}")
    say("pictures in a row", f"{100 / (time.perf_counter() - started):.0f} a second")


async def work(studio: Served, project: str, frames: int, options: argparse.Namespace) -> None:
    """What a person does with a long video."""

    def say(what: str, how: str) -> None:
        print(f"{what:20} {how:28} {studio.megabytes:6.0f} MB", flush=True)

    address = f"ws://{studio.place}/api/projects/{project}/socket"
    root = f"http://{studio.place}"
    started = time.perf_counter()
    async with (
        httpx.AsyncClient(base_url=root, headers=HEADERS, timeout=60) as client,
        websockets.connect(address, additional_headers=HEADERS) as socket,
    ):
        await socket.recv()
        say("open", f"{time.perf_counter() - started:.2f} s")
        await look_around(client, project, frames, say)
        person, middle = Person(socket), frames // 2
        with cancelled_at_the_end(asyncio.create_task(person.listen())):
            number = (await person.ask("add_object"))["object"]
            started = time.perf_counter()
            click = {"points": [[950, 400]], "labels": [1]}
            await person.ask("say", object=number, frame=middle, **click)
            say("click far inside", f"{time.perf_counter() - started:.2f} s")
            await person.ask("propagate", start=middle)
            for part in range(4):
                before = person.frame
                await asyncio.sleep(options.seconds / 4)
                rate = 4 * (person.frame - before) / options.seconds if before else person.rate
                say(f"tracking, part {part + 1}", f"{rate:.1f} frames a second")
            await person.ask("cancel")


def main() -> None:
    """Print one line a thing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=int, default=60, help="of video")
    parser.add_argument("--seconds", type=float, default=60.0, help="of tracking")
    options = parser.parse_args()
    if not (1 <= options.minutes <= 240 and 0 < options.seconds <= 600):
        parser.error("wanted --minutes of 1 to 240 and --seconds of at most 600")
    with tempfile.TemporaryDirectory() as folder:
        minute, video = Path(folder) / "minute.mp4", Path(folder) / "long.mp4"
        write_minute(minute)
        repeat(minute, video, options.minutes)
        print(f"{options.minutes} minutes, {video.stat().st_size / 1e9:.1f} GB", flush=True)
        started = time.perf_counter()
        with served(Path(folder) / "library", str(video)) as studio:
            print(f"{'start, first time':20} {time.perf_counter() - started:.1f} s", flush=True)
            project = studio.project
            assert project is not None
            asyncio.run(work(studio, project, options.minutes * MINUTE, options))


if __name__ == "__main__":
    main()
