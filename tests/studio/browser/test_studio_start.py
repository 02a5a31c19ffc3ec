"""The start page in a real browser: first visit, projects, uploads that are lost and go on."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from studio.browser.person import Person
from studio.browser.served import Served

from masklet.demo import CLIP

PIECE = 4 * 2**20
SLOWLY = 30_000


def choose(page: Page, *files: Path) -> None:
    """Give files to the page, as its button does."""
    page.locator("ms-start input[type=file]").set_input_files(list(files))


def test_a_first_visit_leads_to_the_sample_and_back_to_its_card(page: Page) -> None:
    """An empty library shows how to begin; a project then has a card with its facts."""
    expect(page.get_by_role("heading", name="Drop a video here to begin")).to_be_visible()
    expect(page.get_by_role("heading", name="Projects")).to_be_hidden()
    Person(page).open_sample()
    page.get_by_role("link", name="All projects").click()
    card = page.locator(".card")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("No objects")
    expect(card).to_contain_text("0:04")
    expect(page.get_by_role("heading", name="masklet studio")).to_be_focused()


def test_a_project_is_renamed_and_deleted(page: Page) -> None:
    """Both by the card's menu; deleting asks first."""
    Person(page).open_sample()
    page.get_by_role("link", name="All projects").click()
    page.get_by_role("button", name=re.compile("^Actions for")).click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Name").fill("Launch day")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Launch day")).to_be_visible()
    page.get_by_role("button", name="Actions for Launch day").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("link", name="Launch day")).to_be_visible()
    page.get_by_role("button", name="Actions for Launch day").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Drop a video here to begin")).to_be_visible()


def test_an_uploaded_video_is_opened(page: Page) -> None:
    """A single file leads to its project."""
    choose(page, Path(CLIP))
    Person(page).wait_for_editor()
    expect(page.get_by_role("button", name=Path(CLIP).stem, exact=True)).to_be_visible()


def test_a_refused_file_says_why(page: Page, tmp_path: Path) -> None:
    """The server's sentence stands at the file, which can be dismissed."""
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video" * 1000)
    choose(page, broken)
    row = page.locator(".upload")
    expect(row).to_contain_text("broken.mp4 cannot be used", timeout=SLOWLY)
    page.get_by_role("button", name="Dismiss broken.mp4").click()
    expect(row).to_have_count(0)


def test_an_upload_goes_on_after_a_lost_connection_and_a_reload(page: Page, tmp_path: Path) -> None:
    """No piece is sent twice, neither when the network comes back nor when the page does."""
    large = tmp_path / "large.mp4"
    large.write_bytes(Path(CLIP).read_bytes().ljust(4 * PIECE, b"\0"))
    offsets: list[int] = []
    lost = {"after": 1}

    def pieces(route: Route) -> None:
        if route.request.method == "PUT":
            if len(offsets) >= lost["after"]:
                return route.abort("internetdisconnected")
            offsets.append(int(route.request.url.split("offset=")[1]))
        return route.continue_()

    page.route("**/api/uploads/**", pieces)
    choose(page, large)
    expect(page.locator(".upload")).to_contain_text("The connection was lost", timeout=SLOWLY)
    lost["after"] = 2
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "50")
    page.reload()
    expect(page.locator(".upload")).to_contain_text("50 %")
    lost["after"] = 4
    choose(page, large)
    expect(page.locator(".upload")).to_have_count(0, timeout=SLOWLY)
    assert offsets == [0, PIECE, 2 * PIECE, 3 * PIECE]


@pytest.mark.parametrize("status", [404, 500])
def test_a_project_that_cannot_be_opened_says_so(page: Page, served: Served, status: int) -> None:
    """The page leads back."""
    if status == 500:
        told = json.dumps({"error": "the disk is full"})
        page.route("**/api/projects/*", lambda route: route.fulfill(status=500, body=told))
    page.goto(f"{served.root}/#/project/0123456789abcdef")
    title = "There is no such project" if status == 404 else "The project could not be opened"
    expect(page.get_by_role("heading", name=title)).to_be_focused()
    page.get_by_role("link", name="All projects").click()
    expect(page.get_by_role("heading", name="masklet studio")).to_be_visible()
