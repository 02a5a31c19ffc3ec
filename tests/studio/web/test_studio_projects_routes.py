"""Projects over HTTP: made, listed, renamed, given another model, deleted."""

import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from studio.studio_app import FRAMES, made_studio, new_project, running, talking

from masklet.studio.settings import Limits
from masklet.studio.studio import Studio

NOBODY = "0" * 16


def test_about_says_what_the_server_is(client: TestClient) -> None:
    """Version, device, model and limits."""
    about = client.get("/api/about").json()
    assert about["default_model"] == "small"
    assert about["device"] == "cpu"
    assert about["upload_bytes"] == Limits().upload_bytes
    assert about["memory_bytes"] > 0


def test_models_begin_with_the_default_one(client: TestClient) -> None:
    """And the bundled one is present."""
    models = client.get("/api/models").json()
    assert models[0]["name"] == "small"
    assert {"name", "present", "bytes", "note"} == set(models[0])
    assert next(model for model in models if model["name"] == "nano")["present"]


def test_the_sample_is_a_project(client: TestClient) -> None:
    """It is listed, has a thumbnail, and can be opened."""
    made = client.post("/api/projects/sample").json()
    assert made["video"]["frames"] == 92
    assert made["broken"] is None
    assert client.get("/api/projects").json() == [made]
    assert client.get(f"/api/projects/{made['id']}").json() == made
    picture = client.get(f"/api/projects/{made['id']}/thumbnail.jpg")
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.content.startswith(b"\xff\xd8")


def test_projects_are_listed_newest_first(client: TestClient, clip: Path) -> None:
    """The one changed last is at the top."""
    first, second = new_project(client, clip), new_project(client, clip)
    assert [view["id"] for view in client.get("/api/projects").json()] == [second, first]
    client.patch(f"/api/projects/{first}", json={"name": "newer"})
    assert [view["id"] for view in client.get("/api/projects").json()] == [first, second]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("project", [NOBODY, "..%2f..%2fetc", "UPPER", "0" * 15, "%00" * 16])
def test_unknown_projects_are_refused(client: TestClient, method: str, project: str) -> None:
    """With a sentence, and nothing of the disk is touched."""
    body = {"name": "x"} if method == "PATCH" else None
    answer = client.request(method, f"/api/projects/{project}", json=body)
    assert answer.status_code in (404, 405, 422)
    assert set(answer.json()) == {"error"}


def test_renaming_an_open_and_a_closed_project(client: TestClient, clip: Path) -> None:
    """Spaces around the name are left out."""
    project = new_project(client, clip)
    assert client.patch(f"/api/projects/{project}", json={"name": " A "}).json()["name"] == "A"
    with talking(client, project):
        changed = client.patch(f"/api/projects/{project}", json={"name": "B"})
    assert changed.json()["name"] == "B"
    assert client.get(f"/api/projects/{project}").json()["name"] == "B"


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"name": " "}, {"name": "x" * 81}, {"nam": "x"}, {"name": "a\x00"}, []]
)
def test_malformed_changes_are_refused(client: TestClient, clip: Path, change: object) -> None:
    """In one sentence."""
    project = new_project(client, clip)
    answer = client.patch(f"/api/projects/{project}", json=change)
    assert answer.status_code == 422
    assert "\n" not in answer.json()["error"]
    assert client.get(f"/api/projects/{project}").json()["name"] == "clip"


def test_a_body_that_is_no_json_is_refused(client: TestClient, clip: Path) -> None:
    """So is one that is nested without end."""
    project = new_project(client, clip)
    for body in (b"{", b"\xff\xfe", b"[" * 100_000):
        answer = client.patch(
            f"/api/projects/{project}",
            content=body,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code in (400, 422), body[:5]
        assert set(answer.json()) == {"error"}


def test_choosing_a_model_keeps_what_was_said(client: TestClient, clip: Path) -> None:
    """The page stays connected and gets the state."""
    project = new_project(client, clip)
    with talking(client, project) as talk:
        talk.ask("add_object", name="cat")
        talk.ask("say", object=1, frame=2, points=[[30, 20]], labels=[1])
        changed = client.patch(f"/api/projects/{project}", json={"model": "nano"})
        assert changed.json()["model"] == "nano"
        state = talk.state()
        assert [thing["name"] for thing in state["objects"]] == ["cat"]
        assert state["changed"] is None
        assert talk.ask("say", object=1, frame=3, points=[[30, 20]], labels=[1])["type"] == "reply"


def test_choosing_a_model_of_a_closed_project(client: TestClient, clip: Path) -> None:
    """It is opened with it later."""
    project = new_project(client, clip)
    assert client.patch(f"/api/projects/{project}", json={"model": "nano"}).status_code == 200
    with talking(client, project) as talk:
        assert talk.ask("add_object")["object"] == 1


@pytest.mark.parametrize(
    ("model", "status"), [("nothing", 404), ("../../x", 404), ("sam2.1-hiera-large", 409)]
)
def test_models_that_cannot_be_chosen(
    client: TestClient,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    status: int,
) -> None:
    """Unknown names, and weights that are not here; the project keeps its model."""
    monkeypatch.setenv("MASKLET_HOME", str(tmp_path / "no-weights"))
    project = new_project(client, clip)
    answer = client.patch(f"/api/projects/{project}", json={"model": model})
    assert answer.status_code == status
    assert client.get(f"/api/projects/{project}").json()["model"] == "small"


def test_deleting_a_project(client: TestClient, clip: Path, tmp_path: Path) -> None:
    """Its folder is gone; not while a page looks at it."""
    project = new_project(client, clip)
    with talking(client, project):
        assert client.delete(f"/api/projects/{project}").status_code == 409
    assert client.delete(f"/api/projects/{project}").status_code == 204
    assert client.get("/api/projects").json() == []
    assert client.get(f"/api/projects/{project}").status_code == 404
    assert [path.name for path in (tmp_path / "library").iterdir()] == []


def test_one_project_alone(client: TestClient, clip: Path, tmp_path: Path) -> None:
    """A server for one project lists it, and makes and deletes none."""
    project = new_project(client, clip)
    client.get(f"/api/projects/{project}/frames/0.jpg")
    client.__exit__(None, None, None)
    only = made_studio(tmp_path / "other", project=tmp_path / "library" / "clip")
    with running(only) as alone:
        assert [view["id"] for view in alone.get("/api/projects").json()] == [project]
        assert alone.post("/api/projects/sample").status_code == 409
        assert alone.delete(f"/api/projects/{project}").status_code == 409
        new = {"name": "a.mp4", "size": 10}
        assert alone.post("/api/uploads", json=new).status_code == 409
        with talking(alone, project) as talk:
            assert talk.ask("add_object")["object"] == 1
    assert not (tmp_path / "other").exists()


def test_a_missing_video_is_said(client: TestClient, clip: Path, tmp_path: Path) -> None:
    """The project is listed as broken, and opens again once the video is back."""
    project = new_project(client, clip)
    media = tmp_path / "library" / "clip" / "media" / "clip.mp4"
    away = media.rename(tmp_path / "away.mp4")
    assert "put it back" in client.get(f"/api/projects/{project}").json()["broken"]
    assert client.get(f"/api/projects/{project}/frames/0.jpg").status_code == 404
    away.rename(media)
    assert client.get(f"/api/projects/{project}").json()["broken"] is None
    assert client.get(f"/api/projects/{project}/frames/{FRAMES - 1}.jpg").status_code == 200


def test_a_copied_project_is_another_one(
    client: TestClient, clip: Path, tmp_path: Path, studio: Studio
) -> None:
    """A folder that was copied beside the first has an id of its own."""
    project = new_project(client, clip)
    shutil.copytree(tmp_path / "library" / "clip", tmp_path / "library" / "clip copy")
    both = [view["id"] for view in client.get("/api/projects").json()]
    assert len(set(both)) == 2
    assert project in both
    other = next(view for view in both if view != project)
    with talking(client, other) as talk:
        talk.ask("add_object")
    assert studio.library.find(other).view.objects == 1
    assert studio.library.find(project).view.objects == 0


def test_a_broken_database_is_listed_and_can_be_deleted(client: TestClient, tmp_path: Path) -> None:
    """Its page says why; nothing else is disturbed."""
    folder = tmp_path / "library" / "bad"
    folder.mkdir(parents=True)
    (folder / "project.sqlite").write_bytes(b"not a database" * 100)
    (view,) = client.get("/api/projects").json()
    assert view["broken"]
    assert client.get(f"/api/projects/{view['id']}/frames/0.jpg").status_code == 400
    assert client.delete(f"/api/projects/{view['id']}").status_code == 204
    assert client.get("/api/projects").json() == []


def test_other_methods_are_refused(client: TestClient) -> None:
    """With all that the address takes."""
    answer = client.options(f"/api/projects/{NOBODY}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, PATCH"
    assert client.put("/api/about").headers["allow"] == "GET"
    assert client.get("/api/projects/sample").status_code == 422
    assert client.options("/api/projects/sample").headers["allow"] == "POST"
