"""A real server with the bundled model, and a real browser that looks at it."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from studio.browser.served import Served, Server

FLAGS = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window.

    One a file: while Playwright runs, no other test of this process can run an event loop.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium here: Debian's package `chromium` has it")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Starts studios, which takes seconds, as few as will do."""
    server = Server(tmp_path_factory.mktemp("libraries"))
    yield server
    server.stop()


@pytest.fixture
def served(server: Server) -> Served:
    """A studio with an empty library."""
    return server.fresh()


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A desk's page on the start page of that studio; errors in its scripts fail the test."""
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(served.address)
    yield page
    context.close()
    assert errors == []
