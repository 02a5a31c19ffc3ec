"""On which frames two scenes may show different masks."""

from collections.abc import Iterator, Mapping

from masklet.studio.session.live import Run, Scene, Thing
from masklet.studio.wire.views import ChangeView

NOWHERE = ChangeView(start=0, stop=-1)


def difference(after: Scene, *before: Scene) -> ChangeView:
    """One range of frames outside of which all masks are as in each of the scenes before.

    Returns:
        ``NOWHERE`` if there is none.
    """
    frames = [frame for scene in before for frame in _changed_frames(scene, after)]
    return ChangeView(start=min(frames), stop=max(frames)) if frames else NOWHERE


def _changed_frames(before: Scene, after: Scene) -> Iterator[int]:
    if before is after:
        return
    runs = {run.id: run for run in (*before.runs, *after.runs)}
    old = {thing.number: thing for thing in before.things}
    new = {thing.number: thing for thing in after.things}
    for number in old.keys() | new.keys():
        yield from _changed(old.get(number), new.get(number), runs)


def _changed(old: Thing | None, new: Thing | None, runs: Mapping[int, Run]) -> Iterator[int]:
    """The frames on which an object changed, or ends of ranges of them."""
    if old is new:
        return
    said_before = {} if old is None else old.said
    said_after = {} if new is None else new.said
    for frame in said_before.keys() | said_after.keys():
        if said_before.get(frame) is not said_after.get(frame):
            yield frame
    passes = set(() if old is None else old.passes) ^ set(() if new is None else new.passes)
    for number in passes:
        yield from (runs[number].first, runs[number].final)
