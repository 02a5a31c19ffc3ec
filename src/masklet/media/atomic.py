"""Files that appear under their name only when they are whole."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from masklet.errors import MediaError


def part_of(path: Path) -> Path:
    """A fresh name beside ``path`` to write to first; makes the folder it lies in.

    Raises:
        MediaError: ``path`` is a folder, or files cannot be made beside it.
    """
    if path.is_dir():
        raise MediaError(f"output: {path} is a folder; wanted the name of a file")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch(exist_ok=False)
    return part


def put_in_place(part: Path, path: Path) -> None:
    """Gives what was written as ``part`` its name, replacing an older file.

    Raises:
        MediaError: the system refuses; ``part`` is left where it is and the message names it.
    """
    try:
        os.replace(part, path)  # noqa: PTH105 - the one call that says that it is atomic
    except OSError as error:
        why = error.strerror
        raise MediaError(f"output: {path} cannot be replaced ({why}); see {part}") from error


def make_empty_folder(folder: Path) -> None:
    """Makes a folder for pictures.

    Raises:
        MediaError: it cannot be made, or there are pictures in it already.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        holds_some = any(folder.glob("*.png")) or any(folder.glob("*/*.png"))
    if holds_some:
        raise MediaError(f"output: {folder} holds pictures already; wanted a new or empty folder")


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns the system's refusal to write, such as a full disk, into a MediaError."""
    try:
        yield
    except MediaError:
        raise
    except OSError as error:
        why = error.strerror or error
        raise MediaError(f"output: {path} cannot be written ({why})") from error
