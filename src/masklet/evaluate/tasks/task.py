"""A task: one protocol, played on one item at a time and summed up over all of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar, runtime_checkable

from masklet.evaluate.methods.method import Method
from masklet.evaluate.tasks.blocks import Section
from masklet.evaluate.tasks.played import Plain


@runtime_checkable
class Item(Protocol):
    """A video, a photo: whatever a task is played on."""

    @property
    def name(self) -> str:
        """Unique among the items of a task; may hold slashes."""
        ...


ItemT = TypeVar("ItemT", contravariant=True)


@runtime_checkable
class Task(Protocol[ItemT]):
    """One protocol. Frozen and picklable, as it may be played in other processes."""

    @property
    def name(self) -> str:
        """Such as ``vos-mask``; a folder is named after it."""
        ...

    def play(self, method: Method, item: ItemT) -> dict[str, Any]:
        """Plays one item; the result is what JSON can hold.

        Raises:
            PromptError: the method cannot play this task at all, such as clicks given to a
                method that takes only masks.
            MediaError, FormatError: the item's files cannot be used.
        """
        ...

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """The part of the report about this task.

        Args:
            results: of each method, by its name, what was played, in the order of the items.
        """
        ...
