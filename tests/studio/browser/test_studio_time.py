"""Playing, going about in time, coming back, and prompting by keys alone, in a real browser."""

import signal

import pytest
from playwright.sync_api import Page, expect
from studio.browser.person import ASTRONAUT, Person
from studio.browser.served import Served, start

FRAMES = 92
FPS = 20
WATCH = """() => {
  const { editor } = document.querySelector('ms-stage');
  window.seen = [];
  editor.addEventListener('frame', () => window.seen.push([performance.now(), editor.frame]));
}"""


@pytest.fixture
def person(page: Page) -> Person:
    """Somebody who has opened the sample clip and sees its first picture."""
    somebody = Person(page)
    somebody.open_sample()
    somebody.wait("s => s.dataset.frame === '0'")
    return somebody


def test_playing_keeps_time_and_shows_whole_frames(person: Person) -> None:
    """Frames only go forward, and none is shown before it is due."""
    page = person.page
    page.evaluate(WATCH)
    person.press("Space")
    person.wait("s => s.editor.frame > 25")
    person.press("Space")
    person.wait("s => !s.editor.playing")
    seen = page.evaluate("window.seen")
    frames = [frame for _, frame in seen]
    assert frames == sorted(set(frames))
    began, first = seen[0]
    for now, frame in seen:
        assert (frame - first) / FPS <= (now - began) / 1000 + 0.3
    person.wait("s => s.dataset.frame === String(s.editor.frame)")


def test_playing_goes_round_in_the_range_and_stops_at_the_end(person: Person) -> None:
    """In and out marks make a loop; without them the last frame is the end."""
    person.go_to(10)
    person.press("i")
    person.go_to(20)
    person.press("o")
    assert person.page.evaluate("document.querySelector('ms-stage').editor.range") == {
        "start": 10,
        "stop": 20,
    }
    person.page.evaluate(WATCH)
    person.press("k")
    person.wait("s => window.seen.some(([, f], i) => i && f < window.seen[i - 1][1])")
    person.press("k")
    assert all(10 <= frame <= 20 for _, frame in person.page.evaluate("window.seen"))
    person.press("Shift+I")
    person.go_to(80)
    person.press("k")
    person.wait(f"s => s.editor.frame === {FRAMES - 1} && !s.editor.playing")


def test_keys_and_the_filmstrip_go_to_frames(person: Person) -> None:
    """One frame, ten frames, both ends, a typed number, and a press on the timeline."""
    for key, frame in [
        ("ArrowRight", 1), ("f", 2), ("Shift+ArrowRight", 12), ("v", 22), ("d", 21),
        ("c", 11), ("End", FRAMES - 1), ("ArrowRight", FRAMES - 1), ("Home", 0), ("ArrowLeft", 0),
    ]:  # fmt: skip
        person.press(key)
        assert person.frame() == frame, key
    person.go_to(37)
    track = person.page.locator(".timeline-track")
    box = track.bounding_box()
    assert box is not None
    track.click(position={"x": box["width"] * 60.5 / FRAMES, "y": 40})
    assert person.frame() == 60
    person.wait("s => s.dataset.frame === '60'")


def test_a_reload_comes_back_to_the_frame_and_the_object(person: Person) -> None:
    """The address knows both, and the masks are there again."""
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    person.press("n")
    person.wait("s => s.editor.selected === 2")
    person.press("1")
    person.go_to(33)
    person.page.wait_for_url("**frame=33&object=1")
    person.page.reload()
    person.wait_for_editor()
    person.wait("s => s.dataset.frame === '33'")
    assert person.page.evaluate("document.querySelector('ms-stage').editor.selected") == 1
    person.press("[")
    person.wait_for_mask(1)
    assert person.frame() == 0


def test_strips_follow_tracking_and_undo(person: Person) -> None:
    """While masks come in the strip grows; undo empties it but for the prompted frame."""
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    person.go_to(0)
    known = "[...s.editor.strips.get(1)].filter((byte) => byte > 0).length"
    person.wait(f"s => {known} === 1")
    for end in ("i", "Shift+ArrowRight", "o", "Control+Enter"):
        person.press(end)
    person.wait_until_tracked(10)
    person.wait(f"s => {known} === 11")
    person.press("Control+z")
    person.wait(f"s => {known} === 1")


def test_everything_is_prompted_by_keys_alone(person: Person) -> None:
    """The crosshair says inside and outside, draws a box, paints, and deletes."""
    person.press("x")
    cross = person.page.locator("#stage-words")
    expect(cross).to_contain_text("x 320, y 180")
    for _ in range(5):
        person.press("Shift+ArrowRight")
    person.press("Shift+ArrowDown")
    person.press("ArrowDown")
    assert person.frame() == 0
    person.press("Enter")
    person.wait_for_state("state.prompts[0]?.points.length === 1")
    assert person.state()["prompts"][0]["points"] == [[370, 191]]
    person.press("Shift+ArrowUp")
    person.press("Shift+ArrowUp")
    person.press("-")
    person.wait_for_state("state.prompts[0].labels[1] === 0")
    person.press("Delete")
    person.wait_for_state("state.prompts[0].labels.length === 1")
    person.press("r")
    person.press("Enter")
    for key in ("Shift+ArrowDown", "Shift+ArrowRight"):
        for _ in range(6):
            person.press(key)
    person.press("Enter")
    person.wait_for_state("state.prompts[0].box !== null")
    assert person.state()["prompts"][0]["box"] == [370, 171, 430, 231]
    person.press("b")
    person.press("Enter")
    person.wait_for_state("state.prompts[0].mask")
    assert person.masks()[1][231, 430]
    person.press("x")
    person.press("ArrowRight")
    assert person.frame() == 1


def test_an_edit_made_while_the_studio_is_away_is_done_when_it_is_back(
    person: Person, served: Served
) -> None:
    """The page reconnects by itself; what was clicked meanwhile is said then, once."""
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    port = int(served.root.rsplit(":", 1)[1])
    served.stop(signal.SIGKILL)
    person.wait("s => !s.editor.connected")
    person.press("ArrowRight")
    person.press("ArrowLeft")
    person.wait("s => s.dataset.frame === '0'")
    person.click(300, 100, outside=True)
    again = start(served.library, port=port)
    try:
        person.wait("s => s.editor.connected")
        person.wait_for_state("state.prompts[0]?.labels.length === 2")
        assert person.state()["prompts"][0]["labels"] == [1, 0]
    finally:
        again.stop()
