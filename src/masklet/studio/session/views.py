"""What a page is told of a state."""

from collections.abc import Collection

from masklet.studio.session.difference import difference
from masklet.studio.session.live import Live, Run, Scene, Speech, Step
from masklet.studio.session.looks import free_name
from masklet.studio.wire.views import ObjectView, PassView, PromptView, StateView


def state_view(live: Live, before: Collection[Scene]) -> StateView:
    """A state, and on which frames it differs from the scenes before."""
    scene = live.scene
    return StateView(
        revision=live.revision,
        objects=object_views(live),
        prompts=tuple(
            _prompt(thing.number, frame, thing.said[frame])
            for thing in scene.things
            for frame in sorted(thing.said)
        ),
        passes=tuple(pass_view(run) for run in scene.runs if run.model is not None),
        undo=_label(live.past),
        redo=_label(live.future),
        running=None,
        changed=difference(scene, *before),
        people=0,
    )


def object_views(live: Live) -> tuple[ObjectView, ...]:
    """The objects, in the order in which they were added."""
    looks = [(thing.number, live.looks[thing.number]) for thing in live.scene.things]
    return tuple(
        ObjectView(id=number, name=look.name, colour=look.colour, hidden=look.hidden)
        for number, look in looks
    )


def distinct_objects(live: Live) -> tuple[ObjectView, ...]:
    """The objects, those that share a name numbered: "Dog", "Dog 2"."""
    taken: set[str] = set()
    views = []
    for view in object_views(live):
        name = free_name(view.name, taken)
        taken.add(name)
        views.append(view.model_copy(update={"name": name}))
    return tuple(views)


def pass_view(run: Run) -> PassView:
    """A pass that counts."""
    return PassView(
        id=run.id,
        start=run.start,
        stop=run.stop,
        last=run.last,
        reverse=run.reverse,
        objects=run.objects,
    )


def _prompt(number: int, frame: int, speech: Speech) -> PromptView:
    return PromptView(
        object=number,
        frame=frame,
        points=speech.points,
        labels=speech.labels,
        box=speech.box,
        mask=speech.mask,
    )


def _label(steps: tuple[Step, ...]) -> str | None:
    return steps[-1].label if steps else None
