"""Where an edited video comes from and what was done to it: a record beside it, a note within it.

The record follows the shape of a Content Credentials manifest (C2PA: claim generator,
ingredients, actions, hashes) in plain JSON. It is not signed and says so: it helps honest people
to tell an edited video from its source, and proves nothing against others.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from masklet.draw.effects.catalogue import described
from masklet.draw.effects.effect import Effect, effect_of_json
from masklet.errors import FormatError, MediaError
from masklet.formats.checked import Node, read_json
from masklet.formats.objects import json_id
from masklet.media.atomic import part_of, put_in_place, writing
from masklet.values import ObjectId

GENERATOR = "masklet"
ENDING = ".credentials.json"
IN_FOLDER = "credentials.json"
ABOUT = (
    "This record says how the file beside it was made. It is not signed: whoever can change the "
    "file can change this record too."
)
FORMATS = {".mp4": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm"}
ACTIONS, HASH = "c2pa.actions.v2", "c2pa.hash.data"
BLOCK = 2**20


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What an edited video was made from.

    Attributes:
        name: for people.
        path: of the file or folder, None where there is none to be read: a camera, an address.
    """

    name: str
    path: Path | None = None


class Ingredient(NamedTuple):
    """A source as the record names it; ``digest`` is SHA-256 in hex digits."""

    name: str
    digest: str | None


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What a file and the record beside it say.

    Attributes:
        note: that the file carries within it, None where it carries none.
        generator: the program and version that made the file.
        created: when, as ISO 8601 in UTC.
        source: what it was made from.
        effects: that were drawn, in order.
        problems: why the record cannot be relied on, one sentence each; none where it agrees
            with the file.
    """

    note: str | None
    generator: str
    created: str
    source: Ingredient
    effects: tuple[Effect, ...]
    problems: tuple[str, ...]


def note_of(effects: Iterable[Effect]) -> str:
    """The line that an edited file carries within it."""
    kinds = ", ".join(effect.kind for effect in effects) or "nothing"
    return f"Edited with {GENERATOR} {_version()}: {kinds}"


def credentials_path(path: Path) -> Path:
    """Where the record of a file lies, or that of a folder of pictures."""
    return path / IN_FOLDER if path.is_dir() else path.with_name(path.name + ENDING)


def write_credentials(
    path: str | Path,
    *,
    origin: Origin,
    effects: Sequence[Effect],
    objects: Sequence[ObjectId],
) -> Path:
    """Writes the record of a finished file or folder beside it.

    Args:
        path: what was made.
        origin: what it was made from.
        effects: that were drawn, in order.
        objects: ids of those that were there.

    Returns:
        where the record is.

    Raises:
        MediaError: the file or its source cannot be read, or the record cannot be written.
    """
    path = Path(path)
    ingredient: dict[str, object] = {"title": origin.name, "relationship": "parentOf"}
    if origin.path is not None:
        ingredient["hash"] = {"alg": "sha256", "value": digest_of(origin.path)}
    record = _record_of(path, ingredient, effects, objects)
    target = credentials_path(path)
    part = part_of(target)
    try:
        with writing(target):
            part.write_text(json.dumps(record, indent=2, ensure_ascii=False), encoding="utf-8")
        put_in_place(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def check_provenance(path: str | Path, *, source: str | Path | None = None) -> Provenance:
    """Reads what an edited file and the record beside it say, and sees whether they agree.

    Args:
        path: of the file, or of a folder of pictures.
        source: what it is said to be made from, to be compared too.

    Raises:
        MediaError: the file is absent, or no record lies beside it.
        FormatError: the record is broken; the message names the key.
    """
    path = Path(path)
    if not path.exists():
        raise MediaError(f"video: {path} does not exist")
    lies = credentials_path(path)
    if not lies.is_file():
        raise MediaError(f"video: no record {lies.name} lies beside {path.name}")
    record = read_json(lies)
    generator = record.key("claim_generator").text()
    note, said = _note_in(path), _source_of(record)
    problems = []
    if _hash_in(_assertion(record, HASH)) != digest_of(path):
        problems.append(f"{path.name} has changed since the record was written")
    if note is None or not note.startswith(f"Edited with {GENERATOR}"):
        problems.append(f"{path.name} does not say within itself that it was edited")
    if source is not None and said.digest != digest_of(Path(source)):
        problems.append(f"{Path(source).name} is not what the record names as the source")
    return Provenance(
        note=note,
        generator=generator,
        created=record.key("created").text(),
        source=said,
        effects=_effects_of(record),
        problems=tuple(problems),
    )


def digest_of(path: Path) -> str:
    """SHA-256 of a file; of a folder, that of its files' names and contents, the record left out.

    Raises:
        MediaError: it cannot be read.
    """
    whole = hashlib.sha256()
    try:
        if path.is_dir():
            held = (file for file in path.iterdir() if file.is_file())
            for file in sorted(file for file in held if file.name != IN_FOLDER):
                whole.update(f"{file.name}\0{digest_of(file)}\n".encode())
        else:
            with path.open("rb") as opened:
                while block := opened.read(BLOCK):
                    whole.update(block)
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}") from error
    return whole.hexdigest()


def _version() -> str:
    from importlib.metadata import version

    return version("masklet")


def _record_of(
    path: Path,
    ingredient: dict[str, object],
    effects: Sequence[Effect],
    objects: Sequence[ObjectId],
) -> dict[str, object]:
    """The record of a finished file."""
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    agent = {"name": GENERATOR, "version": _version()}
    actions = _actions(effects, objects, now, agent)
    return {
        "about": ABOUT,
        "signed": False,
        "claim_generator": f"{GENERATOR}/{_version()}",
        "claim_generator_info": [agent],
        "title": path.name,
        "format": FORMATS.get(path.suffix.lower(), "image/png"),
        "instance_id": f"urn:uuid:{uuid.uuid4()}",
        "created": now,
        "ingredients": [ingredient],
        "assertions": [
            {"label": ACTIONS, "data": {"actions": actions}},
            {"label": HASH, "data": {"alg": "sha256", "value": digest_of(path)}},
        ],
    }


def _actions(
    effects: Sequence[Effect], objects: Sequence[ObjectId], now: str, agent: dict[str, str]
) -> list[dict[str, object]]:
    """The source opened, and one action an effect."""
    actions: list[dict[str, object]] = [
        {"action": "c2pa.opened", "when": now, "softwareAgent": agent}
    ]
    for effect in effects:
        meant = [json_id(key) for key in objects if effect.is_about(key)]
        actions.append(
            {
                "action": "c2pa.edited",
                "when": now,
                "softwareAgent": agent,
                "description": described(effect.kind).line,
                "parameters": {"effect": effect.as_json(), "objects": meant},
            }
        )
    return actions


def _assertion(record: Node, label: str) -> Node:
    for assertion in record.key("assertions").items():
        if assertion.key("label").text() == label:
            return assertion.key("data")
    raise FormatError(f"{record.way}: assertions: {label!r} is missing")


def _hash_in(holder: Node) -> str:
    """A SHA-256 of the record."""
    method = holder.key("alg").text()
    if method != "sha256":
        raise FormatError(f"{holder.way}.alg: {method!r} came; wanted 'sha256'")
    return holder.key("value").text()


def _source_of(record: Node) -> Ingredient:
    for ingredient in record.key("ingredients").items():
        held = ingredient.maybe("hash")
        return Ingredient(ingredient.key("title").text(), None if held is None else _hash_in(held))
    raise FormatError(f"{record.way}: ingredients: none came; wanted the source")


def _effects_of(record: Node) -> tuple[Effect, ...]:
    effects = []
    for action in _assertion(record, ACTIONS).key("actions").items():
        if action.key("action").text() == "c2pa.edited":
            held = action.key("parameters").key("effect")
            if not isinstance(held.value, dict):
                raise FormatError(f"{held.way}: wanted an effect")
            effects.append(effect_of_json(held.value))
    return tuple(effects)


def _note_in(path: Path) -> str | None:
    """The note that a video, or the first picture of a folder, carries."""
    if path.is_dir():
        from PIL import Image

        first = min(path.glob("*.png"), default=None)
        if first is None:
            return None
        with Image.open(first) as picture:
            return picture.info.get("Comment")
    from masklet.media.container import open_container

    container = open_container(path).container
    with container:
        held = {key.lower(): text for key, text in container.metadata.items()}
    return held.get("comment")
