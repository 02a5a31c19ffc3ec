"""Makers for tests of the server: an application with the small model, and clips to upload."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from fastapi import FastAPI
from small import moving_pictures, small_model
from starlette.testclient import TestClient, WebSocketTestSession

from masklet.media.writers import VideoWriter
from masklet.studio.projects.make import NewProject, make_project
from masklet.studio.projects.models import Chosen
from masklet.studio.settings import Limits, Settings
from masklet.studio.studio import Studio
from masklet.studio.web.app import create_app
from masklet.studio.wire.frames import FrameAnswers, unpack
from masklet.values import Size

TOKEN = "a-token-for-tests"
ROOT = "http://127.0.0.1:8123"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
FRAMES = 12
HEIGHT, WIDTH = 48, 72


def made_studio(
    library: Path, *, limits: Limits | None = None, project: Path | None = None, host: str = ""
) -> Studio:
    """A studio whose default model is the small one."""
    settings = Settings(
        library=library,
        project=project,
        host=host or "127.0.0.1",
        token=TOKEN,
        limits=limits or Limits(),
    )
    return Studio(settings, Chosen("small", small_model), device="cpu")


@contextmanager
def running(studio: Studio, *, headers: dict[str, str] | None = None) -> Iterator[TestClient]:
    """A client of a running server, let in unless other headers are given."""
    app = create_app(studio)
    headers = BEARER if headers is None else headers
    with TestClient(app, base_url=ROOT, headers=headers, follow_redirects=False) as client:
        yield client


def write_clip(path: Path, *, frames: int = FRAMES, fps: float = 25.0) -> Path:
    """A short video of pictures that drift to the right."""
    with VideoWriter(path, Size(HEIGHT, WIDTH), fps) as writer:
        for picture in moving_pictures(frames, (HEIGHT, WIDTH)):
            writer.add(picture)
    return path


def write_uneven(path: Path) -> Path:
    """Six frames shown after 0, 40, 80, 400, 440 and 1000 ms."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for picture, shown in zip(
            moving_pictures(6, (HEIGHT, WIDTH)), (0, 40, 80, 400, 440, 1000), strict=True
        ):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = shown, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def upload(client: TestClient, data: bytes, name: str = "clip.mp4") -> str:
    """The id of an upload of which everything has come."""
    made = client.post("/api/uploads", json={"name": name, "size": len(data)})
    assert made.status_code == 200, made.text
    identifier = made.json()["id"]
    put = client.put(f"/api/uploads/{identifier}?offset=0", content=data)
    assert put.status_code == 200, put.text
    return identifier


def new_project(client: TestClient, video: Path) -> str:
    """The id of a new project of a video on this machine."""
    studio = studio_of(client)
    new = NewProject(
        name=video.stem, video=video, video_name=video.name, model=studio.models.default
    )
    return make_project(studio.library, new).id


def studio_of(client: TestClient) -> Studio:
    """The studio that a client talks to."""
    app = client.app
    assert isinstance(app, FastAPI)
    return app.state.studio


def left_of(client: TestClient) -> list[str]:
    """What lies in the folder of uploads, and projects."""
    library = studio_of(client).library.folder
    uploads = library / ".uploads"
    there = [path.name for path in uploads.iterdir()] if uploads.is_dir() else []
    return there + [path.name for path in library.iterdir() if path.name != ".uploads"]


class Talk:
    """One page's conversation over the WebSocket."""

    def __init__(self, socket: WebSocketTestSession) -> None:
        self.socket = socket
        self.told: list[dict[str, Any]] = []
        self.masks: list[bytes] = []
        self._id = 0

    def send(self, kind: str, **what: Any) -> int:
        """Send a request; gives its id."""
        self._id += 1
        self.socket.send_text(json.dumps({"id": self._id, "type": kind, **what}))
        return self._id

    def next(self) -> dict[str, Any] | bytes:
        """What comes next; it is kept."""
        message = self.socket.receive()
        assert message["type"] == "websocket.send", message
        if message.get("bytes") is not None:
            self.masks.append(message["bytes"])
            return message["bytes"]
        told = json.loads(message["text"])
        self.told.append(told)
        return told

    def until(self, kind: str, **what: Any) -> dict[str, Any]:
        """The next message of that type with those values."""
        while True:
            told = self.next()
            wanted = {"type": kind, **what}
            if isinstance(told, dict) and told.items() >= wanted.items():
                return told

    def state(self) -> dict[str, Any]:
        """The next state."""
        return self.until("state")["state"]

    @property
    def latest(self) -> dict[str, Any]:
        """The state that was told last."""
        return [told["state"] for told in self.told if told["type"] == "state"][-1]

    def ask(self, kind: str, **what: Any) -> dict[str, Any]:
        """Send a request and wait for its reply or refusal."""
        number = self.send(kind, **what)
        while True:
            told = self.next()
            if isinstance(told, dict) and told.get("id") == number:
                return told

    def next_masks(self) -> FrameAnswers:
        """The next masks."""
        while True:
            told = self.next()
            if isinstance(told, bytes):
                return unpack(told)


def socket_of(project: str) -> str:
    """The address of a project's WebSocket."""
    return f"{ROOT.replace('http', 'ws')}/api/projects/{project}/socket"


@contextmanager
def talking(client: TestClient, project: str) -> Iterator[Talk]:
    """A page on a project; its first state has come."""
    with client.websocket_connect(socket_of(project)) as socket:
        talk = Talk(socket)
        talk.state()
        yield talk
