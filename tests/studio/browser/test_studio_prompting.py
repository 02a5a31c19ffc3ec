"""Points, boxes, brush and eraser in a real browser, before and after tracking."""

import pytest
from playwright.sync_api import Page
from studio.browser.person import ASTRONAUT, ROCKET, Person, overlap

LAST = 91


@pytest.fixture
def person(page: Page) -> Person:
    """Somebody who has opened the sample clip."""
    somebody = Person(page)
    somebody.open_sample()
    return somebody


def test_clicks_add_an_object_and_refine_it(person: Person) -> None:
    """The first click adds an object; a right click takes the place out of it."""
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    first = person.masks()[1]
    assert first[int(ASTRONAUT[1]), int(ASTRONAUT[0])]
    person.click(*ROCKET, outside=True)
    person.wait_for_state("state.prompts[0]?.labels.length === 2")
    assert person.state()["prompts"][0]["labels"] == [1, 0]
    person.wait_for_mask(1)
    assert not person.masks()[1][int(ROCKET[1]), int(ROCKET[0])]


def test_a_box_finds_what_lies_in_it(person: Person) -> None:
    """The box tool takes the object that the box surrounds."""
    person.press("r")
    person.drag([(310, 60), (360, 300)])
    person.wait_for_mask(1)
    prompt = person.state()["prompts"][0]
    assert prompt["box"] == pytest.approx([310, 60, 360, 300], abs=1.5)
    mask = person.masks()[1]
    assert mask[60:300, 310:360].sum() > 0.6 * mask.sum() > 0


def test_brush_and_eraser_are_taken_as_drawn(person: Person) -> None:
    """What was painted is the mask; what was rubbed out is not in it any more."""
    person.press("b")
    person.drag([(100, 100), (200, 100)])
    person.wait_for_mask(1)
    painted = person.masks()[1]
    assert painted[100, 110:190].all()
    person.press("Shift+B")
    person.drag([(150, 60), (150, 140)])
    person.wait_for_state("state.revision >= 2")
    person.wait(
        f"s => s.editor.answers.some(a => a.object === 1 && a.counts.length > {painted.any() + 4})"
    )
    rubbed = person.masks()[1]
    assert not rubbed[100, 150]
    assert 0 < rubbed.sum() < painted.sum()


def test_a_marker_is_moved_and_deleted(person: Person) -> None:
    """Dragging a marker says its place anew; deleting the last one forgets the frame."""
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    person.drag([ASTRONAUT, ROCKET])
    person.wait_for_state("Math.abs(state.prompts[0].points[0][1] - 150) < 2")
    assert person.state()["prompts"][0]["points"][0] == pytest.approx(ROCKET, abs=1.5)
    person.click(*ASTRONAUT, outside=True)
    person.wait_for_state("state.prompts[0].points.length === 2")
    person.page.mouse.move(1, 1)
    spot = person.page.evaluate(
        "p => document.querySelector('ms-stage').placeOnPage(p)",
        {"x": ASTRONAUT[0], "y": ASTRONAUT[1]},
    )
    person.page.mouse.move(spot["x"], spot["y"])
    person.press("Delete")
    person.wait_for_state("state.prompts[0].points.length === 1")


def test_a_correction_after_tracking_stays(person: Person) -> None:
    """A right click on a tracked frame changes it, and tracking again keeps and spreads it."""
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    person.press("Enter")
    person.wait_until_tracked(LAST)
    person.go_to(41)
    person.wait_for_mask(1)
    next_before = person.masks()[1]
    person.go_to(40)
    person.wait_for_mask(1)
    before = person.masks()[1]
    x, y = 300.0, 60.0
    person.press("r")
    person.drag([(x, y), (x + 60, y + 240)])
    person.wait_for_state("state.prompts.some(p => p.frame === 40)")
    person.wait_for_mask(1)
    corrected = person.masks()[1]
    assert overlap(before, corrected) < 0.9
    person.press("Enter")
    person.wait_for_state("!state.running && state.passes.length === 2")
    person.go_to(40)
    person.wait_for_mask(1)
    assert overlap(person.masks()[1], corrected) == 1.0
    person.go_to(41)
    person.wait_for_mask(1)
    assert overlap(person.masks()[1], corrected) > overlap(next_before, corrected) + 0.05


def test_undo_and_redo_across_a_tracking_run(person: Person) -> None:
    """Undo takes a whole run back, redo brings back the same masks."""
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    person.press("Enter")
    person.wait_until_tracked(LAST)
    person.go_to(30)
    person.wait_for_mask(1)
    tracked = person.masks()[1]
    person.press("Control+z")
    person.wait_for_state("state.passes.length === 0")
    person.wait("s => s.editor.answers.length === 0")
    person.press("Control+z")
    person.wait_for_state("state.prompts.length === 0")
    person.press("Control+Shift+z")
    person.press("Control+y")
    person.wait_for_state("state.passes.length === 1 && state.prompts.length === 1")
    person.wait_for_mask(1)
    assert overlap(person.masks()[1], tracked) == 1.0


def test_a_second_object_is_added_after_tracking(person: Person) -> None:
    """It is tracked on its own while the first one keeps its masks."""
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    person.press("Enter")
    person.wait_until_tracked(LAST)
    person.go_to(10)
    person.wait_for_mask(1)
    first = person.masks()[1]
    person.press("n")
    person.wait_for_state("state.objects.length === 2")
    person.wait("s => s.editor.selected === 2")
    person.click(*ROCKET)
    person.wait_for_mask(2)
    person.press("Enter")
    person.wait_for_state("!state.running && state.passes.length === 2")
    person.go_to(10)
    person.wait_for_mask(2)
    assert overlap(person.masks()[1], first) == 1.0
    person.go_to(60)
    person.wait_for_mask(2)
    assert set(person.masks()) == {1, 2}


def test_tracking_stops_at_once_and_keeps_what_it_has(person: Person) -> None:
    """Escape ends the run; its frames stay and can be gone on from."""
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    person.press("Enter")
    person.wait_for_state("state.running !== null")
    person.wait("s => (s.editor.strips.get(1) ?? []).filter(b => b > 0).length > 4")
    person.press("Escape")
    person.wait_for_state("state.running === null")
    reached = person.state()["passes"][0]["last"]
    assert 0 < reached < LAST
    person.go_to(reached)
    person.wait_for_mask(1)
