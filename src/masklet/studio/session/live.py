"""What a project's log amounts to, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from masklet.studio.store.edits import Corners, Places


@dataclass(frozen=True, kw_only=True)
class Speech:
    """Everything said about one object on one frame, and what was answered last.

    Attributes:
        mask: a drawn or imported one belongs to it.
        score, presence: of the answer, which entry ``answer`` of the log brought.
    """

    points: Places = ()
    labels: tuple[int, ...] = ()
    box: Corners | None = None
    mask: bool = False
    score: float
    presence: float
    answer: int


def _nothing() -> Mapping:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One object, but for its looks.

    Attributes:
        said: by frame.
        prompted, pending: by frame, the entries of the log whose answers the model has in its
            memory, and those that join it when tracking goes on; as in the model's bank.
        passes: that went over it, the newest last.
    """

    number: int
    said: Mapping[int, Speech] = field(default_factory=_nothing)
    prompted: Mapping[int, int] = field(default_factory=_nothing)
    pending: Mapping[int, int] = field(default_factory=_nothing)
    passes: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Run:
    """One pass that counts.

    Attributes:
        start, stop: where it began and was to end; ``start`` lies behind ``stop`` in reverse.
        last: the frame that it reached.
        model: whose records it kept, None for imported masks.
    """

    id: int
    start: int
    stop: int
    last: int
    reverse: bool
    objects: tuple[int, ...]
    model: str | None

    @property
    def first(self) -> int:
        """The lowest frame that it reached."""
        return min(self.start, self.last)

    @property
    def final(self) -> int:
        """The highest frame that it reached."""
        return max(self.start, self.last)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """All that undo and redo go back and forth between."""

    things: tuple[Thing, ...] = ()
    runs: tuple[Run, ...] = ()

    def find(self, number: int) -> Thing | None:
        """The object of that number."""
        return next((thing for thing in self.things if thing.number == number), None)


@dataclass(frozen=True, kw_only=True)
class Look:
    """How an object is called and drawn; not undone, so that it can change while tracking runs."""

    name: str
    colour: str
    hidden: bool = False


@dataclass(frozen=True)
class Step:
    """An edit that can be undone or redone: what it was, in words, and the scene to go to."""

    label: str
    scene: Scene


@dataclass(frozen=True, kw_only=True)
class Live:
    """What the log amounts to.

    Attributes:
        revision: entries so far.
        looks: of every object that there ever was.
        past, future: where undo and redo lead, the nearest last.
    """

    revision: int = 0
    scene: Scene = field(default_factory=Scene)
    looks: Mapping[int, Look] = field(default_factory=_nothing)
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    @property
    def reachable(self) -> frozenset[int]:
        """Passes that this scene, undo or redo may show."""
        scenes = [self.scene, *(step.scene for step in (*self.past, *self.future))]
        return frozenset(run.id for scene in scenes for run in scene.runs)
