"""Undo and redo: the states before and after each edit, all of them frozen values."""

from dataclasses import dataclass
from typing import Generic, TypeVar

State = TypeVar("State")
DEEPEST = 100


@dataclass(frozen=True)
class History(Generic[State]):
    """States that undo and redo lead to, the nearest last."""

    past: tuple[State, ...] = ()
    future: tuple[State, ...] = ()

    def edited(self, before: State) -> "History[State]":
        """After an edit of ``before``; what was undone can no longer be redone."""
        return History((*self.past, before)[-DEEPEST:], ())
