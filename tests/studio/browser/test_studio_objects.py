"""The list of objects and the sheet of keys in a real browser, mostly by keys alone."""

import pytest
from playwright.sync_api import Page, expect
from studio.browser.person import ASTRONAUT, ROCKET, Person


@pytest.fixture
def person(page: Page) -> Person:
    """Somebody with two objects in the sample clip."""
    somebody = Person(page)
    somebody.open_sample()
    wait_for_picture(somebody)
    somebody.click(*ASTRONAUT)
    somebody.wait_for_mask(1)
    somebody.press("n")
    somebody.wait_for_state("state.objects.length === 2")
    somebody.click(*ROCKET)
    somebody.wait_for_mask(2)
    return somebody


def wait_for_picture(person: Person) -> None:
    """Until the frame shown is on the stage: only then does a click count."""
    person.wait("({editor}) => editor.pictures.nearest(editor.frame)?.frame === editor.frame")
    person.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def selected(person: Person) -> int | None:
    """The chosen object."""
    return person.page.evaluate("document.querySelector('ms-stage').editor.selected")


def test_an_empty_list_says_how_to_begin(page: Page) -> None:
    """Before the first object."""
    Person(page).open_sample()
    expect(page.locator("ms-objects")).to_contain_text("Click an object in the picture to begin")


def test_objects_are_chosen_named_hidden_and_removed_by_keys(person: Person) -> None:
    """Numbers choose, F2 names, H hides, Delete removes; Undo in the message brings it back."""
    person.press("1")
    assert selected(person) == 1
    person.press("F2")
    person.page.keyboard.type("Astronaut h1")
    person.press("Enter")
    person.wait_for_state("state.objects[0].name === 'Astronaut h1' && !state.objects[0].hidden")
    assert selected(person) == 1
    person.press("h")
    person.wait_for_state("state.objects[0].hidden")
    expect(person.button("Show Astronaut h1")).to_be_visible()
    person.press("Delete")
    person.wait_for_state("state.objects.length === 1")
    person.page.locator(".toast").get_by_role("button", name="Undo").click()
    person.wait_for_state("state.objects.length === 2")


def test_arrows_go_through_the_list(person: Person) -> None:
    """Up and down between objects, left and right between an object's buttons."""
    page = person.page
    page.locator("[data-object='1'] [data-part=name]").focus()
    person.press("ArrowDown")
    expect(page.locator("[data-object='2'] [data-part=name]")).to_be_focused()
    person.press("ArrowRight")
    expect(page.locator("[data-object='2'] [data-part=eye]")).to_be_focused()
    person.press("ArrowUp")
    person.press("Space")
    person.wait_for_state("state.objects[0].hidden")
    expect(page.locator("[data-object='1'] [data-part=eye]")).to_be_focused()


def test_a_colour_is_chosen_from_the_palette(person: Person) -> None:
    """And the focus is where it was."""
    before = person.state()["objects"][0]["colour"]
    button = person.button("Colour of Object 1")
    button.click()
    person.page.get_by_role("menuitemradio", name="Magenta").click()
    person.wait_for_state(f"state.objects[0].colour !== '{before}'")
    assert person.state()["objects"][0]["colour"] == "#d977ff"


def test_a_key_is_changed_and_kept(person: Person) -> None:
    """Another command's key must be pressed twice; a reload remembers; reset gives back."""
    page = person.page
    person.press("?")
    change = page.locator("[data-keys-of=add-object]")
    change.click()
    person.press("h")
    expect(page.get_by_text("H belongs to “Hide or show the object”")).to_be_visible()
    person.press("h")
    expect(change).to_have_text("H")
    expect(page.locator("[data-keys-of=hide-object]")).to_have_text("none")
    person.press("Escape")
    page.reload()
    person.wait_for_editor()
    person.press("h")
    person.wait_for_state("state.objects.length === 3")
    person.press("?")
    person.button("Reset all keys").click()
    expect(change).to_have_text("N")
    expect(page.locator("[data-keys-of=hide-object]")).to_have_text("H")


def test_letters_do_nothing_in_dialogs_and_fields(person: Person) -> None:
    """N adds no object while a name is typed or a dialog is open."""
    page = person.page
    page.get_by_role("button", name="Sample", exact=False).first.click()
    page.keyboard.type("nnn")
    person.press("Enter")
    expect(page.locator("h1")).to_have_text("nnn")
    person.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    person.press("n")
    person.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(person.state()["objects"]) == 2
