"""What to train from, as text: ``KIND=PATH`` on a command line, or sets listed in a TOML file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from masklet.data.readers.clip_set import ClipSet
from masklet.data.readers.kinds import KINDS, open_set
from masklet.errors import FormatError
from masklet.formats.checked import read_text

Default = TypeVar("Default", float, None)
KEYS = ("kind", "path", "split", "weight", "repeat")


@dataclass(frozen=True, kw_only=True)
class SetSpec:
    """One dataset of a mix.

    Attributes:
        kind: of ``KINDS``.
        path: its folder.
        split: of a set that has lists.
        weight: its share of what is drawn, against the other sets' weights; without any weights,
            sets are drawn by their lengths.
        repeat: without a weight, how many times an epoch passes over it; 0.5 is every other clip.
    """

    kind: str
    path: Path
    split: str | None = None
    weight: float | None = None
    repeat: float = 1.0

    def __post_init__(self) -> None:
        """Raises FormatError for what cannot be."""
        if self.kind not in KINDS:
            raise FormatError(f"kind: {self.kind!r} came; wanted one of {', '.join(KINDS)}")
        for name, value in (("weight", self.weight), ("repeat", self.repeat)):
            if value is not None and not 0 < value < float("inf"):
                raise FormatError(f"{name}: {value} came for {self.name}; wanted more than 0")
        if self.weight is not None and self.repeat != 1:
            raise FormatError(f"{self.name}: weight and repeat came; wanted one of them")

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.kind}={self.path}"

    def open(self) -> ClipSet:
        """Raises MediaError, FormatError."""
        return open_set(self.kind, self.path, self.split)


def parse_set(text: str) -> SetSpec:
    """``KIND=PATH`` or ``KIND/SPLIT=PATH``, with ``:WEIGHT`` at its end or not.

    Raises:
        FormatError: it is neither, or the kind is unknown.
    """
    named, equals, place = text.partition("=")
    kind, slash, split = named.partition("/")
    path, colon, weight = place.rpartition(":")
    if not (colon and _is_number(weight)):
        path, weight = place, ""
    if not (equals and kind and path) or (slash and not split):
        raise FormatError(f"data: {text!r} came; wanted KIND=PATH or KIND/SPLIT=PATH:WEIGHT")
    return SetSpec(
        kind=kind,
        path=Path(path),
        split=split or None,
        weight=float(weight) if weight else None,
    )


def parse_unweighted(text: str) -> SetSpec:
    """``KIND=PATH`` or ``KIND/SPLIT=PATH``, all of which is taken. Raises FormatError."""
    spec = parse_set(text)
    if spec.weight is not None:
        raise FormatError(f"{text}: a weight came; wanted none, as all of the set is taken")
    return spec


def read_mix(path: str | Path) -> tuple[SetSpec, ...]:
    """The ``[[set]]`` tables of a TOML file, with the keys of ``SetSpec``.

    Paths are taken from the file's folder on.

    Raises:
        MediaError: the file cannot be read.
        FormatError: it is no TOML, or a key is unknown, missing or of another type.
    """
    path = Path(path)
    try:
        root = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"{path}: no TOML ({error})") from error
    tables = root.get("set")
    if set(root) != {"set"} or not isinstance(tables, Sequence) or not tables:
        raise FormatError(f"{path}: wanted tables [[set]] and nothing else")
    return tuple(_spec_of(table, f"{path}: set[{at}]") for at, table in enumerate(tables))


def _spec_of(table: object, way: str) -> SetSpec:
    if not isinstance(table, Mapping):
        raise FormatError(f"{way}: {table!r} came; wanted a table")
    for key in table:
        if key not in KEYS:
            raise FormatError(f"{way}.{key}: no such key; wanted {', '.join(KEYS)}")
    texts = {key: _text(table, key, way) for key in ("kind", "path", "split")}
    if texts["kind"] is None or texts["path"] is None:
        raise FormatError(f"{way}: wanted kind and path")
    folder = Path(way.partition(": ")[0]).parent
    try:
        return SetSpec(
            kind=texts["kind"],
            path=folder / texts["path"],
            split=texts["split"],
            weight=_number(table, "weight", way, None),
            repeat=_number(table, "repeat", way, 1.0),
        )
    except FormatError as error:
        raise FormatError(f"{way}.{error}") from error


def _text(table: Mapping[str, object], key: str, way: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise FormatError(f"{way}.{key}: {value!r} came; wanted text")
    return value


def _number(table: Mapping[str, object], key: str, way: str, default: Default) -> float | Default:
    value = table.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FormatError(f"{way}.{key}: {value!r} came; wanted a number")
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
