"""Reads the log: what each entry makes of what was before; no files, no network."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from masklet.studio.session.live import Live, Look, Run, Scene, Speech, Step, Thing
from masklet.studio.store.edits import (
    Added,
    AnyEdit,
    Begun,
    Brought,
    Changed,
    Cleared,
    Imported,
    Prompted,
    Reached,
    Redone,
    Removed,
    Tracked,
    Undone,
)
from masklet.studio.store.log import Logged

DEEPEST = 100
V = TypeVar("V")


def fold(entries: Iterable[Logged]) -> Live:
    """What a whole log amounts to."""
    live = Live()
    for entry in entries:
        live = apply(live, entry.seq, entry.edit)
    return live


def apply(live: Live, seq: int, edit: AnyEdit) -> Live:
    """What entry ``seq`` makes of the state before it."""
    live = replace(live, revision=seq)
    if isinstance(edit, Begun):
        return live
    if isinstance(edit, Undone):
        return _undone(live)
    if isinstance(edit, Redone):
        return _redone(live)
    if isinstance(edit, Changed):
        return _changed(live, edit)
    if isinstance(edit, Tracked) and not edit.ways:
        return live
    scene = _scene_after(live.scene, seq, edit)
    step = Step(label_of(edit, live.looks), live.scene)
    past = (*live.past, step)[-DEEPEST:]
    return replace(live, scene=scene, past=past, future=(), looks=_looks_after(live.looks, edit))


def label_of(edit: AnyEdit, looks: Mapping[int, Look]) -> str:
    """An edit in words that follow "Undo"."""
    match edit:
        case Added():
            return f"adding {edit.name}"
        case Removed():
            return f"removing {looks[edit.object].name}"
        case Prompted():
            return f"{_way_of_saying(edit)} on frame {edit.frame}"
        case Cleared():
            return f"clearing frame {edit.frame}"
        case Tracked():
            first = min(min(reached.way.start, reached.last) for reached in edit.ways)
            final = max(max(reached.way.start, reached.last) for reached in edit.ways)
            return f"tracking frames {first} to {final}"
        case Imported():
            count = len(edit.objects)
            return f"importing {count} object{'' if count == 1 else 's'}"
    raise AssertionError(edit)


def _way_of_saying(edit: Prompted) -> str:
    if edit.mask and not edit.points:
        return "mask"
    if edit.box is not None and not edit.points:
        return "box"
    return "click" if len(edit.points) == 1 else "clicks"


def _undone(live: Live) -> Live:
    step = live.past[-1]
    future = (*live.future, Step(step.label, live.scene))
    return replace(live, scene=step.scene, past=live.past[:-1], future=future)


def _redone(live: Live) -> Live:
    step = live.future[-1]
    past = (*live.past, Step(step.label, live.scene))
    return replace(live, scene=step.scene, past=past, future=live.future[:-1])


def _changed(live: Live, edit: Changed) -> Live:
    look = live.looks[edit.object]
    new = Look(
        name=look.name if edit.name is None else edit.name,
        colour=look.colour if edit.colour is None else edit.colour,
        hidden=look.hidden if edit.hidden is None else edit.hidden,
    )
    return replace(live, looks={**live.looks, edit.object: new})


def _looks_after(looks: Mapping[int, Look], edit: AnyEdit) -> Mapping[int, Look]:
    if isinstance(edit, Added):
        return {**looks, edit.object: Look(name=edit.name, colour=edit.colour)}
    if isinstance(edit, Prompted) and edit.introduced is not None:
        new = edit.introduced
        return {**looks, edit.object: Look(name=new.name, colour=new.colour)}
    if isinstance(edit, Imported):
        new = {one.object: Look(name=one.name, colour=one.colour) for one in edit.objects}
        return {**looks, **new}
    return looks


def _scene_after(scene: Scene, seq: int, edit: AnyEdit) -> Scene:
    match edit:
        case Added():
            return _with_new(scene, edit.object)
        case Removed():
            left = tuple(thing for thing in scene.things if thing.number != edit.object)
            return _without_idle_runs(replace(scene, things=left))
        case Prompted():
            if edit.introduced is not None:
                scene = _with_new(scene, edit.object)
            return _placed(scene, _prompted(_thing(scene, edit.object), seq, edit))
        case Cleared():
            return _placed(scene, _cleared(_thing(scene, edit.object), edit.frame))
        case Tracked():
            return _tracked(scene, edit)
        case Imported():
            return _imported(scene, seq, edit)
    raise AssertionError(edit)


def _with_new(scene: Scene, number: int) -> Scene:
    return replace(scene, things=(*scene.things, Thing(number=number)))


def _prompted(thing: Thing, seq: int, edit: Prompted) -> Thing:
    before = None if edit.replace or edit.mask else thing.said.get(edit.frame)
    speech = Speech(
        points=edit.points if before is None else before.points + edit.points,
        labels=edit.labels if before is None else before.labels + edit.labels,
        box=before.box if edit.box is None and before is not None else edit.box,
        mask=edit.mask or (before is not None and before.mask),
        score=edit.score,
        presence=edit.presence,
        answer=seq,
    )
    said = {**thing.said, edit.frame: speech}
    return replace(thing, said=said, pending={**thing.pending, edit.frame: seq})


def _cleared(thing: Thing, frame: int) -> Thing:
    return replace(
        thing,
        said=_without(thing.said, frame),
        prompted=_without(thing.prompted, frame),
        pending=_without(thing.pending, frame),
    )


def _tracked(scene: Scene, edit: Tracked) -> Scene:
    runs = tuple(run_of(reached, edit.objects, edit.model) for reached in edit.ways)
    numbers = tuple(run.id for run in runs)
    things = tuple(
        _followed(thing, numbers) if thing.number in edit.objects else thing
        for thing in scene.things
    )
    return Scene(things=things, runs=(*scene.runs, *runs))


def run_of(reached: Reached, objects: tuple[int, ...], model: str | None) -> Run:
    """A pass as far as it came."""
    way = reached.way
    return Run(
        id=way.id,
        start=way.start,
        stop=way.stop,
        last=reached.last,
        reverse=way.reverse,
        objects=objects,
        model=model,
    )


def _followed(thing: Thing, passes: tuple[int, ...]) -> Thing:
    return replace(
        thing,
        prompted={**thing.prompted, **thing.pending},
        pending={},
        passes=(*thing.passes, *passes),
    )


def _imported(scene: Scene, seq: int, edit: Imported) -> Scene:
    passes = () if edit.way is None else (edit.way.id,)
    things = tuple(_brought(one, seq, passes) for one in edit.objects)
    numbers = tuple(thing.number for thing in things)
    runs = scene.runs
    if edit.way is not None:
        runs = (*runs, run_of(Reached(way=edit.way, last=edit.way.stop), numbers, None))
    return Scene(things=(*scene.things, *things), runs=runs)


def _brought(one: Brought, seq: int, passes: tuple[int, ...]) -> Thing:
    if one.frame is None:
        return Thing(number=one.object, passes=passes)
    speech = Speech(mask=True, score=IMPORTED_SCORE, presence=IMPORTED_PRESENCE, answer=seq)
    said, pending = {one.frame: speech}, {one.frame: seq}
    return Thing(number=one.object, said=said, pending=pending, passes=passes)


IMPORTED_SCORE, IMPORTED_PRESENCE = 1.0, 10.0


def _without_idle_runs(scene: Scene) -> Scene:
    there = {thing.number for thing in scene.things}
    return replace(scene, runs=tuple(run for run in scene.runs if there & set(run.objects)))


def _thing(scene: Scene, number: int) -> Thing:
    thing = scene.find(number)
    assert thing is not None, number
    return thing


def _placed(scene: Scene, new: Thing) -> Scene:
    things = tuple(new if thing.number == new.number else thing for thing in scene.things)
    return replace(scene, things=things)


def _without(held: Mapping[int, V], frame: int) -> Mapping[int, V]:
    return {t: value for t, value in held.items() if t != frame}
