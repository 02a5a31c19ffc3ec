"""Results of a run in a folder, a JSON file a unit of work, so that a run can go on another day."""

import json
from collections.abc import Callable, Iterable, Mapping
from json import JSONDecodeError
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from masklet.errors import FormatError, MediaError
from masklet.evaluate.tasks.played import Plain
from masklet.media.atomic import part_of, put_in_place, writing

RESULT_FORMAT = 1
ENDING = ".json"


class Unit(NamedTuple):
    """One method on one item of one task, by their names."""

    method: str
    task: str
    item: str


class Refused(NamedTuple):
    """A method cannot play a task at all, for this reason."""

    reason: str


Outcome = Plain | Refused
Settings = Mapping[str, Any]
"""Whatever a result depends on, as JSON holds it."""


def file_name(name: str) -> str:
    """A name as one part of a path: what could be a separator or hidden is written as %xx."""
    safe = quote(name, safe=" ,+=@()")
    return f"%2E{safe[1:]}" if safe.startswith(".") else safe


def name_of(file: str) -> str:
    """The name that ``file_name`` was given."""
    return unquote(file)


class Store:
    """A folder of results: ``<method>/<task>/<item>.json``.

    Args:
        folder: made when the first result is written.
        settings: of a unit; a result is only taken where it carries the same.
        note: told of files that are passed over.
    """

    def __init__(
        self,
        folder: Path,
        settings: Callable[[Unit], Settings],
        *,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.folder = folder
        self._settings = settings
        self._note = note

    def path(self, unit: Unit) -> Path:
        """Where a unit's result is kept."""
        method, task, item = map(file_name, unit)
        return self.folder / method / task / f"{item}{ENDING}"

    def read(self, unit: Unit) -> Outcome | None:
        """A unit's result, or None where there is none yet or its file is broken.

        Raises:
            FormatError: the result is of other settings.
            MediaError: a file that cannot be read.
        """
        path = self.path(unit)
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            found, outcome = kept["settings"], outcome_of(kept)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MediaError(f"{path} cannot be read: {error.strerror or error}") from error
        except (JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
            self._note(f"{path} is broken and is played again")
            return None
        self._check(path, found, as_json(self._settings(unit)))
        return outcome

    def write(self, unit: Unit, outcome: Outcome) -> None:
        """Keeps a result; the file appears whole or not at all.

        Raises:
            MediaError: it cannot be written.
        """
        path = self.path(unit)
        kept: dict[str, Any] = {"unit": unit._asdict(), "settings": self._settings(unit)}
        if isinstance(outcome, Refused):
            kept["refused"] = outcome.reason
        else:
            kept["result"] = outcome
        part = part_of(path)
        try:
            with writing(path):
                part.write_text(json.dumps(kept), encoding="utf-8")
            put_in_place(part, path)
        finally:
            part.unlink(missing_ok=True)

    def forget(self, units: Iterable[Unit]) -> None:
        """Removes the results of units. Raises MediaError where that is not possible."""
        for unit in units:
            path = self.path(unit)
            with writing(path):
                path.unlink(missing_ok=True)

    def _check(self, path: Path, found: Settings, asked: Settings) -> None:
        if found == asked:
            return
        differing = sorted(key for key in {*found, *asked} if found.get(key) != asked.get(key))
        key = differing[0]
        raise FormatError(
            f"output: {path} was played with other settings ({key}: {found.get(key)} there, "
            f"{asked.get(key)} asked for); take another --output, or play again with --fresh"
        )


def outcome_of(kept: Mapping[str, Any]) -> Outcome:
    """The outcome in a file. Raises KeyError, TypeError where it holds none."""
    if "refused" in kept:
        return Refused(kept["refused"])
    result = kept["result"]
    if not isinstance(result, dict):
        raise TypeError(f"a {type(result).__name__} came; wanted a result")
    return result


def as_json(value: Settings) -> dict[str, Any]:
    """As it is when read back."""
    return json.loads(json.dumps(value))
