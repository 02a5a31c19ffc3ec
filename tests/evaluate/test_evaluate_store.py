"""The folder of results: names, other settings, broken and half-written files."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masklet.errors import FormatError, MediaError
from masklet.evaluate.running.store import Refused, Store, Unit, file_name, name_of

UNIT = Unit("nano@256", "vos-mask", "night/bear")


def store_in(folder: Path, notes: list[str] | None = None, **settings: Any) -> Store:
    return Store(folder, lambda _: settings, note=[].append if notes is None else notes.append)


@given(st.text(min_size=1).filter(lambda name: name.isprintable()))
def test_a_name_becomes_one_visible_part_of_a_path_and_back(name: str) -> None:
    file = file_name(name)
    assert name_of(file) == name
    assert len(Path("folder", file).parts) == 2
    assert not file.startswith(".")


@given(st.lists(st.sampled_from(["a/b", "a%2Fb", "a.b", ".a", "..", "%2E", "a b"]), unique=True))
def test_names_stay_different(names: list[str]) -> None:
    assert len({file_name(name) for name in names}) == len(names)


@pytest.mark.parametrize("outcome", [{"score": [0.25, None]}, Refused("takes no clicks")])
def test_what_is_written_is_read(tmp_path: Path, outcome: Any) -> None:
    store = store_in(tmp_path, weights="abc", sizes=(1, 2))
    assert store.read(UNIT) is None
    store.write(UNIT, outcome)
    assert store_in(tmp_path, weights="abc", sizes=(1, 2)).read(UNIT) == outcome
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*")] == [
        "nano@256/vos-mask/night%2Fbear.json"
    ]


@pytest.mark.parametrize("other", [{"weights": "def"}, {"weights": "abc", "more": 1}, {}])
def test_a_result_of_other_settings_is_refused(tmp_path: Path, other: dict[str, Any]) -> None:
    store_in(tmp_path, weights="abc").write(UNIT, {"score": 1})
    with pytest.raises(FormatError, match=r"night%2Fbear\.json .*(abc|more).*--fresh"):
        store_in(tmp_path, **other).read(UNIT)


def test_what_is_forgotten_is_gone(tmp_path: Path) -> None:
    store_in(tmp_path, weights="abc").write(UNIT, {"score": 1})
    other = store_in(tmp_path, weights="def")
    other.forget([UNIT, Unit("never", "was", "there")])
    assert other.read(UNIT) is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "{}", '{"settings": {}}', '{"settings": {}, "result": 3}', "\xff"]
)
def test_a_broken_file_counts_as_none_and_is_named(tmp_path: Path, text: str) -> None:
    notes: list[str] = []
    store = store_in(tmp_path, notes)
    store.write(UNIT, {"score": 1})
    store.path(UNIT).write_bytes(text.encode("latin-1"))
    assert store.read(UNIT) is None
    assert [note.endswith("night%2Fbear.json is broken and is played again") for note in notes] == [
        True
    ]


def test_a_result_that_json_cannot_hold_leaves_the_old_one(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.write(UNIT, {"score": 1})
    with pytest.raises(TypeError):
        store.write(UNIT, {"score": {1, 2}})
    assert store.read(UNIT) == {"score": 1}
    assert [path.name for path in store.path(UNIT).parent.iterdir()] == ["night%2Fbear.json"]


def test_a_folder_in_the_way_is_an_error(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    store.path(UNIT).mkdir(parents=True)
    with pytest.raises(MediaError, match=r"night%2Fbear\.json"):
        store.read(UNIT)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MediaError, match="file"):
        store_in(tmp_path / "file").write(UNIT, {"score": 1})


def test_a_file_says_which_unit_it_is(tmp_path: Path) -> None:
    store = store_in(tmp_path, weights="abc")
    store.write(UNIT, {"score": 1})
    assert json.loads(store.path(UNIT).read_text())["unit"] == UNIT._asdict()
