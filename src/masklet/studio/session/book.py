"""The log of a project in memory and on disk, and the run that it does not know the end of."""

from collections.abc import Sequence

from masklet.studio.session.fold import apply, fold
from masklet.studio.session.live import Live, Scene
from masklet.studio.store.database import Database
from masklet.studio.store.edits import AnyEdit
from masklet.studio.store.log import Logged, StoredAnswer, Strip, append, entries


class Book:
    """Reads the whole log; from then on every entry is on disk before it counts.

    Attributes:
        live: what the log amounts to.
        opened: its entries when it was read; emptied when they are no longer needed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.opened: Sequence[Logged] = tuple(entries(database))
        self.live: Live = fold(self.opened)

    @property
    def scene(self) -> Scene:
        """The objects, what was said, and the passes that count."""
        return self.live.scene

    def after(self, edit: AnyEdit) -> Live:
        """What an entry would make of the log."""
        return apply(self.live, self.live.revision + 1, edit)

    def write(
        self,
        edit: AnyEdit,
        *,
        by: str,
        said: Sequence[StoredAnswer] = (),
        new_passes: Sequence[int] = (),
        ended: Sequence[Strip] = (),
    ) -> int:
        """Write an entry with what belongs to it; gives its number.

        Raises:
            ProjectError: it cannot be written; nothing has changed.
        """
        after = self.after(edit)
        seq = append(
            self._database,
            edit,
            by=by,
            objects=len(after.scene.things),
            said=said,
            new_passes=new_passes,
            ended=ended,
        )
        assert seq == after.revision, (seq, after.revision)
        self.live = after
        return seq
