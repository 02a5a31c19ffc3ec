"""Foreign words cannot become markup."""

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from masklet.evaluate.report.markup import element, words


def test_an_element_with_numbers_and_names() -> None:
    made = element("g", words("a < b"), class_="x", text_anchor="end", x=1.5, y=2.0, z=None)
    assert made == '<g class="x" text-anchor="end" x="1.5" y="2">a &lt; b</g>'
    assert element("img", alt='say "hi"') == '<img alt="say &quot;hi&quot;">'


@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_any_text_comes_back_from_xml(text: str) -> None:
    """But for what XML cannot hold: that is one question mark a letter."""
    root = ET.fromstring(element("a", words(text), b=text).encode("utf-8"))
    read = root.text or ""
    assert len(read) == len(text) - text.count("\r\n")
    assert len(root.attrib["b"]) in (len(text), len(read))
    same = [one == other for one, other in zip(read, text.replace("\r\n", "\n"), strict=True)]
    kept = [letter.isprintable() and letter.isascii() for letter in text.replace("\r\n", "\n")]
    assert all(equal or not plain for equal, plain in zip(same, kept, strict=True))
