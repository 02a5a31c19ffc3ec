"""``masklet weights`` as typed, against a server on this machine."""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import torch
import tyro
from file_server import Site, serving
from safetensors.torch import save
from their_models import released_blanks

from masklet.checkpoints.catalogue import find_release, model_names
from masklet.checkpoints.store import State, stored
from masklet.cli.weights import Weights
from masklet.errors import CheckpointError, DownloadError

TINY = find_release("sam2.1-hiera-tiny")


@pytest.fixture(scope="module")
def body() -> bytes:
    buffer = io.BytesIO()
    torch.save({"model": released_blanks(TINY)}, buffer)
    return buffer.getvalue()


@pytest.fixture
def site(body: bytes, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with serving(Site(body)) as site:
        monkeypatch.setenv("HF_ENDPOINT", site.base)
        yield site
    assert own_home.exists()


def typed(*words: str) -> None:
    tyro.cli(Weights, args=words).run()


def lines(text: str) -> Sequence[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_get_fetches_checks_and_prints_the_path(
    site: Site, capsys: pytest.CaptureFixture[str], own_home: Path
) -> None:
    typed("get", TINY.name)
    path = own_home / TINY.pt_file
    assert capsys.readouterr() == (f"{path}\n", "")
    assert path.read_bytes() == site.body
    typed("get", TINY.name)
    assert len(site.asked) == 1
    capsys.readouterr()
    typed("check", TINY.name)
    assert capsys.readouterr().out == (
        f"{path}: sam2.1-hiera-tiny, released layout, 39.0 M values; every tensor fits\n"
    )


def test_get_tells_machines_how_far_it_is(
    site: Site, capsys: pytest.CaptureFixture[str], own_home: Path
) -> None:
    typed("get", TINY.name, "--json")
    *progress, done = lines(capsys.readouterr().out)
    size = len(site.body)
    assert [line["event"] for line in progress] == ["progress"] * len(progress)
    assert progress[-1] == {"event": "progress", "bytes": size, "total": size}
    path = str(own_home / TINY.pt_file)
    assert done == {"event": "done", "name": TINY.name, "path": path, "bytes": size}


def test_get_keeps_no_file_of_another_model(site: Site, own_home: Path) -> None:
    with pytest.raises(DownloadError, match=r"this looks like sam2\.1-hiera-tiny, not sam2-hier"):
        typed("get", "sam2-hiera-large", "--endpoint", site.base)
    assert [path.suffix for path in own_home.iterdir()] == [".lock"]


def test_get_can_take_the_hugging_face_file(site: Site, own_home: Path) -> None:
    site.body = save({"vision_encoder.x": torch.zeros(3)})
    with pytest.raises(DownloadError, match=r"not the weights of .*unexpected \(vision_enc"):
        typed("get", TINY.name, "--safetensors")
    site.refusals = [404]
    with pytest.raises(DownloadError, match=r"resolve/main/model\.safetensors"):
        typed("get", TINY.name, "--safetensors")
    assert not (own_home / TINY.safetensors_file).exists()


def test_list_names_every_model_and_its_state(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own_home.mkdir()
    (own_home / f"{TINY.pt_file}.part").write_bytes(b"12345")
    typed("list", "--json")
    listed = lines(capsys.readouterr().out)
    assert [line["name"] for line in listed] == list(model_names())
    (tiny,) = [line for line in listed if line["name"] == TINY.name]
    assert (tiny["state"], tiny["bytes"]) == ("partial", 5)
    typed("list")
    table = capsys.readouterr().out.splitlines()
    assert len(table) == len(model_names())
    assert table[1].split() == [
        TINY.name, "partial", "0.0", "MB", str(own_home / TINY.pt_file)
    ]  # fmt: skip


def test_path_says_where_weights_would_lie(
    own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("path", "sam2-hiera-small")
    assert capsys.readouterr().out == f"{own_home / 'sam2_hiera_small.pt'}\n"
    typed("path", "nano", "--json")
    (line,) = lines(capsys.readouterr().out)
    assert line["path"] == str(stored("nano").path)


@pytest.mark.usefixtures("own_home")
def test_check_takes_a_file_and_names_what_is_absent(
    tmp_path: Path, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.pt"
    path.write_bytes(body)
    typed("check", str(path), "--json")
    (line,) = lines(capsys.readouterr().out)
    assert (line["model"], line["layout"], line["path"]) == (TINY.name, "released", str(path))
    assert stored(TINY.name).state is State.ABSENT
    with pytest.raises(CheckpointError, match=r"masklet weights get sam2\.1-hiera-tiny"):
        typed("check", TINY.name)
    with pytest.raises(CheckpointError, match=r"absent\.pt"):
        typed("check", str(tmp_path / "absent.pt"))
    path.write_bytes(body[: len(body) // 2])
    with pytest.raises(CheckpointError, match="damaged or cut off"):
        typed("check", str(path))


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize("action", ["get", "path"])
def test_an_unknown_name_lists_the_known(action: str) -> None:
    with pytest.raises(CheckpointError, match=r"name='sam3'.*sam2\.1-hiera-tiny"):
        typed(action, "sam3")
