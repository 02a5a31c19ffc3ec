"""Several people at once, a person with a phone, and one with a keyboard only."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from studio.browser.conftest import DESK, PHONE
from studio.browser.person import ASTRONAUT, PATIENCE, ROCKET, Person, overlap
from studio.browser.served import Served


@pytest.fixture
def other(browser: Browser, served: Served) -> Iterator[Page]:
    """Another person's browser, on the same studio."""
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    page = context.new_page()
    page.goto(served.address)
    yield page
    context.close()


@pytest.fixture
def phone(browser: Browser, served: Served) -> Iterator[Page]:
    """A phone's browser."""
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(served.address)
    yield page
    context.close()


def test_two_people_work_on_one_project(page: Page, other: Page, served: Served) -> None:
    """Each sees what the other one does, masks included; an undo reaches both."""
    ann, ben = Person(page), Person(other)
    project = ann.open_sample()
    other.goto(f"{served.root}/#/project/{project}")
    ben.wait_for_editor()
    ann.wait_for_state("state.people === 2")
    ann.click(*ASTRONAUT)
    ben.wait_for_mask(1)
    ann.wait_for_mask(1)
    assert overlap(ann.masks()[1], ben.masks()[1]) == 1.0
    ben.press("n")
    ben.wait("s => s.editor.selected === 2")
    ben.click(*ROCKET)
    ann.wait_for_mask(2)
    assert [each["name"] for each in ann.state()["objects"]] == ["Object 1", "Object 2"]
    ben.press("Control+z")
    ann.wait_for_state("state.prompts.length === 1")
    other.close()
    ann.wait_for_state("state.people === 1")


def test_a_click_is_answered_while_another_project_is_tracked(page: Page, other: Page) -> None:
    """One person's run goes on to its end while the other one clicks in a project of their own."""
    ann, ben = Person(page), Person(other)
    first = ann.open_sample()
    ann.click(*ASTRONAUT)
    ann.wait_for_mask(1)
    assert ben.open_sample() != first
    ann.press("Enter")
    ann.wait_for_state("state.running !== null")
    ben.click(*ROCKET)
    ben.wait_for_mask(1)
    ann.wait_until_tracked(91)


def test_a_phone_does_it_all_by_touch(phone: Page, tmp_path: Path) -> None:
    """Tap, track and export at 390 pixels; nothing sticks out of the screen."""
    person = Person(phone)
    person.open_sample()
    width = "document.documentElement.scrollWidth"
    assert phone.evaluate(width) <= PHONE["width"]
    person.tap(*ASTRONAUT)
    person.wait_for_mask(1)
    phone.get_by_role("button", name="Track", exact=True).tap()
    person.wait_until_tracked(91)
    path = person.export("COCO", tmp_path)
    masks = json.loads(path.read_text())["annotations"]
    assert len(masks) > 10
    assert phone.evaluate(width) <= PHONE["width"]


def test_the_keyboard_leads_from_the_first_visit_to_a_file(page: Page) -> None:
    """No mouse: the sample, a click by crosshair, tracking, and the export dialog."""
    person = Person(page)
    focus = "document.activeElement.textContent.trim()"
    for _ in range(12):
        person.press("Tab")
        if "sample" in page.evaluate(focus):
            break
    person.press("Enter")
    person.wait_for_editor()
    person.press("x")
    for _ in range(11):
        person.press("Shift+ArrowRight")
    for _ in range(13):
        person.press("Shift+ArrowDown")
    person.press("Enter")
    person.wait_for_mask(1)
    point = person.state()["prompts"][0]["points"][0]
    assert point == pytest.approx((430, 310), abs=12)
    person.press("Control+Enter")
    person.wait_until_tracked(91)
    person.press("Control+s")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(40):
        if page.evaluate(focus) == "Export":
            break
        person.press("Tab")
    person.press("Enter")
    link = dialog.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=PATIENCE)
    link.focus()
    with page.expect_download(timeout=PATIENCE) as coming:
        person.press("Enter")
    assert coming.value.path().stat().st_size > 1000
