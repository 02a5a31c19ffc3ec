"""The dialogs of exports and imports in a browser: a file comes home, and goes back in."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from studio.browser.person import ASTRONAUT, PATIENCE, Person, overlap

from masklet.formats.reader import read_masks

LAST = 5


@pytest.fixture
def person(page: Page) -> Person:
    """Somebody who has tracked the astronaut for a few frames."""
    person = Person(page)
    person.open_sample()
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    page.evaluate(
        f"document.querySelector('ms-stage').editor.propagate({{start: 0, stop: {LAST}}})"
    )
    person.wait_until_tracked(LAST)
    return person


def test_masks_come_home_and_go_back_in(person: Person, tmp_path: Path) -> None:
    """Exported masks are those on the stage; imported again, they are a second object."""
    path = person.export("COCO", tmp_path)
    track = read_masks(path)
    assert track.frames == tuple(range(LAST + 1))
    for frame in (0, LAST):
        person.go_to(frame)
        person.wait_for_mask(1)
        assert (track[frame].masks[0] == person.masks()[1]).all()
    person.button("Import").click()
    dialog = person.page.get_by_role("dialog")
    (tmp_path / "broken.json").write_text("{")
    dialog.locator("input[type=file]").set_input_files(tmp_path / "broken.json")
    expect(dialog.get_by_role("alert")).to_contain_text(
        "broken.json cannot be used", timeout=PATIENCE
    )
    dialog.locator("input[type=file]").set_input_files(path)
    expect(dialog.get_by_role("status")).to_contain_text(
        f"brought 1 object on {LAST + 1} frames", timeout=PATIENCE
    )
    person.press("Escape")
    person.wait_for_state("state.objects.length === 2")
    person.wait_for_mask(2)
    masks = person.masks()
    assert overlap(masks[1], masks[2]) == 1


def test_a_video_is_made_watched_stopped_and_deleted(person: Person) -> None:
    """Progress is shown; a cancelled one leaves the list, a finished one until it is deleted."""
    page = person.page
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="WebM").check()
    dialog.get_by_role("button", name="Export", exact=True).click()
    expect(dialog.get_by_role("progressbar")).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog.get_by_role("progressbar")).to_have_count(0, timeout=PATIENCE)
    expect(dialog.get_by_role("list", name="Exports of this project")).to_be_hidden()
    dialog.get_by_label("Last frame").fill("3")
    dialog.get_by_role("radio", name="Video with masks").check()
    dialog.get_by_role("button", name="Export", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Sample-clip-frames-0-3-overlay.mp4 is ready.")).to_be_visible(
        timeout=PATIENCE
    )
    person.button("Export").click()
    expect(dialog.get_by_role("link", name="Record of")).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Delete Sample-clip").click()
    expect(dialog.get_by_role("list", name="Exports of this project")).to_be_hidden()


def test_mistakes_are_said_where_they_are(person: Person) -> None:
    page = person.page
    person.button("Export").click()
    dialog = page.get_by_role("dialog")
    export = dialog.get_by_role("button", name="Export", exact=True)
    alert = dialog.get_by_role("alert")
    dialog.get_by_label("First frame").fill("9")
    dialog.get_by_label("Last frame").fill("3")
    export.click()
    expect(alert).to_have_text("The last frame lies before the first.")
    dialog.get_by_role("button", name="All", exact=True).click()
    expect(alert).to_be_hidden()
    dialog.get_by_role("checkbox").first.uncheck()
    export.click()
    expect(alert).to_have_text("Choose at least one object.")
    dialog.get_by_role("checkbox").first.check()
    dialog.get_by_role("radio", name="Video with effects").check()
    export.click()
    expect(alert).to_have_text("Choose effects first, beside the picture.")
    page.evaluate(
        "document.querySelector('ms-stage').editor.setEffects([{kind: 'blur-background',"
        " strength: 0.5, colour: '#000000', picture: null, objects: null}])"
    )
    dialog.get_by_label("Last frame").fill("2")
    export.click()
    expect(dialog.get_by_text("Sample-clip-frames-0-2-edited.mp4")).to_be_visible(timeout=PATIENCE)
    expect(dialog.get_by_role("link", name="Download")).to_be_visible(timeout=PATIENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(person: Person, scheme: str) -> None:
    page = person.page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for name in ("Export", "Import"):
        person.button(name).click()
        if name == "Export":
            page.get_by_role("dialog").get_by_role("button", name="Export", exact=True).click()
            link = page.get_by_role("dialog").get_by_role("link", name="Download")
            expect(link).to_be_visible(timeout=PATIENCE)
        found = Axe().run(page, context="dialog")
        assert found.violations_count == 0, found.generate_report()
        person.press("Escape")
