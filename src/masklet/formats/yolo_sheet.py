"""The ``data.yaml`` of a YOLO folder: names of the classes, and of ours also the frame size."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from masklet.errors import FormatError
from masklet.formats.checked import Node, parse, read_text
from masklet.formats.objects import JsonId
from masklet.masks.rle import MAX_PIXELS
from masklet.media.atomic import part_of, put_in_place, writing
from masklet.values import Size

NAME = "data.yaml"
ENTRY = re.compile(r"^\s*(?:(?P<number>\d{1,6})\s*:|-)\s*(?P<name>.+?)\s*$")


@dataclass(frozen=True)
class Sheet:
    """What is known of a folder.

    Attributes:
        classes: the id of the object that each class stands for; empty where nobody says.
        size: height and width of the frames, None where nobody says.
    """

    classes: Mapping[int, JsonId] = field(default_factory=dict)
    size: Size | None = None


def write_sheet(folder: Path, sheet: Sheet) -> None:
    """Writes it whole or not at all. Raises MediaError where it cannot be written."""
    ids = list(sheet.classes.values())
    ours = {"size": sheet.size, "objects": ids}
    lines = [
        "train: images",
        "val: images",
        f"names: {json.dumps([str(key) for key in ids])}",
        f"masklet: {json.dumps(ours)}",
    ]
    write_text(folder / NAME, "\n".join(lines) + "\n")


def write_text(path: Path, text: str) -> None:
    """Writes a text file whole or not at all. Raises MediaError where it cannot be written."""
    part = part_of(path)
    try:
        with writing(path):
            part.write_text(text, encoding="utf-8")
        put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)


def read_sheet(folder: Path) -> Sheet:
    """What ``data.yaml``, or else ``classes.txt``, says.

    Raises:
        MediaError: a file cannot be read.
        FormatError: the names in it cannot be.
    """
    if (folder / NAME).is_file():
        return _read_yaml(folder / NAME)
    path = folder / "classes.txt"
    if path.is_file():
        names = [line.strip() for line in read_text(path).splitlines() if line.strip()]
        return Sheet(dict(enumerate(names)))
    return Sheet()


def _read_yaml(path: Path) -> Sheet:
    """The few forms of YAML in which such files are written."""
    lines = read_text(path).splitlines()
    for line in lines:
        if line.startswith("masklet:"):
            return _ours(Node(parse(line.partition(":")[2], str(path)), f"{path}: masklet"))
    for at, line in enumerate(lines):
        if line.startswith("names:"):
            value = _bare(line.partition(":")[2])
            names = _in_brackets(value) if value else _below(lines[at + 1 :])
            if not names:
                raise FormatError(f"{path}: names: {value[:60]!r} came; wanted a list of names")
            return Sheet(names)
    return Sheet()


def _ours(node: Node) -> Sheet:
    size = node.key("size").size()
    if size.height * size.width > MAX_PIXELS:
        raise FormatError(f"{node.way}.size: {list(size)} came; no such picture")
    ids = [item.object_id() for item in node.key("objects").items()]
    return Sheet(dict(enumerate(ids)), size)


def _in_brackets(value: str) -> dict[int, JsonId]:
    """``[cat, "dog"]`` or ``{0: cat, 1: dog}``; empty where it is neither."""
    if value[:1] + value[-1:] not in ("[]", "{}"):
        return {}
    parts = [part for part in value[1:-1].split(",") if part.strip()]
    if value[0] == "[":
        return {at: _plain(part) for at, part in enumerate(parts)}
    found = [ENTRY.match(part) for part in parts]
    return {int(one["number"]): _plain(one["name"]) for one in found if one and one["number"]}


def _below(lines: list[str]) -> dict[int, JsonId]:
    """The entries of a block: ``0: cat`` or ``- cat`` on each line."""
    names: dict[int, JsonId] = {}
    for line in lines:
        if not _bare(line):
            continue
        entry = ENTRY.match(_bare(line))
        if entry is None or not (line[0].isspace() or line[0] == "-"):
            break
        names[len(names) if entry["number"] is None else int(entry["number"])] = _plain(
            entry["name"]
        )
    return names


def _bare(text: str) -> str:
    """A line without its comment and the space around it."""
    return re.sub(r"(^|\s)#.*$", "", text).strip()


def _plain(name: str) -> str:
    """A name without its quotes."""
    name = name.strip()
    return name[1:-1] if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'" else name
