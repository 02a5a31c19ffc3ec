"""A plan of made-up tasks and methods that other processes can rebuild, for tests of the runner."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from masklet.data.readers.annotated import AnnotatedVideo
from masklet.errors import MediaError, PromptError
from masklet.evaluate.methods.method import Method, Session
from masklet.evaluate.report.page import About
from masklet.evaluate.running.suite import Part, Suite
from masklet.evaluate.tasks.blocks import Section, Table
from masklet.evaluate.tasks.played import Plain


@dataclass(frozen=True)
class Named:
    """An item."""

    name: str


@dataclass(frozen=True)
class Letters:
    """The score of an item is how often the method's name has its letter.

    A method named ``picky`` refuses the task ``clicks``; an item named ``broken`` cannot be read,
    one named ``fatal`` ends the process, and one named ``odd`` is refused by everybody.
    """

    name: str
    scale: int = 1

    def play(self, method: Method, item: Named) -> dict[str, Any]:
        """Plays one item."""
        if self.name == "clicks" and method.name == "picky":
            raise PromptError("picky does not take clicks")
        if item.name == "odd":
            raise PromptError("odd is odd")
        if item.name == "broken":
            raise MediaError("broken.jpg cannot be read")
        if item.name == "fatal":
            os._exit(3)
        return {"item": item.name, "score": self.scale * method.name.count(item.name)}

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """The sums."""
        sums = {name: float(sum(one["score"] for one in rows)) for name, rows in results.items()}
        return Section(
            name=self.name,
            title=self.name,
            text="",
            blocks=(Table("Sums", ("method", "sum"), tuple(sums.items())),),
            figures={name: {"sum": value} for name, value in sums.items()},
        )


@dataclass(frozen=True)
class NameOnly:
    """A method that is a name."""

    name: str
    pictures: None = None

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator[Session]:
        """Never called."""
        raise AssertionError(video)
        yield


@dataclass(frozen=True)
class NameMaker:
    """Makes one; every making leaves a line in ``log``."""

    name: str
    version: int = 1
    log: Path | None = None

    def settings(self) -> dict[str, Any]:
        """Its version."""
        return {"version": self.version}

    def about(self) -> About:
        """A name."""
        return About(self.name, "A name.")

    def make(self) -> Method:
        """The method."""
        if self.log is not None:
            with self.log.open("a") as file:
                file.write(f"{self.name} {os.getpid()}\n")
        return NameOnly(self.name)


@dataclass(frozen=True)
class LetterSuite:
    """Two tasks on some letters."""

    items: tuple[str, ...] = ("a", "b", "n/o", "o")
    scale: int = 1

    def settings(self) -> dict[str, Any]:
        """Nothing more than the tasks say."""
        return {}

    def build(self) -> Suite:
        """The suite."""
        items = tuple(map(Named, self.items))
        tasks = (Letters("masks", self.scale), Letters("clicks", self.scale))
        parts = tuple(Part(task, items) for task in tasks)
        return Suite(name="letters", title="Letters", parts=parts)
