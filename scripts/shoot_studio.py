"""Take the pictures of the studio that the guide shows.

    python scripts/shoot_studio.py

Starts a studio on a library of its own, works on the sample clip in Chromium, and writes
``docs/studio/*.webp``.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from masklet.demo import CLICKS

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "studio"
FLAGS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
QUALITY = 88
DESK = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)
SHOWN = 12
SKY = (540.0, 150.0)


@contextmanager
def studio(library: Path) -> Iterator[str]:
    """A running studio; gives its address."""
    command = [sys.executable, "-m", "masklet.cli.main", "studio", "--no-browser", "--json"]
    process = subprocess.Popen(
        [*command, "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"MASKLET_STUDIO": str(library)},
    )
    assert process.stdout is not None
    try:
        yield next(told["address"] for told in map(json.loads, process.stdout) if "address" in told)
    finally:
        process.terminate()
        process.wait(30)


def until(page: Page, condition: str) -> None:
    """Wait until a condition on the editor, called ``e``, holds."""
    asked = f"(e => Boolean(e && ({condition})))(document.querySelector('ms-stage')?.editor)"
    while not page.evaluate(asked):
        page.wait_for_timeout(100)


def shoot(page: Page, name: str) -> None:
    """Write one picture when the page is quiet."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)


def work(page: Page) -> None:
    """Click the astronaut, and what she is not, track, and stop on a frame where she is seen."""
    page.get_by_role("button", name="Try the sample clip").click()
    page.locator("ms-timeline").wait_for()
    page.locator("ms-stage[data-frame='0']").wait_for()
    page.wait_for_load_state("networkidle")
    for count, (x, y) in enumerate((*CLICKS, SKY), start=1):
        script = "place => document.querySelector('ms-stage').placeOnPage(place)"
        spot = page.evaluate(script, {"x": x, "y": y})
        outside = (x, y) == SKY
        page.mouse.click(spot["x"], spot["y"], button="right" if outside else "left")
        until(page, f"e.state.prompts[0]?.points.length === {count}")
    page.evaluate(
        "document.querySelector('ms-stage').editor.changeObject(1, {name: 'Astronaut'})",
    )
    page.keyboard.press("Enter")
    until(page, "!e.state.running && e.state.passes.length === 1")
    page.evaluate(f"document.querySelector('ms-stage').editor.goTo({SHOWN})")
    until(page, f"e.frame === {SHOWN} && e.answers.length === 1")
    page.mouse.move(2, 2)


def shoot_desk(browser: Browser, address: str) -> str:
    """The states of a large window; gives the project's address."""
    page = browser.new_context(viewport=DESK, color_scheme="light").new_page()
    page.goto(address)
    shoot(page, "first-visit")
    work(page)
    shoot(page, "editor")
    project = page.url
    page.get_by_role("button", name="Portrait").click()
    shoot(page, "effects")
    page.get_by_role("button", name="None", exact=True).click()
    page.get_by_role("tab", name="Look next").click()
    shoot(page, "look-next")
    page.keyboard.press("?")
    shoot(page, "keys")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    shoot(page, "export")
    page.keyboard.press("Escape")
    page.goto(address)
    shoot(page, "start")
    page.context.close()
    return project


def shoot_again(
    browser: Browser, address: str, project: str, name: str, *, size: ViewportSize
) -> None:
    """The project in the dark, in a window of another size."""
    phone = size is PHONE
    context = browser.new_context(
        viewport=size,
        color_scheme="dark",
        has_touch=phone,
        device_scale_factor=2 if phone else 1,
    )
    page = context.new_page()
    page.goto(address)
    page.goto(project)
    page.reload()
    until(page, "e.answers.length === 1")
    shoot(page, name)
    context.close()


def main() -> None:
    """Take every picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no Chromium here: Debian's package `chromium` has it")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as library,
        studio(Path(library)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        project = shoot_desk(browser, address)
        shoot_again(browser, address, project, "dark", size=DESK)
        shoot_again(browser, address, project, "phone", size=PHONE)
        browser.close()


if __name__ == "__main__":
    main()
