"""What comes as a file: videos, pictures and zips, and those that are broken, huge or hostile."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small import moving_pictures
from starlette.testclient import TestClient
from studio.studio_app import HEIGHT, WIDTH, left_of, made_studio, running, talking, upload

from masklet.demo import CLIP
from masklet.studio.settings import MIB, Limits
from masklet.studio.uploads.verdict import VERDICT, Seen, read_verdict


def refused(client: TestClient, data: bytes, name: str = "clip.mp4") -> str:
    """Why no project can be made of a file, of which nothing stays."""
    identifier = upload(client, data, name)
    answer = client.post(f"/api/uploads/{identifier}/project", json={})
    assert answer.status_code == 400, answer.text
    assert left_of(client) == []
    assert client.get(f"/api/uploads/{identifier}").status_code == 404
    return answer.json()["error"]


def junk() -> bytes:
    """Nothing at all."""
    return np.random.default_rng(0).bytes(5000)


def cut() -> bytes:
    """A video of which the end has not come."""
    return CLIP.read_bytes()[:100_000]


def playlist() -> bytes:
    """What FFmpeg would follow to other files and addresses."""
    return b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


def concat() -> bytes:
    """Likewise."""
    return f"ffconcat version 1.0\nfile '{CLIP}'\n".encode()


def sound() -> bytes:
    """A WAV file."""
    return (
        b"RIFF\x24\x08\x00\x00WAVEfmt "
        + (16).to_bytes(4, "little")
        + (b"\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x08\x00\x00")
        + bytes(2048)
    )


def text_zip() -> bytes:
    """A zip without pictures."""
    return zipped({"readme.txt": b"hello", "../../evil.png.txt": b"x"})


def broken_zip() -> bytes:
    """A zip that begins well."""
    return zipped({"a.png": png(8, 8)})[:60]


def false_picture() -> bytes:
    """What begins as a PNG."""
    return b"\x89PNG\r\n\x1a\n" + bytes(100)


def page() -> bytes:
    """A web page."""
    return b"<!doctype html><script>alert(1)</script>"


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return target.getvalue()


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""
    target = io.BytesIO()
    Image.new("L", (width, height)).save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(
    "make", [junk, cut, playlist, concat, sound, text_zip, broken_zip, false_picture, page]
)
def test_what_is_no_video_is_said_in_one_sentence(
    client: TestClient, make: Callable[[], bytes]
) -> None:
    """And nothing of it stays."""
    why = refused(client, make())
    assert why.startswith("clip.mp4 cannot be used: ")
    assert "\n" not in why
    assert ".uploads" not in why
    assert len(why) < 300


def test_huge_frames_are_refused(client: TestClient) -> None:
    """By what the file says of itself, before anything is decoded."""
    assert "9000x10" in refused(client, png(9000, 10), "wide.png")
    assert "megapixels" in refused(client, png(8192, 8193), "large.png")


def test_long_videos_are_refused(tmp_path: Path, clip: Path) -> None:
    """And those of many frames."""
    for limits, word in ((Limits(video_seconds=0.2), "long"), (Limits(video_frames=5), "frames")):
        with running(made_studio(tmp_path / word, limits=limits)) as client:
            assert word in refused(client, clip.read_bytes())


def test_files_that_take_too_long(tmp_path: Path, clip: Path) -> None:
    """The child is ended."""
    with running(made_studio(tmp_path / "library", limits=Limits(check_seconds=0.2))) as client:
        assert "longer than" in refused(client, clip.read_bytes())


def test_files_that_need_too_much_memory(tmp_path: Path) -> None:
    """The child is refused it, and the server is not disturbed."""
    limits = Limits(check_bytes=1024 * MIB, side=20_000, pixels=400 * 2**20)
    with running(made_studio(tmp_path / "library", limits=limits)) as client:
        assert "memory" in refused(client, png(13_000, 13_000), "large.png")
        assert client.get("/api/about").status_code == 200


def test_a_picture_is_a_video_of_one_frame(client: TestClient) -> None:
    """As sharp as it came."""
    identifier = upload(client, png(40, 30), "photo.png")
    made = client.post(f"/api/uploads/{identifier}/project", json={}).json()
    assert made["video"] == {
        "frames": 1,
        "width": 40,
        "height": 30,
        "fps": None,
        "steady": True,
        "name": "photo.png",
    }
    with talking(client, made["id"]) as talk:
        talk.ask("add_object")
        said = talk.ask("say", object=1, frame=0, points=[[5, 5]], labels=[1])
        assert said["type"] == "reply"


def test_a_zip_of_pictures_is_a_video(client: TestClient) -> None:
    """In the natural order of their names; what else is in it is left out."""
    files = {"__MACOSX/._a1.jpg": b"x", "notes.txt": b"x", "a/.hidden.png": b"x"}
    for number, picture in enumerate(moving_pictures(11, (HEIGHT, WIDTH))):
        target = io.BytesIO()
        Image.fromarray(picture).save(target, "PNG")
        files[f"../../a/frame{number}.PNG"] = target.getvalue()
    identifier = upload(client, zipped(files), "frames.zip")
    made = client.post(f"/api/uploads/{identifier}/project", json={}).json()
    assert made["video"]["frames"] == 11
    data = client.get(f"/api/projects/{made['id']}/frames/10.jpg").content
    seen = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)
    errors = [np.abs(seen - picture).mean() for picture in moving_pictures(11, (HEIGHT, WIDTH))]
    assert int(np.argmin(errors)) == 10
    assert left_of(client) == ["frames"]


def test_a_zip_with_pictures_of_two_sizes(client: TestClient) -> None:
    """Cannot be a video."""
    assert "size" in refused(client, zipped({"a.png": png(8, 8), "b.png": png(9, 8)}), "x.zip")


def test_a_zip_that_unpacks_to_too_much(tmp_path: Path) -> None:
    """It is stopped by what comes out, whatever it says."""
    bomb = zipped({"a.png": png(8, 8), "b.png": bytes(4 * MIB)})
    assert len(bomb) < MIB
    with running(made_studio(tmp_path / "library", limits=Limits(upload_bytes=MIB))) as client:
        assert "too large" in refused(client, bomb, "x.zip")


def test_the_child_loads_no_network() -> None:
    """It starts fast, and has little to attack."""
    code = "import sys, masklet.studio.uploads.child; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"


def test_variable_rate_is_seen(client: TestClient, uneven: Path) -> None:
    """The page is told that times are to be asked for."""
    identifier = upload(client, uneven.read_bytes(), "uneven.mp4")
    made = client.post(f"/api/uploads/{identifier}/project", json={}).json()
    assert made["video"]["steady"] is False


@pytest.mark.parametrize(
    "change",
    [
        {"media": "../../../etc/passwd"},
        {"media": "data/../.."},
        {"suffix": "/../x"},
        {"suffix": ".mp4/../../x"},
        {"frames": 0},
        {"frames": 2**40},
        {"width": -1},
        {"fps": "many"},
        {"more": 1},
        {"why": 7},
    ],
)
def test_the_child_is_not_believed(tmp_path: Path, change: dict[str, object]) -> None:
    """What it says must be what it may say."""
    said = {"frames": 5, "width": 8, "height": 8, "fps": 25.0, "steady": True}
    said |= {"media": "data", "suffix": ".mp4"}
    (tmp_path / VERDICT).write_text(json.dumps(said), encoding="utf-8")
    assert isinstance(read_verdict(tmp_path), Seen)
    (tmp_path / VERDICT).write_text(json.dumps(said | change), encoding="utf-8")
    assert read_verdict(tmp_path) is None
    (tmp_path / VERDICT).unlink()
    assert read_verdict(tmp_path) is None
