"""The panel of effects in a real browser: presets, the stack and its settings, and reload."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from studio.browser.person import ASTRONAUT, ROCKET, Person

from masklet.media.pictures import write_picture

SHADES = """() => {
  const [canvas] = [document.querySelector('ms-stage canvas')];
  const copy = Object.assign(document.createElement('canvas'), { width: 64, height: 36 });
  const stage = document.querySelector('ms-stage');
  return new Promise(done => { stage.redraw(); requestAnimationFrame(() => {
    const context = copy.getContext('2d');
    const { left, top } = stage.getBoundingClientRect();
    const [from, to] = [stage.placeOnPage({x: 0, y: 0}), stage.placeOnPage({x: 640, y: 360})];
    const dpr = devicePixelRatio;
    context.drawImage(canvas, (from.x - left) * dpr, (from.y - top) * dpr,
      (to.x - from.x) * dpr, (to.y - from.y) * dpr, 0, 0, 64, 36);
    done([...context.getImageData(0, 0, 64, 36).data]);
  }); });
}"""


@pytest.fixture
def person(page: Page) -> Person:
    """Somebody with an object in the sample clip."""
    somebody = Person(page)
    somebody.open_sample()
    somebody.wait("s => s.editor.pictures.get(0) !== null")
    somebody.click(*ASTRONAUT)
    somebody.wait_for_mask(1)
    return somebody


def effects(person: Person) -> list[dict[str, Any]]:
    """The stack that the page goes by."""
    return person.page.evaluate("document.querySelector('ms-stage').editor.effects")


def kinds(person: Person) -> list[str]:
    """Of the stack."""
    return [effect["kind"] for effect in effects(person)]


def panel(person: Person) -> Locator:
    """The panel."""
    return person.page.locator("ms-effects")


def preset(person: Person, name: str) -> Locator:
    """The button of a preset."""
    return panel(person).locator(f"[data-preset={name}]")


def shown(person: Person) -> np.ndarray:
    """The stage's picture, made small."""
    pixels = person.page.evaluate(SHADES)
    return np.array(pixels, np.uint8).reshape(36, 64, 4)[..., :3].astype(int)


def test_presets_are_seen_at_once_and_taken_away_again(person: Person) -> None:
    """Spotlight darkens the picture; None shows it as it was; nothing is on before."""
    assert effects(person) == []
    before = shown(person)
    preset(person, "spotlight").click()
    assert kinds(person) == ["spotlight"]
    person.wait("s => s.dataset.frame === '0'")
    after = shown(person)
    assert after.mean() < 0.6 * before.mean()
    inside = person.masks()[1][5::10, 5::10]
    lit = shown(person)[inside].mean() / before[inside].mean()
    assert lit > after[~inside].mean() / before[~inside].mean() + 0.3
    expect(preset(person, "spotlight")).to_have_attribute("aria-pressed", "true")
    preset(person, "none").click()
    assert effects(person) == []


def test_small_pictures_differ_from_one_another(person: Person) -> None:
    """Every preset's picture shows what it does to this frame."""
    count = panel(person).locator(".preset canvas").count()
    read = """() => [...document.querySelectorAll('ms-effects .preset canvas')].map(canvas => {
      const { width, height } = canvas;
      const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
      return data.reduce((sum, value, at) => sum + value * ((at % 7) + 1), 0);
    })"""
    sums: list[int] = []
    # A trail has no past on the first frame: it looks like None.
    while len(set(sums)) < count - 1:
        sums = person.page.evaluate(read)
        person.page.wait_for_timeout(100)


def test_a_stack_is_made_set_and_ordered_by_keys_alone(person: Person) -> None:
    """Add from the menu, slide, move, remove: the focus always stays somewhere sensible."""
    page = person.page
    add = panel(person).get_by_role("button", name="Add an effect")
    add.focus()
    person.press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    person.press("ArrowDown")
    person.press("Enter")
    assert kinds(person) == ["outline"]
    expect(page.get_by_role("button", name="Remove Outline")).to_be_focused()
    add.focus()
    person.press("Enter")
    person.press("End")
    person.press("Enter")
    assert kinds(person) == ["outline", "replace-background"]
    page.get_by_role("button", name="Move New background up").focus()
    person.press("Enter")
    assert kinds(person) == ["replace-background", "outline"]
    expect(page.get_by_role("button", name="Move New background down")).to_be_focused()
    width = page.get_by_role("slider", name="Width")
    width.focus()
    person.press("ArrowRight")
    assert effects(person)[1]["strength"] == pytest.approx(0.51)
    expect(width).to_be_focused()
    page.get_by_role("button", name="Remove New background").focus()
    person.press("Enter")
    assert kinds(person) == ["outline"]
    expect(page.get_by_role("button", name="Remove Outline")).to_be_focused()
    person.press("Enter")
    assert effects(person) == []
    expect(add).to_be_focused()


def test_colours_and_objects_are_chosen(person: Person) -> None:
    """A second object makes a choice; the last one taken away means all of them again."""
    person.press("n")
    person.wait_for_state("state.objects.length === 2")
    person.click(*ROCKET)
    person.wait_for_mask(2)
    preset(person, "highlight").click()
    row = panel(person).locator(".effect").first
    row.get_by_label("Colour").fill("#00ff40")
    assert effects(person)[0]["colour"] == "#00ff40"
    expect(row.get_by_role("button", name="All objects")).to_have_attribute("aria-pressed", "true")
    row.get_by_role("button", name="Object 2").click()
    assert [effect["objects"] for effect in effects(person)] == [[2], None]
    row.get_by_role("button", name="Object 1").click()
    assert effects(person)[0]["objects"] == [1, 2]
    row.get_by_role("button", name="Object 2").click()
    row.get_by_role("button", name="Object 1").click()
    assert effects(person)[0]["objects"] is None


def test_a_picture_is_brought_and_put_behind(person: Person, tmp_path: Path) -> None:
    """It is seen at once, a broken one is refused in words, and Colour takes it away again."""
    write_picture(tmp_path / "sea.png", np.full((90, 200, 3), (10, 200, 40), np.uint8))
    (tmp_path / "broken.png").write_bytes(b"no picture at all")
    panel(person).get_by_role("button", name="Add an effect").click()
    person.page.get_by_role("menuitem", name="New background").click()
    row = panel(person).locator("[data-kind=replace-background]")
    for name in ("broken.png", "sea.png"):
        with person.page.expect_file_chooser() as choosing:
            row.get_by_role("button", name="Picture").first.click()
        choosing.value.set_files(tmp_path / name)
        if name == "broken.png":
            expect(person.page.get_by_role("alert")).to_be_visible()
            assert effects(person)[0]["picture"] is None
    person.wait("s => s.editor.effects[0].picture !== null")
    expect(row.get_by_role("img", name="The background picture")).to_be_visible()
    until = time.monotonic() + 30
    while tuple(shown(person)[1, 1]) != (10, 200, 40):
        assert time.monotonic() < until
        person.page.wait_for_timeout(100)
    row.get_by_role("button", name="Colour").first.click()
    assert effects(person)[0]["picture"] is None


def test_effects_are_there_again_after_a_reload(person: Person) -> None:
    """Each project keeps its own, and what the browser holds is not trusted."""
    preset(person, "sticker").click()
    person.page.reload()
    person.wait_for_editor()
    person.wait("s => s.editor.effects.length === 2")
    assert kinds(person) == ["cut-out", "outline"]
    project = person.page.url.split("#/project/")[1].split("?")[0]
    person.page.evaluate(
        "key => localStorage.setItem(key, JSON.stringify(["
        "{kind: 'nonsense', strength: 1, colour: '#000000', picture: null, objects: null},"
        "{kind: 'overlay', strength: 9, colour: '#000000', picture: null, objects: null},"
        "{kind: 'overlay', strength: 1, colour: '#abcdef', picture: null, objects: [1]}]))",
        f"masklet.effects.{project}",
    )
    person.page.reload()
    person.wait_for_editor()
    person.wait("s => s.editor.effects.length > 0")
    assert [effect["colour"] for effect in effects(person)] == ["#abcdef"]
    panel(person).get_by_role("button", name="Remove all").click()
    person.page.reload()
    person.wait_for_editor()
    expect(preset(person, "none")).to_be_visible()
    assert effects(person) == []
