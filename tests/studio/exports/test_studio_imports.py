"""Imports over HTTP: what was exported comes back as it was, and nothing else gets in."""

import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient
from studio.exports.made_exports import (
    brought,
    downloaded,
    exported,
    masks_of,
    shown,
    tracked_project,
)
from studio.studio_app import FRAMES, made_studio, new_project, running, talking

from masklet.studio.settings import Limits
from masklet.studio.studio import Studio

EXACT = ("coco", "sav", "youtube-vis", "lines", "davis-objects", "yolo", "mask-video")
UNITED = ("cutout-mov", "cutout-webm", "cutout-png")


def zipped(files: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    """A zip."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", how) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return whole.getvalue()


def label_png(size: tuple[int, int] = (72, 48), value: int = 1) -> bytes:
    """A grey picture with a square of one value."""
    picture = Image.new("L", size)
    picture.paste(value, (10, 10, 30, 30))
    whole = io.BytesIO()
    picture.save(whole, "PNG")
    return whole.getvalue()


def refused(client: TestClient, project: str, name: str, data: bytes) -> str:
    """The sentence with which an import is refused; nothing has changed then."""
    address = f"/api/projects/{project}"
    answer = client.post(f"{address}/imports", params={"name": name}, content=data)
    assert answer.status_code in (400, 413), answer.text
    assert client.get(address).json()["objects"] == 0
    return answer.json()["error"]


@pytest.mark.parametrize("kind", EXACT)
def test_what_was_exported_comes_back(
    client: TestClient, clip: Path, tmp_path: Path, kind: str
) -> None:
    """Into a new project of the same video, with every mask and name."""
    project = tracked_project(client, clip)
    path = downloaded(client, exported(client, project, kind), tmp_path)
    other = new_project(client, clip)
    answer = brought(client, other, path)
    assert answer == {"objects": [1, 2], "frames": FRAMES, "note": None}
    with talking(client, other) as talk:
        state = talk.told[0]["state"]
        assert [view["name"] for view in state["objects"]] == ["cat", "Dog, 2"]
    pairs = zip(
        shown(client, project, range(FRAMES)), shown(client, other, range(FRAMES)), strict=True
    )
    for wanted, found in pairs:
        for number, mask in masks_of(wanted).items():
            np.testing.assert_array_equal(masks_of(found)[number], mask)


@pytest.mark.parametrize("kind", UNITED)
def test_a_cutout_comes_back_as_one_object(
    client: TestClient, clip: Path, tmp_path: Path, kind: str
) -> None:
    """On the frames that it was made of."""
    project = tracked_project(client, clip)
    path = downloaded(client, exported(client, project, kind, start=2, stop=7), tmp_path)
    other = new_project(client, clip)
    answer = brought(client, other, path)
    assert (answer["objects"], answer["frames"]) == ([1], 6)
    assert answer["note"] == f"it is one object, on frames 2 to 7 of 0 to {FRAMES - 1}"
    frames = range(2, 8)
    pairs = zip(shown(client, project, frames), shown(client, other, frames), strict=True)
    for wanted, found in pairs:
        union = np.logical_or(*masks_of(wanted).values())
        np.testing.assert_array_equal(masks_of(found)[1], union)


def test_davis_comes_back_but_for_overlaps(client: TestClient, clip: Path, tmp_path: Path) -> None:
    project = tracked_project(client, clip)
    path = downloaded(client, exported(client, project, "davis", pictures=True), tmp_path)
    other = new_project(client, clip)
    assert brought(client, other, path)["objects"] == [1, 2]
    wanted, found = (masks_of(shown(client, one, [4])[0]) for one in (project, other))
    np.testing.assert_array_equal(found[1], wanted[1])
    np.testing.assert_array_equal(found[2], wanted[2] & ~wanted[1])


def test_pages_are_told_and_one_undo_takes_it_back(client: TestClient, clip: Path) -> None:
    project = new_project(client, clip)
    with talking(client, project) as talk:
        data = zipped({"set/00003.png": label_png(value=1), "set/00004.png": label_png(value=7)})
        answer = client.post(
            f"/api/projects/{project}/imports", params={"name": "m.zip"}, content=data
        )
        assert answer.json()["objects"] == [1, 2]
        state = talk.state()
        while len(state["objects"]) < 2:
            state = talk.state()
        assert talk.ask("undo")["type"] == "reply"
        assert client.get(f"/api/projects/{project}").json()["objects"] == 0


def test_other_peoples_yolo_labels_take_the_videos_size(client: TestClient, clip: Path) -> None:
    project = new_project(client, clip)
    line = b"0 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75\n"
    data = zipped({"x/labels/00002.txt": line, "x/data.yaml": b"names:\n  0: square\n"})
    answer = client.post(f"/api/projects/{project}/imports", params={"name": "y.zip"}, content=data)
    assert answer.json() == {"objects": [1], "frames": 1, "note": None}
    mask = masks_of(shown(client, project, [2])[0])[1]
    assert mask[24, 36]
    assert mask.sum() == pytest.approx(36 * 24, rel=0.1)


def coco(height: int, width: int, frame: int) -> bytes:
    """One empty frame of a size."""
    image = {"id": 1, "height": height, "width": width, "frame_index": frame}
    listed = [{"track_id": 1, "object": "a"}]
    return json.dumps({"images": [image], "annotations": [], "objects": listed}).encode()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", b"{", "a.json cannot be used: no JSON"),
        ("a.json", b"", "an empty file came"),
        ("a.json", coco(90, 160, 0), "its masks are 160x90, the video is 72x48"),
        ("a.json", coco(48, 72, 12), "it has masks up to frame 12, and the video has frames 0 to"),
        ("a.json", b'{"images":[{"id":1}],"annotations":[]}', "images[0]: the key 'file_name'"),
        ("a.jsonl", b"{}\n", "line 1: the key 'frame' is missing"),
        ("a.docx", b"hello", "a.docx cannot be used: wanted .json"),
        ("a.mp4", b"no video", "a.mp4 cannot be used: it is nothing that this studio can read"),
        ("../../a.json", b"{", "a.json cannot be used"),
        ("a.zip", b"PK\x03\x04rubbish", "the zip cannot be read"),
        ("a.zip", zipped({"a.doc": b"x"}), "the zip holds nothing that can be read"),
        ("a.zip", zipped({"../up.png": label_png()}), "leads out of it"),
        ("a.zip", zipped({"/etc/up.png": label_png()}), "leads out of it"),
        ("a.zip", zipped({"c:\\up.png": label_png()}), "leads out of it"),
        ("a.zip", zipped({"/".join("abcdefghij") + ".png": b""}), "too many folders deep"),
        ("a.zip", zipped({"a.png": label_png(), "A.PNG": label_png()}), "twice"),
        ("a.zip", zipped({"a.json": b"{}", "b.json": b"{}"}), "2 JSON files; wanted one"),
        ("a.zip", zipped({"0.png": label_png((30, 40))}), "its masks are 30x40"),
        ("a.zip", zipped({"0.png": b"\x89PNG"}), "0.png cannot be read"),
        ("a.zip", zipped({"0.png": bytes(2**26)}, zipfile.ZIP_DEFLATED), "too large unpacked"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    client: TestClient, studio: Studio, clip: Path, name: str, data: bytes, said: str
) -> None:
    """No trace is left, and no name of a file of the studio's is told."""
    project = new_project(client, clip)
    folder = studio.library.find(project).folder
    text = refused(client, project, name, data)
    assert said in text
    assert str(folder) not in text
    assert "/" not in text.replace("YOLO/", "") or "leads out" in text or "folders" in text
    assert list((folder / "exports").iterdir()) == []
    assert not (folder.parent / "up.png").exists()


def test_overlay_videos_are_no_masks(client: TestClient, clip: Path) -> None:
    project = new_project(client, clip)
    assert "frame 0 is not black and white" in refused(
        client, project, "overlay.mp4", clip.read_bytes()
    )


def test_a_lying_zip_is_not_believed(client: TestClient, clip: Path) -> None:
    """An entry that says it is small and unpacks to much."""
    data = bytearray(zipped({"0.png": bytes(2**26)}, zipfile.ZIP_DEFLATED))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + place
        data[at : at + 4] = struct.pack("<I", 100)
    project = new_project(client, clip)
    assert "a.zip cannot be used" in refused(client, project, "a.zip", bytes(data))


def test_limits_of_size_and_memory_hold(clip: Path, tmp_path: Path) -> None:
    limits = Limits(import_bytes=200_000, check_bytes=2**31)
    with running(made_studio(tmp_path / "library", limits=limits)) as client:
        project = new_project(client, clip)
        assert "200000 bytes" in refused(client, project, "a.json", bytes(200_001))
        many = zipped({f"{index:05d}.txt": b"0 0.1 0.1 0.9 0.1 0.5 0.9" for index in range(12)})
        answer = client.post(
            f"/api/projects/{project}/imports", params={"name": "m.zip"}, content=many
        )
        assert answer.json()["frames"] == 12


def test_a_bomb_of_pixels_ends_in_the_child(client: TestClient, clip: Path) -> None:
    """A PNG that says that it is 60000 by 60000."""
    data = bytearray(label_png())
    data[16:24] = struct.pack(">II", 60000, 60000)
    project = new_project(client, clip)
    text = refused(client, project, "a.zip", zipped({"00000.png": bytes(data)}))
    assert "a.zip cannot be used" in text
