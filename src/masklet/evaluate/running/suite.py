"""A suite: tasks, each with the videos or photos that it is played on."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from masklet.errors import FormatError
from masklet.evaluate.tasks.task import Item, Task


class Part(NamedTuple):
    """A task and its items, in the order of the report."""

    task: Task[Any]
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class Suite:
    """What a benchmark asks for.

    Attributes:
        name: as on the command line.
        title: for people.
        parts: one a task; tasks have different names, and so have the items of a part.

    Raises:
        FormatError: there is nothing to play, or two items of a part have one name.
    """

    name: str
    title: str
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        names = [part.task.name for part in self.parts]
        assert len(set(names)) == len(names), f"{self.name}: tasks {names}"
        for task, items in self.parts:
            if not items:
                raise FormatError(f"{self.name}: nothing was found for {task.name}")
            seen: set[str] = set()
            for item in items:
                if item.name in seen:
                    raise FormatError(f"{self.name}: two items are named {item.name}")
                seen.add(item.name)
