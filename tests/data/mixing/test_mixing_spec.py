"""Mixes as text: on a command line and in a TOML file, and what is said of those that are wrong."""

from pathlib import Path

import pytest

from masklet.data.mixing.spec import SetSpec, parse_set, read_mix
from masklet.errors import FormatError, MediaError


def test_a_set_in_one_word() -> None:
    """With or without a split and a weight; a path may hold both signs."""
    assert parse_set("sav=/data/sav") == SetSpec(kind="sav", path=Path("/data/sav"))
    assert parse_set("coco/val2017=a=b:c:2.5") == SetSpec(
        kind="coco", path=Path("a=b:c"), split="val2017", weight=2.5
    )
    assert parse_set("davis=C:old").path == Path("C:old")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sav", "'sav' came; wanted KIND=PATH"),
        ("=x", "wanted KIND=PATH"),
        ("sav=", "wanted KIND=PATH"),
        ("sav/=x", "wanted KIND=PATH"),
        ("mnist=x", "kind: 'mnist' came; wanted one of davis2016"),
        ("sav=x:0", "weight: 0.0 came for sav=x; wanted more than 0"),
        ("sav=x:nan", "weight: nan came"),
        ("sav=x:-1", "weight: -1.0 came"),
    ],
)
def test_words_that_are_no_set(text: str, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        parse_set(text)


def test_a_file_lists_sets(tmp_path: Path) -> None:
    """Paths are taken from its folder on."""
    path = tmp_path / "mix.toml"
    path.write_text(
        '[[set]]\nkind = "sav"\npath = "sav"\nweight = 3\n'
        '[[set]]\nkind = "davis"\npath = "/data/davis"\nsplit = "train"\nrepeat = 1.5\n'
    )
    assert read_mix(path) == (
        SetSpec(kind="sav", path=tmp_path / "sav", weight=3.0),
        SetSpec(kind="davis", path=Path("/data/davis"), split="train", repeat=1.5),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("set = 3", r"wanted tables \[\[set\]\]"),
        ("[[set]]\nkind = 'sav'", r"set\[0\]: wanted kind and path"),
        ("[[set]]\nkind = 3\npath = 'x'", r"set\[0\]\.kind: 3 came; wanted text"),
        ("[[set]]\nkind = 'sav'\npath = 'x'\nwieght = 2", r"set\[0\]\.wieght: no such key"),
        ("[[set]]\nkind = 'sav'\npath = 'x'\nweight = 'a'", "weight: 'a' came; wanted a number"),
        ("[[set]]\nkind = 'sav'\npath = 'x'\nrepeat = -2", "repeat: -2 came for sav="),
        ("[[set]]\nkind = 'sav'\npath = 'x'\nrepeat = 0", "repeat: 0 came for sav="),
        ("[[set]]\nkind = 'sav'\npath = 'x'\nweight = 1\nrepeat = 2", "weight and repeat came"),
        ("[[set]]\nkind = 'x'\npath = 'x'", r"set\[0\]\.kind: 'x' came"),
        ("set =", "no TOML"),
        ("[other]", r"wanted tables \[\[set\]\]"),
    ],
)
def test_a_file_that_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mix.toml"
    path.write_text(text)
    with pytest.raises(FormatError, match=rf"mix\.toml: .*{said}"):
        read_mix(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"none\.toml cannot be read"):
        read_mix(tmp_path / "none.toml")
