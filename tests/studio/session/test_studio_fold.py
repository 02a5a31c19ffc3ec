"""What the log amounts to: every kind of entry, undo and redo, and any sequence of them."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from masklet.studio.session.difference import NOWHERE, difference
from masklet.studio.session.fold import DEEPEST, apply, fold
from masklet.studio.session.live import Live, Look, Scene
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
    Way,
)
from masklet.studio.store.log import Logged
from masklet.studio.wire.views import ChangeView

MODEL = "small/64"


def added(number: int) -> Added:
    """An object."""
    return Added(object=number, name=f"Object {number}", colour="#2e86ff")


def prompted(
    number: int,
    frame: int,
    *points: tuple[float, float],
    mask: bool = False,
    replace: bool = False,
) -> Prompted:
    """Clicks inside."""
    return Prompted(
        object=number,
        frame=frame,
        points=points,
        labels=(1,) * len(points),
        mask=mask,
        replace=replace,
        score=0.5,
        presence=1.0,
    )


def tracked(number: int, start: int, last: int, *objects: int) -> Tracked:
    """A pass that was to go on for ten more frames."""
    reverse = last < start
    stop = last - 10 if reverse else last + 10
    way = Way(id=number, start=start, stop=stop, reverse=reverse)
    return Tracked(ways=(Reached(way=way, last=last),), objects=objects, model=MODEL)


def live_after(*edits: AnyEdit) -> Live:
    """The fold of a log of these entries."""
    return fold(Logged(seq, "", "", edit) for seq, edit in enumerate(edits, 1))


def test_words_add_up_until_they_are_replaced() -> None:
    """Clicks join, a box stays, a mask or ``replace`` starts over; the last answer counts."""
    box = prompted(1, 3).model_copy(update={"box": (1.0, 2.0, 3.0, 4.0)})
    more = live_after(added(1), prompted(1, 3, (1, 1)), box, prompted(1, 3, (2, 2)))
    speech = more.scene.things[0].said[3]
    assert speech.points == ((1, 1), (2, 2))
    assert speech.labels == (1, 1)
    assert speech.box == (1, 2, 3, 4)
    assert speech.answer == 4
    again = apply(more, 5, prompted(1, 3, (9, 9), replace=True)).scene.things[0].said[3]
    assert (again.points, again.box, again.mask) == (((9, 9),), None, False)
    drawn = apply(more, 5, prompted(1, 3, mask=True)).scene.things[0].said[3]
    assert (drawn.points, drawn.box, drawn.mask) == ((), None, True)
    refined = apply(apply(more, 5, prompted(1, 3, mask=True)), 6, prompted(1, 3, (5, 5)))
    assert refined.scene.things[0].said[3].mask
    assert refined.scene.things[0].said[3].points == ((5, 5),)


def test_answers_join_memory_when_tracking_goes_on() -> None:
    """Until then the model reads what it knew; only objects that are tracked move on."""
    before = live_after(added(1), added(2), prompted(1, 0, (1, 1)), prompted(2, 0, (2, 2)))
    assert [dict(thing.pending) for thing in before.scene.things] == [{0: 3}, {0: 4}]
    after = apply(before, 5, tracked(1, 0, 4, 1))
    assert [dict(thing.prompted) for thing in after.scene.things] == [{0: 3}, {}]
    assert [dict(thing.pending) for thing in after.scene.things] == [{}, {0: 4}]
    assert [thing.passes for thing in after.scene.things] == [(1,), ()]
    said_again = apply(after, 6, prompted(1, 0, (3, 3)))
    assert dict(said_again.scene.things[0].prompted) == {0: 3}
    assert dict(said_again.scene.things[0].pending) == {0: 6}
    cleared = apply(said_again, 7, Cleared(object=1, frame=0)).scene.things[0]
    assert (cleared.said, cleared.prompted, cleared.pending) == ({}, {}, {})
    assert cleared.passes == (1,)


def test_tracking_that_reached_no_frame_does_not_count() -> None:
    """Neither its beginning nor its end can be undone, and redo stays possible."""
    begun = Begun(ways=(Way(id=1, start=0, stop=5, reverse=False),), objects=(1,), model=MODEL)
    nothing = Tracked(ways=(), objects=(1,), model=MODEL)
    before = live_after(added(1), prompted(1, 0, (1, 1)), Undone())
    after = apply(apply(before, 4, begun), 5, nothing)
    assert after == replace(before, revision=5)


def test_removing_and_bringing_back() -> None:
    """A removed object takes its passes with it, and undo brings back all of it as it was."""
    before = live_after(added(1), prompted(1, 0, (1, 1)), tracked(1, 0, 4, 1), added(2))
    gone = apply(before, 5, Removed(object=1))
    assert [thing.number for thing in gone.scene.things] == [2]
    assert gone.scene.runs == ()
    assert gone.past[-1].label == "removing Object 1"
    assert apply(gone, 6, Undone()).scene == before.scene


def test_looks_are_not_undone() -> None:
    """A name given while tracking ran stays when that is undone, for objects brought back too."""
    named = Changed(object=1, name="Dog", hidden=True)
    live = live_after(added(1), prompted(1, 0, (1, 1)), named, Undone(), Undone())
    assert live.scene.things == ()
    back = apply(apply(live, 6, Redone()), 7, Redone())
    assert back.looks[1] == Look(name="Dog", colour="#2e86ff", hidden=True)
    assert dict(back.scene.things[0].pending) == {0: 2}


def test_imports_bring_objects_a_pass_and_prompts() -> None:
    """One undo takes all of it back; an object that is never seen has no prompt."""
    way = Way(id=4, start=2, stop=9, reverse=False)
    objects = (
        Brought(object=1, name="Dog", colour="#2e86ff", frame=3),
        Brought(object=2, name="Cat", colour="#ff8a18", frame=None),
    )
    live = live_after(Imported(objects=objects, way=way))
    dog, cat = live.scene.things
    assert dog.said[3].mask
    assert (dict(dog.pending), dog.passes, dict(cat.pending), cat.passes) == (
        {3: 1},
        (4,),
        {},
        (4,),
    )
    assert live.scene.runs[0].last == 9
    assert live.past[-1].label == "importing 2 objects"
    assert apply(live, 2, Undone()).scene == Scene()


def test_labels_say_what_would_be_undone() -> None:
    """In words for a person."""
    box = prompted(1, 12).model_copy(update={"box": (1.0, 2.0, 3.0, 4.0)})
    edits = {
        "adding Object 1": added(1),
        "click on frame 12": prompted(1, 12, (1, 1)),
        "clicks on frame 12": prompted(1, 12, (1, 1), (2, 2)),
        "box on frame 12": box,
        "mask on frame 12": prompted(1, 12, mask=True),
        "tracking frames 0 to 91": tracked(1, 91, 0, 1),
        "clearing frame 12": Cleared(object=1, frame=12),
    }
    live = live_after(*edits.values())
    assert [step.label for step in live.past] == list(edits)


def test_undo_goes_back_a_hundred_edits() -> None:
    """What lies before that stays; the states are no longer held."""
    live = live_after(added(1), *(prompted(1, t, (1, 1)) for t in range(DEEPEST + 20)))
    assert len(live.past) == DEEPEST
    for seq in range(DEEPEST):
        live = apply(live, 1000 + seq, Undone())
    assert sorted(live.scene.things[0].said) == list(range(20))
    assert live.past == ()


def test_reachable_passes_are_those_that_undo_or_redo_may_show() -> None:
    """A new edit after an undo cuts off what was undone."""
    live = live_after(
        added(1), prompted(1, 0, (1, 1)), tracked(1, 0, 4, 1), tracked(2, 0, 4, 1), Undone()
    )
    assert live.reachable == {1, 2}
    assert apply(live, 6, prompted(1, 9, (1, 1))).reachable == {1}


def test_differences_are_as_tight_as_one_range_can_be() -> None:
    """Frames of prompts and passes, and nowhere for what shows no mask."""
    live = live_after(added(1), prompted(1, 5, (1, 1)), tracked(1, 8, 6, 1))
    clicked = apply(live, 4, prompted(1, 7, (1, 1)))
    assert difference(live.scene, clicked.scene) == ChangeView(start=7, stop=7)
    followed = apply(clicked, 5, tracked(2, 7, 11, 1))
    assert difference(clicked.scene, followed.scene) == ChangeView(start=7, stop=11)
    assert difference(live.scene, followed.scene) == ChangeView(start=7, stop=11)
    removed = apply(live, 4, Removed(object=1))
    assert difference(live.scene, removed.scene) == ChangeView(start=5, stop=8)
    assert difference(live.scene, apply(live, 4, added(2)).scene) == NOWHERE


CHOICES = st.lists(st.tuples(*[st.integers(0, 59)] * 4), max_size=40)


def log_of(choices: list[tuple[int, int, int, int]]) -> list[AnyEdit]:
    """A log that a session could have written: every entry is possible where it stands."""
    live, edits = Live(), []
    for which, whom, frame, more in choices:
        kinds = ["add"] + ["undo"] * bool(live.past) * 3 + ["redo"] * bool(live.future) * 2
        numbers = [thing.number for thing in live.scene.things]
        kinds += ["say", "say", "track", "track", "remove", "rename", "clear"] * bool(numbers)
        number = numbers[whom % len(numbers)] if numbers else 0
        edit = edit_of(kinds[which % len(kinds)], live, number, frame % 10, more)
        if edit is not None:
            edits.append(edit)
            live = apply(live, len(edits), edit)
    return edits


def edit_of(kind: str, live: Live, number: int, frame: int, more: int) -> AnyEdit | None:
    """One entry; None where it is not possible."""
    thing = live.scene.find(number)
    match kind:
        case "add":
            return added(len(live.looks) + 1)
        case "undo":
            return Undone()
        case "redo":
            return Redone()
        case "say":
            return prompted(number, frame, (1, 1), replace=bool(more % 2))
        case "track":
            return tracked(live.revision + 1, frame, more % 10, number)
        case "remove":
            return Removed(object=number)
        case "rename":
            return Changed(object=number, name=f"name {more}")
    said = thing is not None and frame in thing.said
    return Cleared(object=number, frame=frame) if said else None


def surviving(edits: list[AnyEdit]) -> list[tuple[int, AnyEdit]]:
    """The entries that were not taken back, with their numbers; not those about looks."""
    done: list[tuple[int, AnyEdit]] = []
    undone: list[tuple[int, AnyEdit]] = []
    for seq, edit in enumerate(edits, 1):
        if isinstance(edit, Undone):
            undone.append(done.pop())
        elif isinstance(edit, Redone):
            done.append(undone.pop())
        elif not isinstance(edit, Changed):
            done.append((seq, edit))
            undone.clear()
    return done


@settings(max_examples=300, deadline=None)
@given(CHOICES)
def test_undone_entries_are_as_if_they_had_never_been(
    choices: list[tuple[int, int, int, int]],
) -> None:
    """The scene is the fold of the entries that were not taken back."""
    edits, plain = log_of(choices), Live()
    for seq, edit in surviving(edits):
        plain = apply(plain, seq, edit)
    assert live_after(*edits).scene == plain.scene


@settings(max_examples=200, deadline=None)
@given(CHOICES)
def test_all_the_way_back_and_forth_is_the_same(choices: list[tuple[int, int, int, int]]) -> None:
    """Undo until there is nothing and redo as often: scene, labels and looks are as before."""
    before = live = live_after(*log_of(choices))
    for _ in before.past:
        live = apply(live, live.revision + 1, Undone())
    assert live.scene == Scene()
    for _ in before.past:
        live = apply(live, live.revision + 1, Redone())
    assert replace(live, revision=before.revision) == before


@settings(max_examples=100, deadline=None)
@given(CHOICES)
def test_the_way_through_json_changes_nothing(choices: list[tuple[int, int, int, int]]) -> None:
    """What is written is what is read."""
    edits = log_of(choices)
    read = [type(edit).model_validate_json(edit.model_dump_json()) for edit in edits]
    assert live_after(*read) == live_after(*edits)
