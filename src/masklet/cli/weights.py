"""``masklet weights``: what weights there are, fetching them, checking them, where they lie."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import tyro

from masklet.cli.progress import emit

if TYPE_CHECKING:
    from masklet.checkpoints.download import Progress, Wanted

SECONDS_BETWEEN_LINES = 0.5


class _Report(Protocol):
    def __call__(self, progress: "Progress") -> None: ...


@dataclass(frozen=True)
class WeightsList:
    """Name every model, and say how much of its weights is on this machine."""

    json: bool = False
    """One JSON line a model, for machines."""

    def run(self) -> None:
        """Print the table."""
        from masklet.checkpoints.store import list_stored

        for entry in list_stored():
            if self.json:
                fields = {"state": entry.state, "bytes": entry.size, "path": str(entry.path)}
                emit("weights", name=entry.name, **fields)
            else:
                size = f"{entry.size / 1e6:,.1f} MB" if entry.size else ""
                print(f"{entry.name:<24} {entry.state:<8} {size:>12}  {entry.path}".rstrip())


@dataclass(frozen=True)
class WeightsGet:
    """Fetch a released model's weights into the store, or go on with what has begun."""

    name: tyro.conf.Positional[str]
    """One of the names that `masklet weights list` prints."""
    safetensors: bool = False
    """Fetch the repository's model.safetensors in place of its .pt file."""
    endpoint: str | None = None
    """Address to fetch from in place of the Hub, or of HF_ENDPOINT where that is set."""
    json: bool = False
    """JSON lines, for machines."""

    def run(self) -> None:
        """Print the path once the file is whole and its tensors fit the model.

        Raises:
            CheckpointError: an unknown name, or it could not be fetched.
        """
        from masklet.checkpoints.catalogue import BUNDLED
        from masklet.checkpoints.open import present_path
        from masklet.checkpoints.store import State, stored

        here = stored(self.name).state is State.PRESENT and not self.safetensors
        path = present_path(self.name) if here or self.name == BUNDLED else self._fetch()
        if self.json:
            emit("done", name=self.name, path=str(path), bytes=path.stat().st_size)
        else:
            print(path)

    def _fetch(self) -> Path:
        from masklet.checkpoints.download import download
        from masklet.checkpoints.open import check_file

        def verify(path: Path) -> None:
            check_file(path, self.name)

        with _shown(f"fetching {self.name}", json=self.json) as report:
            return download(self._wanted(), verify=verify, progress=report)

    def _wanted(self) -> "Wanted":
        from masklet.checkpoints.catalogue import find_release
        from masklet.checkpoints.download import Wanted
        from masklet.checkpoints.store import home

        release = find_release(self.name)
        if self.safetensors:
            address, file = release.safetensors_address(self.endpoint), release.safetensors_file
            return Wanted(name=self.name, address=address, target=home() / file)
        target = home() / release.pt_file
        address = release.pt_address(self.endpoint)
        return Wanted(name=self.name, address=address, target=target, sha256=release.sha256)


@dataclass(frozen=True)
class WeightsCheck:
    """Read a weights file whole, and hold every tensor against the model it is of."""

    what: tyro.conf.Positional[str]
    """A name that `masklet weights list` prints, or a file."""
    json: bool = False
    """One JSON line, for machines."""

    def run(self) -> None:
        """Print what the file is.

        Raises:
            CheckpointError: the file is absent, damaged, or fits no model.
        """
        from masklet.checkpoints.catalogue import model_names
        from masklet.checkpoints.open import check_file, present_path

        named = self.what in model_names()
        path = present_path(self.what) if named else Path(self.what)
        contents = check_file(path, self.what if named else None)
        values = sum(tensor.numel() for tensor in contents.tensors.values())
        model, layout = contents.config.name, contents.layout
        if self.json:
            emit("checked", path=str(path), model=model, layout=layout, values=values)
        else:
            print(
                f"{path}: {model}, {layout} layout, {values / 1e6:.1f} M values; every tensor fits"
            )


@dataclass(frozen=True)
class WeightsPath:
    """Print where a model's weights lie, or would lie if they were here."""

    name: tyro.conf.Positional[str]
    """One of the names that `masklet weights list` prints."""
    json: bool = False
    """One JSON line, for machines."""

    def run(self) -> None:
        """Print the path.

        Raises:
            CheckpointError: an unknown name.
        """
        from masklet.checkpoints.store import stored

        entry = stored(self.name)
        if self.json:
            emit("weights", name=entry.name, state=entry.state, path=str(entry.path))
        else:
            print(entry.path)


Action = (
    Annotated[WeightsList, tyro.conf.subcommand("list")]
    | Annotated[WeightsGet, tyro.conf.subcommand("get")]
    | Annotated[WeightsCheck, tyro.conf.subcommand("check")]
    | Annotated[WeightsPath, tyro.conf.subcommand("path")]
)


@dataclass(frozen=True)
class Weights:
    """List, fetch, check and find model weights."""

    action: Annotated[Action, tyro.conf.arg(name="")]

    @property
    def json(self) -> bool:
        """Whether a machine reads the output."""
        return self.action.json

    def run(self) -> None:
        """Do what was asked. Raises CheckpointError as the actions do."""
        self.action.run()


@contextmanager
def _shown(title: str, *, json: bool) -> Iterator[_Report]:
    """Where progress goes: JSON lines, a bar on a terminal, nowhere in a pipe."""
    if json:
        yield _JsonLines()
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=Console(file=sys.stderr)) as bar:
            task = bar.add_task(title, total=None)
            yield lambda progress: bar.update(task, completed=progress.done, total=progress.total)
    else:
        yield lambda progress: None  # noqa: ARG005 - named as the caller passes it


class _JsonLines:
    """A JSON line now and then, and one for the last byte."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, progress: "Progress") -> None:
        now = time.monotonic()
        if now >= self._next or progress.done == progress.total:
            self._next = now + SECONDS_BETWEEN_LINES
            emit("progress", bytes=progress.done, total=progress.total)
