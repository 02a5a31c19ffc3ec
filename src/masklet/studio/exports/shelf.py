"""The finished files of a project: a folder with a note beside each, which outlives the server."""

import hashlib
import shutil
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from masklet.formats.provenance import ENDING
from masklet.media.atomic import put_in_place, writing
from masklet.studio.errors import NotFoundError
from masklet.studio.exports.making import Made
from masklet.studio.wire.views import JobView

FOLDER, NOTES, PART = "exports", ".jobs", ".part-"


class _Kept(BaseModel):
    """A finished file, as it is noted."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    name: str
    record: str | None
    note: str | None
    made: str


class Shelf:
    """Blocking; of one project.

    Args:
        folder: of the project.
        address: of its exports on the server.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self._address = folder / FOLDER, address

    def views(self) -> list[JobView]:
        """Every finished file, the newest first; also what someone else put into the folder."""
        kept = sorted(self._kept(), key=lambda one: one.made, reverse=True)
        return [self._view(one) for one in kept]

    def file(self, job: str, name: str) -> Path:
        """A finished file, or the record beside it. Raises NotFoundError."""
        one = self._find(job)
        if name not in (one.name, one.record):
            raise NotFoundError("this export has no such file")
        return self._folder / name

    def put(self, job: str, kind: str, made: Made) -> None:
        """Give a finished file its place.

        Raises:
            MediaError: it cannot be put there.
        """
        name = self._free_name(made.path.name)
        record = None if made.record is None else name + ENDING
        if made.record is not None and record is not None:
            put_in_place(made.record, self._folder / record)
        put_in_place(made.path, self._folder / name)
        now = datetime.now(UTC).isoformat()
        kept = _Kept(id=job, kind=kind, name=name, record=record, note=made.note, made=now)
        notes = self._folder / NOTES
        with writing(notes):
            notes.mkdir(exist_ok=True)
            (notes / f"{job}.json").write_text(kept.model_dump_json(), encoding="utf-8")

    def remove(self, job: str) -> None:
        """Delete a finished file and what belongs to it. Raises NotFoundError."""
        one = self._find(job)
        for name in (one.name, one.record, f"{NOTES}/{one.id}.json"):
            if name is not None:
                (self._folder / name).unlink(missing_ok=True)

    def part(self, job: str) -> Path:
        """A new folder for what is being made."""
        folder = self._folder / f"{PART}{job}"
        with writing(folder):
            folder.mkdir(parents=True)
        return folder

    def sweep(self, going: Collection[str]) -> None:
        """Remove what a server that was killed left half made."""
        for left in self._folder.glob(f"{PART}*"):
            if left.name.removeprefix(PART) not in going:
                shutil.rmtree(left, ignore_errors=True)

    def _kept(self) -> Iterator[_Kept]:
        noted: set[str] = set()
        for path in sorted((self._folder / NOTES).glob("*.json")):
            one = _read(path)
            if one is not None and (self._folder / one.name).is_file():
                noted |= {one.name, one.record or one.name}
                yield one
        for path in sorted(self._folder.glob("*")):
            if path.is_file() and path.name not in noted and not path.name.startswith("."):
                yield _stray(path)

    def _find(self, job: str) -> _Kept:
        one = next((one for one in self._kept() if one.id == job), None)
        if one is None:
            raise NotFoundError("there is no such export; it may have been deleted")
        return one

    def _view(self, one: _Kept) -> JobView:
        url = f"{self._address}/{one.id}/file"
        return JobView(
            id=one.id,
            kind=one.kind,
            name=one.name,
            state="done",
            done=1,
            total=1,
            note=one.note,
            url=f"{url}/{one.name}",
            bytes=(self._folder / one.name).stat().st_size,
            record=None if one.record is None else f"{url}/{one.record}",
        )

    def _free_name(self, name: str) -> str:
        """The name, with a number where it is taken."""
        stem, dot, ending = name.partition(".")
        free, number = name, 1
        while (self._folder / free).exists():
            number += 1
            free = f"{stem}-{number}{dot}{ending}"
        return free


def _read(path: Path) -> _Kept | None:
    """A note; None where it is damaged, or names a file elsewhere."""
    try:
        one = _Kept.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    names = [name for name in (one.name, one.record) if name is not None]
    plain = all(Path(name).name == name and not name.startswith(".") for name in names)
    return one if plain and one.id == path.stem else None


def _stray(path: Path) -> _Kept:
    """A file that nobody noted."""
    digest = hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    made = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
    return _Kept(id=digest, kind="file", name=path.name, record=None, note=None, made=made)
