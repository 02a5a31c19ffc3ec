"""What a person does on the studio's page, and what they see there."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool
from playwright.sync_api import Locator, Page, expect

from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.values import Size

PATIENCE = 180_000
ASTRONAUT, ROCKET = (430.0, 310.0), (334.0, 150.0)


@dataclass(frozen=True)
class Person:
    """Somebody at a page."""

    page: Page

    def open_sample(self) -> str:
        """Begin with the bundled clip; gives the project's id."""
        self.page.get_by_role("button", name="Try the sample clip").click()
        self.wait_for_editor()
        return self.page.url.split("#/project/")[1].split("?")[0]

    def wait_for_editor(self) -> None:
        """Until the project's page is laid out and shows its picture."""
        self.wait("stage => stage.editor && stage.editor.connected")
        expect(self.stage).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator("ms-timeline")).to_be_visible(timeout=PATIENCE)
        self.page.locator("ms-stage[data-frame]").wait_for(timeout=PATIENCE)
        self.page.wait_for_load_state("networkidle")

    @property
    def stage(self) -> Locator:
        """The picture."""
        return self.page.locator("ms-stage")

    def state(self) -> dict[str, Any]:
        """The state that the page goes by."""
        return self.page.evaluate("document.querySelector('ms-stage').editor.state")

    def frame(self) -> int:
        """The frame shown."""
        return self.page.evaluate("document.querySelector('ms-stage').editor.frame")

    def masks(self) -> dict[int, Bool[np.ndarray, "H W"]]:
        """The masks shown, by object; hidden objects are left out."""
        told = self.page.evaluate(
            "(({video, answers}) => ({size: [video.height, video.width], answers}))"
            "(document.querySelector('ms-stage').editor)"
        )
        size = Size(*told["size"])
        seen = [answer for answer in told["answers"] if answer["visible"]]
        return {each["object"]: rle.decode(Rle(size, each["counts"])) for each in seen}

    def wait(self, condition: str) -> None:
        """Until a condition on the stage, in JavaScript, holds.

        Asks again and again: the page's policy forbids the browser to make code of text.
        """
        asked = (
            "(() => { const stage = document.querySelector('ms-stage');"
            f" return Boolean(stage && ({condition})(stage)) }})()"
        )
        until = time.monotonic() + PATIENCE / 1000
        while not self.page.evaluate(asked):
            assert time.monotonic() < until, f"waited in vain for {condition}"
            self.page.wait_for_timeout(50)

    def wait_for_state(self, condition: str) -> None:
        """Until the state, called ``state``, fulfils a condition in JavaScript."""
        self.wait(f"({{editor}}) => {{ const {{state}} = editor; return {condition} }}")

    def wait_for_mask(self, number: int) -> None:
        """Until everything said is answered and an object's mask is there on the frame shown."""
        self.wait(
            "s => !s.editor.isSaying"
            f" && s.editor.answers.some(a => a.object === {number} && a.visible)"
        )

    def go_to(self, frame: int) -> None:
        """Type a frame's number, and wait for its picture."""
        field = self.page.get_by_role("textbox", name="Frame")
        field.fill(str(frame))
        field.press("Enter")
        self.wait(f"s => s.editor.frame === {frame} && s.dataset.frame === '{frame}'")

    def click(self, x: float, y: float, *, outside: bool = False) -> None:
        """Click a place of the video; with the right button where it is outside the object."""
        spot = self._spot(x, y)
        self.page.mouse.click(spot["x"], spot["y"], button="right" if outside else "left")

    def drag(self, places: Sequence[tuple[float, float]]) -> None:
        """Press at the first place of the video, move over the others, let go at the last."""
        spots = [self._spot(x, y) for x, y in places]
        self.page.mouse.move(spots[0]["x"], spots[0]["y"])
        self.page.mouse.down()
        for spot in spots[1:]:
            self.page.mouse.move(spot["x"], spot["y"], steps=6)
        self.page.mouse.up()

    def tap(self, x: float, y: float) -> None:
        """Touch a place of the video."""
        spot = self._spot(x, y)
        self.page.touchscreen.tap(spot["x"], spot["y"])

    def press(self, key: str) -> None:
        """Press a key wherever the focus is."""
        self.page.keyboard.press(key)

    def button(self, name: str, *, exact: bool = True) -> Locator:
        """A button by its name."""
        return self.page.get_by_role("button", name=name, exact=exact).first

    def wait_until_tracked(self, last: int) -> None:
        """Until a run has reached a frame and nothing is running."""
        self.wait_for_state(f"!state.running && state.passes.some(p => p.last === {last})")

    def export(self, label: str, folder: Path) -> Path:
        """Export by the dialog under the default settings; gives the file that came down."""
        self.button("Export").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("radio", name=label).first.check()
        dialog.get_by_role("button", name="Export", exact=True).click()
        with self.page.expect_download(timeout=PATIENCE) as coming:
            dialog.get_by_role("link", name="Download").first.click(timeout=PATIENCE)
        path = folder / coming.value.suggested_filename
        coming.value.save_as(path)
        self.press("Escape")
        return path

    def _spot(self, x: float, y: float) -> dict[str, float]:
        return self.page.evaluate(
            "([x, y]) => document.querySelector('ms-stage').placeOnPage({x, y})", [x, y]
        )


def overlap(a: Bool[np.ndarray, "H W"], b: Bool[np.ndarray, "H W"]) -> float:
    """Intersection over union of two masks, 1 where both are empty."""
    union = np.logical_or(a, b).sum()
    return float(np.logical_and(a, b).sum() / union) if union else 1.0
