"""The verb: where it listens, what it prints, what it refuses, and how it ends."""

import json
import signal
import socket
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from small import moving_pictures
from studio.browser.served import TOKEN, Served, start
from studio.studio_app import made_studio, write_clip

from masklet.cli.main import main
from masklet.errors import MaskletError
from masklet.studio.errors import NotFoundError
from masklet.studio.projects.make import Place, place_for
from masklet.studio.projects.video import video_path
from masklet.studio.serve import DEFAULT_PORT, address_of, listen
from masklet.studio.settings import Limits, Settings, default_library
from masklet.studio.store.project import VideoFile_


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command line finds projects."""
    folder = tmp_path / "library"
    monkeypatch.setenv("MASKLET_STUDIO", str(folder))
    return folder


def asked(served: Served, path: str) -> Any:
    """What a running studio answers."""
    request = urllib.request.Request(
        f"{served.root}{path}", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_a_video_is_opened_and_found_again(clip: Path, tmp_path: Path) -> None:
    """The address leads to its project; Ctrl-C ends with 130, and the next start finds it."""
    served = start(tmp_path / "library", str(clip))
    try:
        (project,) = asked(served, "/api/projects")
        assert served.address.endswith(f"/?token={TOKEN}#/project/{project['id']}")
    finally:
        assert served.stop(signal.SIGINT) == 130
    again = start(tmp_path / "library", str(clip))
    try:
        assert again.address.endswith(f"#/project/{project['id']}")
        assert len(asked(again, "/api/projects")) == 1
    finally:
        again.stop()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["absent.mp4"], "absent.mp4"),
        (["--model", "nothing"], "nothing"),
        (["--model", "sam2.1-hiera-large"], "masklet weights get"),
        (["--project", "."], "no project"),
        (["--project", ".", "clip.mp4"], "--project"),
        (["--token", ""], "--token"),
        (["--upload", "0"], "--upload"),
        (["--host", "203.0.113.7"], "--host"),
    ],
)
def test_what_cannot_be_started_is_said_in_one_line(
    library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    arguments: list[str],
    word: str,
) -> None:
    """With code 2, before anything is made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MASKLET_HOME", str(tmp_path / "no-weights"))
    assert main(["studio", "--no-browser", *arguments]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("masklet: error: ")
    assert word in said.err
    assert len(said.err.splitlines()) == 1
    assert not any(library.glob("*")) if library.exists() else True


def test_the_next_port_is_taken_where_none_was_given() -> None:
    """One that was given must be free."""
    first = listen("127.0.0.1", None)
    second = listen("127.0.0.1", None)
    port, other = first.getsockname()[1], second.getsockname()[1]
    assert DEFAULT_PORT <= port < other
    with pytest.raises(MaskletError, match=f"--port={port}"):
        listen("127.0.0.1", port)
    with pytest.raises(MaskletError, match="--port=70000"):
        listen("127.0.0.1", 70_000)
    any_port = listen("127.0.0.1", 0)
    assert any_port.getsockname()[1] > 0
    for listening in (first, second, any_port):
        listening.close()


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("box", "box")],
)
def test_the_address_can_be_opened(tmp_path: Path, host: str, shown: str) -> None:
    """The token is fit for an address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        settings = Settings(library=tmp_path, host=host, token="a b&c")
        address = address_of(listening, settings, None)
    assert address == f"http://{shown}:{port}/?token=a%20b%26c"


def test_the_library_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or in the home folder."""
    monkeypatch.setenv("MASKLET_STUDIO", "/somewhere")
    assert default_library() == Path("/somewhere")
    monkeypatch.delenv("MASKLET_STUDIO")
    assert default_library() == Path.home() / "masklet-studio"


def test_a_folder_of_pictures_is_a_video(tmp_path: Path) -> None:
    """It comes along with its project, and is found again."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, picture in enumerate(moving_pictures(3)):
        Image.fromarray(picture).save(folder / f"p{number}.png")
    studio = made_studio(tmp_path / "library")
    project = studio.project_of(folder)
    known = studio.library.find(project)
    assert known.view.video is not None
    assert known.view.video.frames == 3
    assert sorted(path.name for path in (known.folder / "media").iterdir()) == [
        "p0.png",
        "p1.png",
        "p2.png",
    ]
    assert studio.project_of(folder) == project
    (folder / "p1.png").unlink()
    assert studio.project_of(folder) != project


def test_another_video_of_the_same_name_is_another_project(tmp_path: Path) -> None:
    """Names alone say nothing; a copy of the same bytes is the same."""
    studio = made_studio(tmp_path / "library")
    ids = []
    for place, frames in (("a", 5), ("b", 6), ("c", 5)):
        (tmp_path / place).mkdir()
        ids.append(studio.project_of(write_clip(tmp_path / place / "clip.mp4", frames=frames)))
    assert ids[0] == ids[2]
    assert ids[0] != ids[1]


def test_large_videos_stay_where_they_are(clip: Path, tmp_path: Path) -> None:
    """And are missed with a sentence when they have gone."""
    studio = made_studio(tmp_path / "library", limits=Limits(copy_bytes=10))
    video = tmp_path / "clip.mp4"
    video.write_bytes(clip.read_bytes())
    assert place_for(video, Limits(copy_bytes=10)) is Place.REFER
    assert place_for(video, Limits()) is Place.LINK
    project = studio.project_of(video)
    known = studio.library.find(project)
    assert not list(known.folder.glob("media/*"))
    assert known.view.broken is None
    video.unlink()
    broken = studio.library.find(project).view.broken
    assert broken is not None
    assert str(video) in broken


@pytest.mark.parametrize("path", ["../outside.mp4", "media/../../outside.mp4"])
def test_a_project_names_no_file_outside_itself(tmp_path: Path, path: str) -> None:
    """But by a whole path, which its maker chose."""
    (tmp_path / "outside.mp4").touch()
    video = VideoFile_(name="x", path=path, frames=1, width=1, height=1, fps=None, steady=True)
    (tmp_path / "project" / "media").mkdir(parents=True)
    with pytest.raises(NotFoundError, match="outside"):
        video_path(tmp_path / "project", video)
