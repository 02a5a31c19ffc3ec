"""The folder on this machine that keeps fetched weights, and what lies in it."""

import os
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from masklet.checkpoints.catalogue import BUNDLED, bundled_path, find_release, model_names


class State(StrEnum):
    """How much of a model's weights is on this machine."""

    PRESENT = "present"
    PARTIAL = "partial"
    ABSENT = "absent"


class Stored(NamedTuple):
    """One model's weights on this machine; ``size`` is in bytes, of what is there so far."""

    name: str
    path: Path
    state: State
    size: int


def home() -> Path:
    """The store: MASKLET_HOME, or ``masklet`` in the user's cache folder; it may not exist yet."""
    own = os.environ.get("MASKLET_HOME")
    if own:
        return Path(own).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "masklet"


def part_of(path: Path) -> Path:
    """Where the bytes of a file gather until it is whole."""
    return path.with_name(path.name + ".part")


def weights_path(name: str) -> Path:
    """Where that model's weights are, or would be put.

    Either published file serves: the ``.pt`` file, or the repository's ``model.safetensors``
    kept as ``<name>.safetensors``.

    Raises:
        CheckpointError: no model has that name.
    """
    if name == BUNDLED:
        return bundled_path()
    release = find_release(name)
    candidates = (home() / release.pt_file, home() / release.safetensors_file)
    return next((path for path in candidates if path.is_file()), candidates[0])


def stored(name: str) -> Stored:
    """What is on this machine of one model. Raises CheckpointError for an unknown name."""
    path = weights_path(name)
    if path.is_file():
        return Stored(name, path, State.PRESENT, path.stat().st_size)
    if name != BUNDLED:
        release = find_release(name)
        for candidate in (home() / release.pt_file, home() / release.safetensors_file):
            part = part_of(candidate)
            if part.is_file():
                return Stored(name, candidate, State.PARTIAL, part.stat().st_size)
    return Stored(name, path, State.ABSENT, 0)


def list_stored() -> tuple[Stored, ...]:
    """Every model of the catalogue, the bundled one first."""
    return tuple(stored(name) for name in model_names())
