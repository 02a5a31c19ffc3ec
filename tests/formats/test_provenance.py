"""Credentials say what was done to what, and tell when either has changed since."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_results import SIZE, clip, picture_of

from masklet.draw.effects import Effect, usual
from masklet.errors import FormatError, MediaError
from masklet.formats.provenance import Origin, check_provenance, credentials_path, digest_of
from masklet.formats.rendered import EffectsWriter

EFFECTS = (usual("blur-background"), Effect("outline", colour="#00ff00", objects=("cat",)))
OUTPUTS = ["out.mp4", "out.mov", "out.webm", "pictures"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file to come from."""
    path = tmp_path / "source" / "holiday.mp4"
    path.parent.mkdir()
    path.write_bytes(bytes(range(256)) * 9)
    return path


def render(path: Path, origin: Origin | None) -> None:
    """Two frames."""
    with EffectsWriter(path, effects=EFFECTS, size=SIZE, origin=origin) as writer:
        for result in clip(2):
            writer.add(result, picture_of(result.index))


@pytest.mark.parametrize("name", OUTPUTS)
def test_every_output_says_what_was_done_to_what(tmp_path: Path, source: Path, name: str) -> None:
    path = tmp_path / name
    render(path, Origin(name="holiday.mp4", path=source))
    told = check_provenance(path, source=source)
    assert told.problems == ()
    assert told.note is not None
    assert told.note.startswith("Edited with masklet")
    assert told.note.endswith(": blur-background, outline")
    assert told.generator.startswith("masklet/")
    assert told.created.endswith("Z")
    assert told.source == ("holiday.mp4", digest_of(source))
    assert told.effects == EFFECTS


def test_the_record_is_plain_about_itself(tmp_path: Path, source: Path) -> None:
    path = tmp_path / "out.mp4"
    render(path, Origin(name="holiday.mp4", path=source))
    record = json.loads((tmp_path / "out.mp4.credentials.json").read_text())
    assert record["signed"] is False
    assert "not signed" in record["about"]
    assert (record["title"], record["format"]) == ("out.mp4", "video/mp4")
    actions = record["assertions"][0]["data"]["actions"]
    assert [action["action"] for action in actions] == ["c2pa.opened", *["c2pa.edited"] * 2]
    assert [action["parameters"]["objects"] for action in actions[1:]] == [["cat", 7], ["cat"]]
    assert str(tmp_path) not in json.dumps(record)


@pytest.mark.parametrize("name", OUTPUTS)
def test_nothing_is_said_where_nothing_is_to_be_said(tmp_path: Path, name: str) -> None:
    render(tmp_path / name, None)
    assert not credentials_path(tmp_path / name).exists()
    with pytest.raises(MediaError, match=r"no record .* lies beside"):
        check_provenance(tmp_path / name)


@pytest.mark.parametrize("name", OUTPUTS)
def test_changes_are_noticed(tmp_path: Path, source: Path, name: str) -> None:
    path = tmp_path / name
    render(path, Origin(name="holiday.mp4", path=source))
    changed = path / "00001.png" if path.is_dir() else path
    changed.write_bytes(changed.read_bytes() + b"\0")
    told = check_provenance(path)
    assert told.problems == (f"{name} has changed since the record was written",)
    other = tmp_path / "other.mp4"
    other.write_bytes(b"another")
    problems = check_provenance(path, source=other).problems
    assert problems[-1] == "other.mp4 is not what the record names as the source"


def test_a_source_that_cannot_be_read_again_is_named_alone(tmp_path: Path) -> None:
    render(tmp_path / "out.mp4", Origin(name="camera 0"))
    told = check_provenance(tmp_path / "out.mp4")
    assert (told.source, told.problems) == (("camera 0", None), ())


def drop_hash(record: dict[str, Any]) -> None:
    """No assertion holds the file's hash."""
    del record["assertions"][1]


def drop_source(record: dict[str, Any]) -> None:
    """No ingredient is named."""
    record["ingredients"].clear()


def other_hash(record: dict[str, Any]) -> None:
    """A hash of another kind."""
    record["assertions"][1]["data"]["alg"] = "md5"


def odd_effect(record: dict[str, Any]) -> None:
    """An effect that is none."""
    record["assertions"][0]["data"]["actions"][1]["parameters"]["effect"] = 3


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (drop_hash, "assertions: 'c2pa.hash.data' is missing"),
        (drop_source, "ingredients: none came"),
        (other_hash, "'md5' came; wanted 'sha256'"),
        (odd_effect, "effect: wanted an effect"),
    ],
)
def test_a_broken_record_is_named(
    tmp_path: Path, source: Path, spoil: Callable[[dict[str, Any]], None], said: str
) -> None:
    path = tmp_path / "out.mp4"
    render(path, Origin(name="holiday.mp4", path=source))
    lies = credentials_path(path)
    record = json.loads(lies.read_text())
    spoil(record)
    lies.write_text(json.dumps(record))
    with pytest.raises(FormatError, match=said):
        check_provenance(path)
    with pytest.raises(MediaError, match="does not exist"):
        check_provenance(tmp_path / "absent.mp4")
