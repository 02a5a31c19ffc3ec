"""Pictures of a project over HTTP: frames, filmstrip, times, strips and doubts."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small import moving_pictures
from starlette.testclient import TestClient
from studio.studio_app import FRAMES, HEIGHT, WIDTH, new_project, talking

from masklet.studio.wire.frames import HIDDEN

NOBODY = "0" * 16


@pytest.fixture
def project(client: TestClient, clip: Path) -> str:
    """A project of the short clip."""
    return new_project(client, clip)


def opened(data: bytes) -> np.ndarray:
    """The pixels of a JPEG."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def test_every_frame_is_the_right_one(client: TestClient, project: str) -> None:
    """Asked for in any order, at the video's size."""
    pictures = moving_pictures(FRAMES, (HEIGHT, WIDTH))
    for frame in (7, 0, 11, 3, 3):
        answer = client.get(f"/api/projects/{project}/frames/{frame}.jpg")
        assert answer.headers["content-type"] == "image/jpeg"
        seen = opened(answer.content).astype(int)
        errors = [np.abs(seen - picture).mean() for picture in pictures]
        assert int(np.argmin(errors)) == frame


def test_frames_are_kept_by_the_browser(client: TestClient, project: str) -> None:
    """A frame never changes, so it is not sent again."""
    answer = client.get(f"/api/projects/{project}/frames/1.jpg?width=160")
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]
    again = client.get(
        f"/api/projects/{project}/frames/1.jpg?width=160",
        headers={"If-None-Match": answer.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("frame", "width", "status"),
    [
        ("12", "", 404),
        ("-1", "", 422),
        ("x", "", 422),
        ("1e3", "", 422),
        ("99999999999", "", 422),
        ("0", "?width=161", 422),
        ("0", "?width=-1", 422),
        ("0", "?width=", 422),
    ],
)
def test_frames_that_do_not_exist(
    client: TestClient, project: str, frame: str, width: str, status: int
) -> None:
    """Are refused with a sentence."""
    answer = client.get(f"/api/projects/{project}/frames/{frame}.jpg{width}")
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


def test_wide_frames_are_made_narrow(client: TestClient) -> None:
    """Never wider than asked, in their own proportions."""
    sample = client.post("/api/projects/sample").json()["id"]
    narrow = opened(client.get(f"/api/projects/{sample}/frames/0.jpg?width=320").content)
    whole = opened(client.get(f"/api/projects/{sample}/frames/0.jpg?width=1920").content)
    assert narrow.shape == (180, 320, 3)
    assert whole.shape == (360, 640, 3)


def test_the_filmstrip_shows_frames_in_a_row(client: TestClient, project: str) -> None:
    """Evenly spaced from the first to the last."""
    answer = client.get(f"/api/projects/{project}/strip.jpg?start=0&stop=11&count=3&height=48")
    row = opened(answer.content)
    assert row.shape == (48, 3 * WIDTH, 3)
    pictures = moving_pictures(FRAMES, (HEIGHT, WIDTH))
    for place, frame in enumerate((0, 6, 11)):
        seen = row[:, place * WIDTH : (place + 1) * WIDTH].astype(int)
        errors = [np.abs(seen - picture).mean() for picture in pictures]
        assert abs(int(np.argmin(errors)) - frame) <= 1


@pytest.mark.parametrize(
    "query",
    [
        "start=0&stop=12&count=3&height=48",
        "start=5&stop=4&count=3&height=48",
        "start=0&stop=11&count=0&height=48",
        "start=0&stop=11&count=65&height=48",
        "start=0&stop=11&count=3&height=1000",
        "stop=11&count=3&height=48",
    ],
)
def test_filmstrips_that_cannot_be_made(client: TestClient, project: str, query: str) -> None:
    """Are refused with a sentence."""
    answer = client.get(f"/api/projects/{project}/strip.jpg?{query}")
    assert answer.status_code in (404, 422)
    assert set(answer.json()) == {"error"}


def test_times_of_an_even_video_are_left_out(client: TestClient, project: str) -> None:
    """They follow from the rate."""
    assert client.get(f"/api/projects/{project}/times").status_code == 204


def test_times_of_an_uneven_video(client: TestClient, uneven: Path) -> None:
    """Seconds, one a frame."""
    project = new_project(client, uneven)
    view = client.get(f"/api/projects/{project}").json()["video"]
    assert not view["steady"]
    times = np.frombuffer(client.get(f"/api/projects/{project}/times").content, "<f8")
    np.testing.assert_allclose(times, [0, 0.04, 0.08, 0.4, 0.44, 1.0], atol=1e-3)


def test_strips_say_where_an_object_is(client: TestClient, project: str) -> None:
    """Its number, then a byte a frame."""
    url = f"/api/projects/{project}/strips?start=0&stop=11"
    assert client.get(url).content == b""
    with talking(client, project) as talk:
        talk.ask("add_object")
        talk.ask("say", object=1, frame=4, points=[[30, 20]], labels=[1])
    strip = client.get(url).content
    assert strip[:4] == (1).to_bytes(4, "little")
    known = np.frombuffer(strip[4:], np.uint8)
    assert len(known) == FRAMES
    assert known[4] in (*range(1, 101), HIDDEN)
    assert not np.delete(known, 4).any()


@pytest.mark.parametrize("what", ["strips?start=0&stop=12", "strips?start=3&stop=2", "strips"])
def test_strips_of_no_frames(client: TestClient, project: str, what: str) -> None:
    """Are refused."""
    assert client.get(f"/api/projects/{project}/{what}").status_code in (404, 422)


def test_doubts_are_a_list(client: TestClient, project: str) -> None:
    """Empty where nothing is tracked; not without end."""
    assert client.get(f"/api/projects/{project}/doubts").json() == []
    assert client.get(f"/api/projects/{project}/doubts?limit=0").status_code == 422


@pytest.mark.parametrize(
    "what",
    [
        "frames/0.jpg",
        "strip.jpg?start=0&stop=1&count=2&height=48",
        "times",
        "strips?start=0&stop=1",
        "doubts",
        "thumbnail.jpg",
    ],
)
def test_pictures_of_no_project(client: TestClient, what: str) -> None:
    """Are refused."""
    assert client.get(f"/api/projects/{NOBODY}/{what}").status_code == 404
