"""Uploads: pieces, interruptions, limits, and what stays of them."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient
from studio.studio_app import (
    FRAMES,
    HEIGHT,
    WIDTH,
    left_of,
    made_studio,
    running,
    studio_of,
    talking,
    upload,
)

from masklet.studio.settings import MIB, Limits
from masklet.studio.studio import Studio
from masklet.studio.uploads.uploads import shown_name

NONE = "0" * 32


class _Usage(NamedTuple):
    """A disk, as far as it is looked at."""

    free: int


def begin(client: TestClient, size: int, name: str = "clip.mp4") -> str:
    """The id of an upload of which nothing has come."""
    return client.post("/api/uploads", json={"name": name, "size": size}).json()["id"]


def test_a_video_becomes_a_project(client: TestClient, clip: Path) -> None:
    """With its facts, a picture, and nothing left of the upload."""
    identifier = upload(client, clip.read_bytes(), "../my clip.mp4")
    made = client.post(f"/api/uploads/{identifier}/project", json={"name": "Mine"}).json()
    assert made["name"] == "Mine"
    assert made["video"] == {
        "frames": FRAMES,
        "width": WIDTH,
        "height": HEIGHT,
        "fps": 25.0,
        "steady": True,
        "name": "my clip.mp4",
    }
    assert client.get(f"/api/projects/{made['id']}/thumbnail.jpg").status_code == 200
    assert client.get(f"/api/projects/{made['id']}/frames/3.jpg").status_code == 200
    assert client.get(f"/api/uploads/{identifier}").status_code == 404
    assert left_of(client) == ["my-clip"]
    with talking(client, made["id"]) as talk:
        assert talk.ask("add_object")["object"] == 1


def test_the_name_of_the_file_is_the_projects(client: TestClient, clip: Path) -> None:
    """Where no other is given; two of the same name lie side by side."""
    for _ in range(2):
        identifier = upload(client, clip.read_bytes(), "Hund läuft.MP4")
        made = client.post(f"/api/uploads/{identifier}/project", json={}).json()
        assert made["name"] == "Hund läuft"
    assert sorted(left_of(client)) == ["hund-l-uft", "hund-l-uft-2"]


def test_pieces_go_on_where_they_ended(client: TestClient, clip: Path) -> None:
    """A piece in the wrong place is refused, and says what the right one is."""
    data = clip.read_bytes()
    identifier = begin(client, len(data))
    url = f"/api/uploads/{identifier}"
    assert client.put(f"{url}?offset=0", content=data[:1000]).json()["received"] == 1000
    for offset in (0, 999, 1001, 10**9):
        wrong = client.put(f"{url}?offset={offset}", content=data[:10])
        assert wrong.status_code == 409
        assert wrong.json()["received"] == 1000
    assert client.get(url).json()["received"] == 1000
    early = client.post(f"{url}/project", json={})
    assert early.status_code == 409
    assert client.put(f"{url}?offset=1000", content=data[1000:]).json()["received"] == len(data)
    assert client.post(f"{url}/project", json={}).status_code == 200


def test_a_connection_that_breaks_loses_nothing(studio: Studio) -> None:
    """What came before it broke is kept."""

    async def breaking() -> AsyncIterator[bytes]:
        yield bytes(2000)
        raise ClientDisconnect

    async def broken() -> int:
        view = studio.uploads.begin("clip.mp4", 5000)
        with pytest.raises(ClientDisconnect):
            await studio.uploads.add(view.id, 0, breaking())
        return studio.uploads.view(view.id).received

    assert asyncio.run(broken()) == 2000


def test_an_upload_outlives_the_server(tmp_path: Path, clip: Path) -> None:
    """It goes on where it was."""
    data = clip.read_bytes()
    with running(made_studio(tmp_path / "library")) as client:
        identifier = begin(client, len(data))
        client.put(f"/api/uploads/{identifier}?offset=0", content=data[:500])
    with running(made_studio(tmp_path / "library")) as client:
        assert client.get(f"/api/uploads/{identifier}").json()["received"] == 500
        client.put(f"/api/uploads/{identifier}?offset=500", content=data[500:])
        assert client.post(f"/api/uploads/{identifier}/project", json={}).status_code == 200


def test_more_than_was_said_is_refused(client: TestClient) -> None:
    """And nothing of that piece is kept."""
    identifier = begin(client, 100)
    client.put(f"/api/uploads/{identifier}?offset=0", content=bytes(60))
    assert client.put(f"/api/uploads/{identifier}?offset=60", content=bytes(41)).status_code == 413
    assert client.get(f"/api/uploads/{identifier}").json()["received"] == 60


def test_a_piece_has_something_in_it(client: TestClient) -> None:
    """An empty one is a mistake."""
    identifier = begin(client, 100)
    assert client.put(f"/api/uploads/{identifier}?offset=0", content=b"").status_code == 400


def test_pieces_are_bounded(client: TestClient) -> None:
    """At most 8 MiB each."""
    identifier = begin(client, 100 * MIB)
    answer = client.put(f"/api/uploads/{identifier}?offset=0", content=bytes(8 * MIB + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "x.mp4", "size": 0}, 422),
        ({"name": "x.mp4", "size": -5}, 422),
        ({"name": "x.mp4", "size": 2**62}, 422),
        ({"name": "x.mp4", "size": 5 * 2**30}, 413),
        ({"name": "", "size": 5}, 422),
        ({"name": "x" * 256, "size": 5}, 422),
        ({"size": 5}, 422),
        ({"name": "x.mp4", "size": "many"}, 422),
    ],
)
def test_uploads_that_cannot_begin(client: TestClient, body: object, status: int) -> None:
    """Are refused with a sentence, and nothing is made."""
    answer = client.post("/api/uploads", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert left_of(client) == []


def test_the_disk_must_have_room(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked at before anything comes."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(free=1))
    answer = client.post("/api/uploads", json={"name": "x.mp4", "size": 10})
    assert answer.status_code == 413
    assert "room" in answer.json()["error"]
    assert left_of(client) == []


@pytest.mark.parametrize("identifier", [NONE, "x" * 32, "..", "%2e%2e", NONE[:-1]])
def test_unknown_uploads(client: TestClient, identifier: str) -> None:
    """Are refused, whatever is asked."""
    url = f"/api/uploads/{identifier}"
    for answer in (
        client.get(url),
        client.put(f"{url}?offset=0", content=b"x"),
        client.post(f"{url}/project", json={}),
        client.delete(url),
    ):
        assert answer.status_code in (404, 405, 422)
        assert set(answer.json()) == {"error"}


def test_an_upload_can_be_given_up(client: TestClient) -> None:
    """Nothing of it stays."""
    identifier = begin(client, 100)
    assert client.delete(f"/api/uploads/{identifier}").status_code == 204
    assert client.get(f"/api/uploads/{identifier}").status_code == 404
    assert left_of(client) == []


def test_uploads_are_few(tmp_path: Path) -> None:
    """The one that was left alone longest makes room, once it is old enough."""
    studio = made_studio(tmp_path / "library", limits=Limits(uploads=2))
    with running(studio) as client:
        first, second = begin(client, 10), begin(client, 10)
        answer = client.post("/api/uploads", json={"name": "x.mp4", "size": 10})
        assert answer.status_code == 409
        old = time.time() - 3600
        os.utime(studio.uploads.folder(first) / "data", (old, old))
        third = begin(client, 10)
        assert client.get(f"/api/uploads/{first}").status_code == 404
        for identifier in (second, third):
            assert client.get(f"/api/uploads/{identifier}").status_code == 200


def test_old_uploads_are_removed(client: TestClient) -> None:
    """After a day, when someone else begins one."""
    identifier = begin(client, 10)
    old = time.time() - 25 * 3600
    os.utime(studio_of(client).uploads.folder(identifier) / "data", (old, old))
    begin(client, 10)
    assert client.get(f"/api/uploads/{identifier}").status_code == 404


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("clip.mp4", "clip.mp4"),
        ("/etc/passwd", "passwd"),
        ("C:\\videos\\a.mov", "a.mov"),
        ("a\x00b\n.mp4", "ab.mp4"),
        ("//", "video"),
        ("\u202egpj.exe", "gpj.exe"),
        ("  ", "video"),
    ],
)
def test_names_as_people_read_them(name: str, shown: str) -> None:
    """No folders, and nothing that cannot be seen."""
    assert shown_name(name) == shown
