"""The catalogue's addresses and the store's folder, both told by the environment when asked."""

from pathlib import Path

import pytest

from masklet.checkpoints.catalogue import RELEASES, bundled_path, find_release, model_names
from masklet.checkpoints.store import State, home, list_stored, part_of, stored, weights_path
from masklet.errors import CheckpointError
from masklet.model.config import CONFIGS


def test_every_config_has_its_name_in_the_catalogue() -> None:
    assert sorted(model_names()) == sorted(make().name for make in CONFIGS)
    assert all(release.config().name == release.name for release in RELEASES)


def test_addresses_are_those_of_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    hub = "https://huggingface.co/facebook"
    tiny, plus = find_release("sam2.1-hiera-tiny"), find_release("sam2-hiera-base-plus")
    assert tiny.pt_address() == f"{hub}/sam2.1-hiera-tiny/resolve/main/sam2.1_hiera_tiny.pt"
    assert plus.pt_address() == f"{hub}/sam2-hiera-base-plus/resolve/main/sam2_hiera_base_plus.pt"
    assert (
        plus.safetensors_address() == f"{hub}/sam2-hiera-base-plus/resolve/main/model.safetensors"
    )
    monkeypatch.setenv("HF_ENDPOINT", "http://mirror/")
    assert tiny.pt_address().startswith("http://mirror/facebook/sam2.1-hiera-tiny/")
    assert tiny.pt_address("http://other").startswith("http://other/facebook/")


def test_no_digest_is_made_up() -> None:
    assert all(release.sha256 == "" for release in RELEASES)


def test_an_unknown_release_lists_the_known() -> None:
    with pytest.raises(
        CheckpointError, match=r"name='nano'.*sam2\.1-hiera-tiny, .*sam2-hiera-large"
    ):
        find_release("nano")


def test_the_store_is_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MASKLET_HOME", str(tmp_path / "own"))
    assert home() == tmp_path / "own"
    monkeypatch.delenv("MASKLET_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert home() == tmp_path / "masklet"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home() == tmp_path / ".cache" / "masklet"
    assert not any(tmp_path.iterdir())


def test_states_and_sizes_follow_the_files(own_home: Path) -> None:
    name = "sam2.1-hiera-base-plus"
    path = own_home / "sam2.1_hiera_base_plus.pt"
    assert stored(name) == (name, path, State.ABSENT, 0)
    own_home.mkdir()
    part_of(path).write_bytes(b"12345")
    assert stored(name) == (name, path, State.PARTIAL, 5)
    path.write_bytes(b"1234567")
    assert stored(name) == (name, path, State.PRESENT, 7)
    assert [entry.name for entry in list_stored()] == list(model_names())


def test_the_hugging_face_file_serves_as_well(own_home: Path) -> None:
    own_home.mkdir()
    theirs = own_home / "sam2-hiera-large.safetensors"
    part_of(theirs).write_bytes(b"123")
    assert stored("sam2-hiera-large") == ("sam2-hiera-large", theirs, State.PARTIAL, 3)
    theirs.write_bytes(b"1234")
    assert weights_path("sam2-hiera-large") == theirs


def test_the_bundled_model_lies_in_the_package() -> None:
    assert weights_path("nano") == bundled_path()
    assert bundled_path().parts[-4:] == ("masklet", "checkpoints", "bundled", "nano.safetensors")
