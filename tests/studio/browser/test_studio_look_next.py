"""The list of frames that need a person, and what the page says when the studio is away."""

import signal

from playwright.sync_api import Page, expect
from studio.browser.person import Person
from studio.browser.served import Served, start
from studio.browser.test_studio_objects import wait_for_picture

SKY = (60.0, 40.0)
TRACK = "document.querySelector('ms-stage').editor.propagate({stop: 15})"
SLOWLY = 30_000


def test_a_click_goes_to_the_frame_that_needs_it_most(page: Page) -> None:
    """Before tracking there is nothing; then each entry, and L, goes to its frame and object."""
    person = Person(page)
    person.open_sample()
    wait_for_picture(person)
    page.get_by_role("tab", name="Look next").click()
    panel = page.locator("ms-review")
    expect(panel).to_contain_text("Nothing to look at yet")
    person.click(*SKY)
    person.wait_for_mask(1)
    page.evaluate(TRACK)
    person.wait_for_state("!state.running && state.passes.some(p => p.last === 15)")
    entries = panel.locator(".doubt")
    expect(entries.first).to_be_visible(timeout=SLOWLY)
    frames = [int(str(entry.get_attribute("data-frame"))) for entry in entries.all()]
    assert len(set(frames)) == len(frames) >= 2
    entries.nth(1).click()
    assert person.frame() == frames[1]
    expect(entries.nth(1)).to_have_attribute("aria-current", "true")
    person.press("l")
    person.wait(f"s => s.editor.frame === {frames[2 % len(frames)]}")


def test_the_page_says_that_the_studio_is_away_and_comes_back(page: Page, served: Served) -> None:
    """Words over the picture; an edit meanwhile is done when it is back, on the same address."""
    person = Person(page)
    person.open_sample()
    served.stop(signal.SIGKILL)
    expect(page.get_by_text("The connection is lost")).to_be_visible(timeout=SLOWLY)
    port = int(served.root.rsplit(":", 1)[1])
    again = start(served.library, port=port)
    try:
        expect(page.get_by_text("The connection is lost")).to_be_hidden(timeout=SLOWLY)
        person.press("n")
        person.wait_for_state("state.objects.length === 1")
    finally:
        again.stop()


def test_a_studio_started_anew_asks_for_its_address(page: Page, served: Served) -> None:
    """A page that is not let in any more would wait in vain."""
    person = Person(page)
    person.open_sample()
    served.stop(signal.SIGKILL)
    port = int(served.root.rsplit(":", 1)[1])
    page.context.clear_cookies()
    again = start(served.library, port=port)
    try:
        expect(page.get_by_text("Open the address that it printed")).to_be_visible(timeout=SLOWLY)
    finally:
        again.stop()
