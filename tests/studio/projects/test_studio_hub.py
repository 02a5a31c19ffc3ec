"""Projects in memory: shared, closed when idle, and back by themselves."""

import asyncio
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from studio.studio_app import (
    Talk,
    made_studio,
    new_project,
    running,
    socket_of,
    studio_of,
    talking,
)

from masklet.studio.settings import Limits

pytestmark = pytest.mark.timeout(90)
CLICK = {"points": [[30, 20]], "labels": [1]}


def eventually_closed(client: TestClient) -> None:
    """Wait until no project is in memory."""
    until = time.monotonic() + 40
    while studio_of(client).hub.open and time.monotonic() < until:
        time.sleep(0.02)
    assert studio_of(client).hub.open == ()


def test_an_idle_project_leaves_and_comes_back(tmp_path: Path, clip: Path) -> None:
    """With everything that was said."""
    studio = made_studio(tmp_path / "library", limits=Limits(idle_seconds=0.2))
    with running(studio) as client:
        project = new_project(client, clip)
        with talking(client, project) as talk:
            talk.ask("add_object")
            talk.ask("say", object=1, frame=2, **CLICK)
            time.sleep(0.5)
            assert studio.hub.open == (project,)
        eventually_closed(client)
        with talking(client, project) as talk:
            assert talk.latest["prompts"][0]["frame"] == 2
            assert talk.ask("undo")["type"] == "reply"
        eventually_closed(client)
        assert client.get(f"/api/projects/{project}/frames/1.jpg").status_code == 200


def test_a_project_that_is_tracked_is_not_idle(tmp_path: Path) -> None:
    """It stays until tracking has ended, also when nobody looks."""
    studio = made_studio(tmp_path / "library", limits=Limits(idle_seconds=0.1))
    with running(studio) as client:
        project = client.post("/api/projects/sample").json()["id"]
        with talking(client, project) as talk:
            talk.ask("add_object")
            talk.ask("say", object=1, frame=0, points=[[430, 310]], labels=[1])
            talk.ask("propagate", stop=20)
        eventually_closed(client)
        with talking(client, project) as talk:
            assert talk.latest["passes"][0]["last"] == 20


def test_few_projects_are_kept(tmp_path: Path, clip: Path) -> None:
    """Those that were used longest ago go first; those in use stay."""
    studio = made_studio(tmp_path / "library", limits=Limits(projects=1, idle_seconds=2.0))
    with running(studio) as client:
        first, second, third = (new_project(client, clip) for _ in range(3))
        with talking(client, first) as talk:
            for project in (second, third):
                client.get(f"/api/projects/{project}/frames/0.jpg")
            until = time.monotonic() + 10
            while len(studio.hub.open) > 1 and time.monotonic() < until:
                time.sleep(0.02)
            assert studio.hub.open == (first,)
            assert talk.ask("add_object")["object"] == 1


def test_two_who_open_at_once_share_one(client: TestClient, clip: Path) -> None:
    """The project is opened once."""
    project = new_project(client, clip)
    hub = studio_of(client).hub

    async def both() -> bool:
        async def used() -> object:
            async with hub.use(project) as live:
                await asyncio.sleep(0.1)
                return live

        one, two = await asyncio.gather(used(), used())
        return one is two

    assert client.portal is not None
    assert client.portal.call(both)


def test_locks_are_forgotten(client: TestClient) -> None:
    """Asking for projects that do not exist costs no memory."""
    for number in range(50):
        client.get(f"/api/projects/{number:016x}/frames/0.jpg")
    assert len(studio_of(client).hub._opening) == 0


def test_a_model_that_fails_sends_the_pages_away(
    client: TestClient, clip: Path, tmp_path: Path
) -> None:
    """The project is closed, and opens again."""
    project = new_project(client, clip)
    with client.websocket_connect(socket_of(project)) as socket:
        talk = Talk(socket)
        talk.state()
        media = tmp_path / "library" / "clip" / "media" / "clip.mp4"
        away = media.rename(tmp_path / "away.mp4")
        answer = client.patch(f"/api/projects/{project}", json={"model": "nano"})
        assert answer.status_code == 404
        message = socket.receive()
        assert message["type"] == "websocket.close"
        assert message["code"] == 4004
        away.rename(media)
    with talking(client, project) as talk:
        assert talk.ask("add_object")["object"] == 1
