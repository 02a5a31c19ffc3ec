"""Axe finds no fault in any page, sheet or dialog of the studio, light or dark, wide or narrow."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize
from studio.browser.conftest import DESK, PHONE
from studio.browser.person import ASTRONAUT, Person
from studio.browser.served import Served
from studio.browser.test_studio_objects import wait_for_picture

WAYS = [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")]


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]['width']}-{way[1]}")
def seen(browser: Browser, served: Served, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The start page in a size and a scheme."""
    size: ViewportSize = request.param[0]
    context = browser.new_context(
        viewport=size, color_scheme=request.param[1], reduced_motion="reduce", bypass_csp=True
    )
    page = context.new_page()
    page.goto(served.address)
    page.get_by_role("heading", name="begin").wait_for()
    yield page
    context.close()


def faults(page: Page) -> list[str]:
    """What axe finds, a line each."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


def test_axe_finds_nothing(seen: Page) -> None:
    """First visit, editor empty and in use, tabs, menus and dialogs, and the start page again."""
    assert faults(seen) == []
    person = Person(seen)
    person.open_sample()
    assert faults(seen) == []
    wait_for_picture(person)
    person.click(*ASTRONAUT)
    person.wait_for_mask(1)
    assert faults(seen) == []
    for tab in seen.get_by_role("tab").all():
        tab.click()
        assert faults(seen) == []
    for key in ("?", "Control+s", "Control+i"):
        person.press(key)
        seen.get_by_role("dialog").wait_for()
        assert faults(seen) == []
        person.press("Escape")
    seen.get_by_role("link", name="All projects").click()
    seen.get_by_role("button", name="Actions for").click()
    assert faults(seen) == []
