"""Makers for tests of exports: a tracked project, and its exports taken to the end."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient
from studio.studio_app import FRAMES, HEIGHT, WIDTH, new_project, talking

from masklet.formats.track import MaskTrack
from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.studio.wire.frames import FrameAnswers
from masklet.values import Size

SIZE = Size(HEIGHT, WIDTH)
SECONDS = 120


def tracked_project(client: TestClient, clip: Path, *, stop: int = FRAMES - 1) -> str:
    """A project with two objects, "cat" and "Dog, 2", tracked to a frame."""
    project = new_project(client, clip)
    with talking(client, project) as talk:
        for name, box in (("cat", [5, 5, 40, 40]), ("Dog, 2", [25, 10, 60, 44])):
            number = talk.ask("add_object", name=name)["object"]
            assert talk.ask("say", object=number, frame=0, box=box)["type"] == "reply"
        assert talk.ask("propagate", start=0, stop=stop)["type"] == "reply"
        while talk.state()["running"] is not None:
            pass
    return project


def shown(client: TestClient, project: str, frames: Sequence[int]) -> list[FrameAnswers]:
    """What pages are sent of some frames."""
    with talking(client, project) as talk:
        talk.send("credit", frames=len(frames))
        talk.send("masks", start=min(frames), stop=max(frames))
        return [talk.next_masks() for _ in frames]


def masks_of(known: FrameAnswers) -> dict[int, np.ndarray]:
    """Masks by object number."""
    return {answer.object: rle.decode(Rle(SIZE, answer.counts)) for answer in known.answers}


def exported(client: TestClient, project: str, kind: str, **options: Any) -> dict[str, Any]:
    """An export taken to its end, however that is."""
    ask = {"kind": kind, "options": options}
    begun = client.post(f"/api/projects/{project}/exports", json=ask)
    assert begun.status_code == 200, begun.text
    return ended(client, project, begun.json()["id"])


def ended(client: TestClient, project: str, job: str) -> dict[str, Any]:
    """An export that is over."""
    until = time.monotonic() + SECONDS
    view: dict[str, Any] = {}
    while time.monotonic() < until:
        view = client.get(f"/api/projects/{project}/exports/{job}").json()
        if view.get("state") not in ("waiting", "running"):
            return view
        time.sleep(0.02)
    raise AssertionError(view)


def wait_for_nothing(folder: Path) -> None:
    """Until no file and no half of one is left in a project's folder of exports."""
    until = time.monotonic() + SECONDS
    while left := names_below(folder) - {".jobs"}:
        assert time.monotonic() < until, left
        time.sleep(0.02)


def names_below(folder: Path) -> set[str]:
    """Of files and folders, however deep; some may vanish meanwhile."""
    return {name for _, folders, files in os.walk(folder) for name in (*folders, *files)}


def downloaded(client: TestClient, view: dict[str, Any], folder: Path) -> Path:
    """The file of a finished export."""
    assert view["state"] == "done", view
    answer = client.get(view["url"])
    assert answer.status_code == 200
    assert len(answer.content) == view["bytes"]
    assert answer.headers["content-disposition"].startswith("attachment; filename")
    path = folder / view["name"]
    path.write_bytes(answer.content)
    return path


def brought(client: TestClient, project: str, path: Path) -> dict[str, Any]:
    """What an import answers."""
    name = {"name": path.name}
    return client.post(
        f"/api/projects/{project}/imports", params=name, content=path.read_bytes()
    ).json()


def assert_equal(track: MaskTrack, answers: Sequence[FrameAnswers]) -> None:
    """A file holds what the studio shows, object by object in order."""
    assert track.frames == tuple(known.frame for known in answers)
    for known in answers:
        found = track[known.frame].masks
        for mask, wanted in zip(found, masks_of(known).values(), strict=True):
            np.testing.assert_array_equal(mask, wanted)
