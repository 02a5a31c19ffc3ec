"""What a crash left: tracking that never ended, and masks that no entry of the log names."""

from collections.abc import Sequence

from masklet.studio.session.follower import Follower
from masklet.studio.session.layers import PROMPTED, Layer, new_layer
from masklet.studio.session.mask_rows import byte_of
from masklet.studio.session.running import Ended
from masklet.studio.store.database import Database
from masklet.studio.store.edits import Begun, Imported, Reached, Tracked, Way
from masklet.studio.store.log import Logged
from masklet.studio.store.masks import marks, remove_passes_but


def unfinished(entries: Sequence[Logged]) -> Begun | None:
    """Tracking that the log does not see ended."""
    for entry in reversed(entries):
        if isinstance(entry.edit, Tracked):
            return None
        if isinstance(entry.edit, Begun):
            return entry.edit
    return None


def forget_strays(database: Database, entries: Sequence[Logged]) -> None:
    """Remove the masks of imports that were never finished.

    Raises:
        ProjectError: the project cannot be written.
    """
    named: set[int] = set()
    for entry in entries:
        if isinstance(entry.edit, Begun):
            named.update(way.id for way in entry.edit.ways)
        elif isinstance(entry.edit, Imported) and entry.edit.way is not None:
            named.add(entry.edit.way.id)
    remove_passes_but(database, named)


def ended_by_crash(follower: Follower, database: Database, begun: Begun) -> Ended:
    """What an unfinished run did: as far as its masks are on disk."""
    reached, strips = [], []
    for way in begun.ways:
        layer = _layer(follower, database, begun, way)
        done = min(len(strip) for strip in layer.strips.values())
        if done:
            last = way.start - done + 1 if way.reverse else way.start + done - 1
            reached.append(Reached(way=way, last=last))
            strips += layer.as_strips()
    edit = Tracked(ways=tuple(reached), objects=begun.objects, model=begun.model)
    return Ended(edit, strips)


def _layer(follower: Follower, database: Database, begun: Begun, way: Way) -> Layer:
    """A pass by its masks; its records can be trusted up to the first that is not whole."""
    layer = new_layer(way.id, start=way.start, reverse=way.reverse, objects=begun.objects)
    for row in marks(database, way.id, reverse=way.reverse):
        layer.add(row.object, byte_of(row))
    whole = _whole_records(follower, layer) if begun.model == follower.model else 0
    return Layer(
        id=way.id, start=way.start, reverse=way.reverse, strips=layer.strips, recorded=whole
    )


def _whole_records(follower: Follower, layer: Layer) -> int:
    done = min(len(strip) for strip in layer.strips.values())
    for place in range(done):
        frame = layer.start - place if layer.reverse else layer.start + place
        for number, strip in layer.strips.items():
            kept = strip[place] != PROMPTED
            if kept and not follower.tracker.holds(layer.record(number, frame)):
                return place
    return done
