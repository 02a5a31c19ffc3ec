"""Exports over HTTP hold exactly what the studio shows, and go the way of a job."""

import json
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient
from studio.exports.made_exports import (
    SECONDS,
    SIZE,
    assert_equal,
    downloaded,
    exported,
    masks_of,
    shown,
    tracked_project,
    wait_for_nothing,
)
from studio.studio_app import FRAMES, made_studio, new_project, running, talking

from masklet.formats.provenance import check_provenance
from masklet.formats.reader import read_masks
from masklet.media.planes import notes_of
from masklet.media.video_file import VideoFile
from masklet.studio.exports.making import Made
from masklet.studio.exports.shelf import Shelf
from masklet.studio.studio import Studio

CODES = ("coco", "sav", "youtube-vis", "lines", "mask-video")


@pytest.mark.parametrize("kind", CODES)
def test_files_hold_what_is_shown(
    client: TestClient, clip: Path, tmp_path: Path, kind: str
) -> None:
    """Pixel for pixel, under the objects' names, and the steps that were announced were made."""
    project = tracked_project(client, clip)
    view = exported(client, project, kind)
    track = read_masks(downloaded(client, view, tmp_path))
    assert track.objects == ("cat", "Dog, 2")
    assert_equal(track, shown(client, project, range(FRAMES)))
    assert view["name"].startswith("clip.")


def test_run_lengths_are_the_stored_ones(client: TestClient, clip: Path, tmp_path: Path) -> None:
    project = tracked_project(client, clip)
    path = downloaded(client, exported(client, project, "lines"), tmp_path)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line, known in zip(lines, shown(client, project, range(FRAMES)), strict=True):
        counts = [mask["counts"] for mask in line["masks"]]
        assert counts == [answer.counts for answer in known.answers]
        assert line["scores"] == pytest.approx([answer.score for answer in known.answers], abs=1e-4)


@pytest.mark.parametrize("kind", ["davis", "davis-objects", "yolo"])
def test_zips_of_pictures_and_labels(
    client: TestClient, clip: Path, tmp_path: Path, kind: str
) -> None:
    project = tracked_project(client, clip)
    view = exported(client, project, kind)
    path = downloaded(client, view, tmp_path)
    assert path.name == f"clip-{kind}.zip"
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "out")
    answers = shown(client, project, range(FRAMES))
    track = read_masks(tmp_path / "out")
    overlap = False
    for known in answers:
        cat, dog = masks_of(known).values()
        overlap |= bool((cat & dog).any())
        wanted = dog & ~cat if kind == "davis" else dog
        np.testing.assert_array_equal(track[known.frame].masks[0], cat)
        np.testing.assert_array_equal(track[known.frame].masks[1], wanted)
    assert overlap, "the test needs objects that overlap"
    assert ("overlap" in (view["note"] or "")) == (kind == "davis")


def test_a_part_of_the_frames_and_objects(client: TestClient, clip: Path, tmp_path: Path) -> None:
    project = tracked_project(client, clip, stop=8)
    view = exported(client, project, "coco", start=3, stop=11, objects=[2])
    path = downloaded(client, view, tmp_path)
    assert path.name == "clip-frames-3-11.coco.json"
    track = read_masks(path)
    assert (track.objects, track.frames) == (("Dog, 2",), tuple(range(3, 9)))
    answers = shown(client, project, range(3, 9))
    for known in answers:
        np.testing.assert_array_equal(track[known.frame].masks[0], masks_of(known)[2])


def test_training_masks_come_with_their_pictures(
    client: TestClient, clip: Path, tmp_path: Path
) -> None:
    project = tracked_project(client, clip)
    view = exported(client, project, "youtube-vis", pictures=True, stop=3)
    with zipfile.ZipFile(downloaded(client, view, tmp_path)) as packed:
        names = sorted(packed.namelist())
        packed.extractall(tmp_path / "out")
    frames = [f"images/{index:05d}.jpg" for index in range(4)]
    assert names == ["clip-frames-0-3.vis.json", *frames]
    with VideoFile(clip) as video, Image.open(tmp_path / "out" / frames[2]) as picture:
        assert np.abs(np.asarray(picture).astype(int) - video[2]).mean() < 8


def test_overlays_keep_timing_and_say_that_they_were_edited(
    client: TestClient, uneven: Path, tmp_path: Path
) -> None:
    project = tracked_project(client, uneven, stop=5)
    view = exported(client, project, "overlay")
    path = downloaded(client, view, tmp_path)
    record = client.get(view["record"])
    (tmp_path / f"{path.name}.credentials.json").write_bytes(record.content)
    with VideoFile(path) as video:
        times = [video.time(index) for index in range(len(video))]
    assert times == pytest.approx([0, 0.04, 0.08, 0.4, 0.44, 1.0], abs=1e-3)
    found = check_provenance(path, source=uneven)
    assert found.problems == ()
    assert found.source.name == "uneven.mp4"
    steady = exported(client, project, "overlay", fps=10, credentials=False)
    assert steady["name"] == "uneven-overlay-2.mp4"
    assert steady["record"] is None
    plain = downloaded(client, steady, tmp_path)
    assert "comment" not in notes_of(plain)
    with VideoFile(plain) as video:
        assert video.time(5) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("kind", ["cutout-mov", "cutout-webm", "cutout-png"])
def test_cutouts_are_what_is_shown(
    client: TestClient, clip: Path, tmp_path: Path, kind: str
) -> None:
    project = tracked_project(client, clip)
    path = downloaded(client, exported(client, project, kind), tmp_path)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            packed.extractall(tmp_path / "out")
        path = tmp_path / "out"
        assert check_provenance(path).problems == ()
    track = read_masks(path)
    for known in shown(client, project, range(FRAMES)):
        union = np.logical_or(*masks_of(known).values())
        np.testing.assert_array_equal(track[known.frame].masks[0], union)


@pytest.mark.parametrize("kind", ["mask-video", "cutout-webm", "cutout-png"])
def test_a_file_for_each_object(client: TestClient, clip: Path, tmp_path: Path, kind: str) -> None:
    project = tracked_project(client, clip)
    path = downloaded(client, exported(client, project, kind, per_object=True), tmp_path)
    assert path.name == f"clip-{kind}.zip"
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "out")
    ending = {"mask-video": ".masks.mkv", "cutout-webm": "-cutout.webm", "cutout-png": ""}
    for number, name in ((1, "01-cat"), (2, "02-Dog-2")):
        track = read_masks(tmp_path / "out" / f"{name}{ending[kind]}")
        for known in shown(client, project, range(FRAMES)):
            np.testing.assert_array_equal(track[known.frame].masks[0], masks_of(known)[number])


def test_effects_are_drawn_about_the_objects_they_name(
    client: TestClient, clip: Path, tmp_path: Path
) -> None:
    project = tracked_project(client, clip)
    red = {"kind": "replace-background", "colour": "#ff0000", "objects": [1]}
    view = exported(client, project, "effects", effects=[red])
    assert view["name"] == "clip-edited.mp4"
    assert view["record"].endswith("/clip-edited.mp4.credentials.json")
    with VideoFile(downloaded(client, view, tmp_path)) as video, VideoFile(clip) as source:
        assert len(video) == FRAMES
        for known in shown(client, project, range(FRAMES)):
            cat = masks_of(known)[1]
            picture = video[known.frame].astype(int)
            assert np.median(np.abs(picture[~cat] - (255, 0, 0))) < 25
            assert np.median(np.abs(picture[cat] - source[known.frame][cat])) < 50
    cut = exported(client, project, "effects", effects=[{"kind": "cut-out"}], container="webm")
    track = read_masks(downloaded(client, cut, tmp_path))
    assert track.size == SIZE


def test_a_picture_behind_the_objects(client: TestClient, clip: Path, tmp_path: Path) -> None:
    project = tracked_project(client, clip)
    Image.new("RGB", (30, 20), (10, 200, 30)).save(tmp_path / "green.png")
    data = (tmp_path / "green.png").read_bytes()
    address = f"/api/projects/{project}/pictures"
    picture = client.post(address, content=data).json()["picture"]
    assert client.post(address, content=data).json()["picture"] == picture
    served = client.get(f"{address}/{picture}")
    assert (served.content, served.headers["content-type"]) == (data, "image/png")
    effect = {"kind": "replace-background", "picture": picture, "objects": [1]}
    path = downloaded(client, exported(client, project, "effects", effects=[effect]), tmp_path)
    with VideoFile(path) as video:
        cat = masks_of(shown(client, project, [0])[0])[1]
        assert np.median(np.abs(video[0][~cat].astype(int) - (10, 200, 30))) < 25
    refused = client.post(address, content=b"\x89PNG\r\n\x1a\n broken")
    assert (refused.status_code, "error" in refused.json()) == (400, True)
    assert client.post(address, content=b"<svg/>").status_code == 400
    assert client.get(f"{address}/{'0' * 32}").status_code == 404
    unknown = {"kind": "replace-background", "picture": "0" * 32}
    failed = exported(client, project, "effects", effects=[unknown])
    assert failed["state"] == "failed"
    assert "there is no such picture" in failed["note"]


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("coco", {"start": 5, "stop": 3}, "frames 5 to 3 came"),
        ("coco", {"stop": FRAMES}, f"frames 0 to {FRAMES} came"),
        ("coco", {"objects": [7]}, "there is no such object"),
        ("coco", {"per_object": True}, "does not come as a file for each object"),
        ("coco", {"fps": 10}, "coco is no video"),
        ("overlay", {"pictures": True}, "pictures: overlay"),
        ("overlay", {"effects": [{"kind": "cut-out"}]}, "overlay has none"),
        ("effects", {}, "none came; choose some"),
        ("effects", {"effects": [{"kind": "magic"}]}, "'magic' came"),
        ("effects", {"effects": [{"kind": "cut-out"}], "container": "mp4"}, "no transparency"),
    ],
)
def test_what_cannot_be_is_refused(
    client: TestClient, clip: Path, kind: str, options: dict, said: str
) -> None:
    project = tracked_project(client, clip, stop=1)
    answer = client.post(
        f"/api/projects/{project}/exports", json={"kind": kind, "options": options}
    )
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert client.get(f"/api/projects/{project}/exports").json() == []


def test_nothing_to_export_is_said(client: TestClient, clip: Path) -> None:
    project = new_project(client, clip)
    answer = client.post(f"/api/projects/{project}/exports", json={"kind": "coco"})
    assert answer.json()["error"] == "there is nothing to export yet: click an object first"
    with talking(client, project) as talk:
        talk.ask("add_object")
    view = exported(client, project, "coco")
    assert (view["state"], view["url"]) == ("failed", None)
    assert view["note"].startswith("there are no masks on these frames")
    client.delete(f"/api/projects/{project}/exports/{view['id']}")
    assert client.get(f"/api/projects/{project}/exports").json() == []


def test_a_cancelled_export_leaves_nothing(client: TestClient, studio: Studio) -> None:
    """Neither a file, nor a half of one, nor an entry in the list; others go on."""
    project = client.post("/api/projects/sample").json()["id"]
    with talking(client, project) as talk:
        number = talk.ask("add_object")["object"]
        talk.ask("say", object=number, frame=0, box=[100, 100, 300, 300])
    folder = studio.library.find(project).folder / "exports"
    address = f"/api/projects/{project}/exports"
    jobs = [client.post(address, json={"kind": "cutout-webm"}).json()["id"] for _ in range(3)]
    assert {view["state"] for view in client.get(address).json()} <= {"waiting", "running"}
    for job in jobs:
        assert client.delete(f"{address}/{job}").status_code == 204
        assert job not in {view["id"] for view in client.get(address).json()}
    wait_for_nothing(folder)
    assert client.get(address).json() == []


def test_one_cancelled_as_its_file_is_put_in_place_leaves_nothing(
    client: TestClient, clip: Path, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last step is made by then, so that only the end can see it."""
    project = tracked_project(client, clip, stop=2)
    address = f"/api/projects/{project}/exports"
    at_end, may_end = threading.Event(), threading.Event()
    put = Shelf.put

    def put_slowly(self: Shelf, job: str, kind: str, made: Made) -> None:
        put(self, job, kind, made)
        at_end.set()
        assert may_end.wait(SECONDS)

    monkeypatch.setattr(Shelf, "put", put_slowly)
    job = client.post(address, json={"kind": "coco"}).json()["id"]
    assert at_end.wait(SECONDS)
    assert client.delete(f"{address}/{job}").status_code == 204
    assert client.get(address).json() == []
    may_end.set()
    wait_for_nothing(studio.library.find(project).folder / "exports")
    assert client.get(address).json() == []


def test_finished_files_outlive_the_server(clip: Path, tmp_path: Path) -> None:
    """And what others put into the folder is listed too; half-made things are swept away."""
    with running(made_studio(tmp_path / "library")) as client:
        project = tracked_project(client, clip, stop=2)
        first = exported(client, project, "davis")
        folder = made_studio(tmp_path / "library").library.find(project).folder / "exports"
    (folder / "my notes.txt").write_text("hello")
    (folder / ".part-0123456789abcdef").mkdir()
    (folder / ".jobs" / "broken.json").write_text("{")
    escape = {"id": "f" * 16, "kind": "x", "name": "../project.sqlite", "made": ""}
    (folder / ".jobs" / f"{'f' * 16}.json").write_text(
        json.dumps(escape | {"record": None, "note": None})
    )
    with running(made_studio(tmp_path / "library")) as client:
        views = client.get(f"/api/projects/{project}/exports").json()
        assert {view["name"] for view in views} == {first["name"], "my notes.txt"}
        again = next(view for view in views if view["name"] == first["name"])
        assert again == first
        stray = next(view for view in views if view["kind"] == "file")
        assert client.get(stray["url"]).content == b"hello"
        wrong = stray["url"].replace("my notes.txt", "..%2Fproject.sqlite")
        assert client.get(wrong).status_code == 404
        exported(client, project, "coco")
        assert not (folder / ".part-0123456789abcdef").exists()
        for view in client.get(f"/api/projects/{project}/exports").json():
            url = f"/api/projects/{project}/exports/{view['id']}"
            assert client.delete(url).status_code == 204
        assert client.get(f"/api/projects/{project}/exports").json() == []
        assert [path.name for path in folder.iterdir()] == [".jobs"]


def test_deleting_a_project_stops_its_exports(client: TestClient) -> None:
    project = client.post("/api/projects/sample").json()["id"]
    with talking(client, project) as talk:
        number = talk.ask("add_object")["object"]
        talk.ask("say", object=number, frame=0, box=[100, 100, 300, 300])
    client.post(f"/api/projects/{project}/exports", json={"kind": "cutout-webm"})
    assert client.delete(f"/api/projects/{project}").status_code == 204
    assert client.get(f"/api/projects/{project}/exports").status_code == 404
