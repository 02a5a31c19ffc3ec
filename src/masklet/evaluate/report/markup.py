"""Elements of HTML and SVG as text in which every foreign word is escaped."""

import html
import re
from typing import NewType

Markup = NewType("Markup", str)
"""Text that is markup already; a plain ``str`` has to go through ``words`` first."""

EMPTY = Markup("")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f￾￿]")
_VOID = frozenset({"img", "meta", "br", "link"})


def words(text: str) -> Markup:
    """Text as it may stand between tags or in an attribute, cleaned."""
    return Markup(html.escape(cleaned(text)))


def cleaned(text: str) -> str:
    """Text that any file can hold.

    What XML forbids, and halves of surrogate pairs as in names of files that are no UTF-8, become
    question marks.
    """
    return _FORBIDDEN.sub("?", text.encode("utf-8", "replace").decode("utf-8"))


def element(tag: str, *content: Markup, **attributes: str | float | None) -> Markup:
    """One element; attributes that are None are left out.

    ``_`` in the name of an attribute is a hyphen, and a final one is dropped: ``class_``,
    ``text_anchor``. Numbers are written with at most two digits after the point.
    """
    said = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Markup(f"<{tag}{said}>")
    return Markup(f"<{tag}{said}>{''.join(content)}</{tag}>")


def joined(*parts: Markup, by: str = "") -> Markup:
    """Several pieces after each other."""
    return Markup(by.join(parts))


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return words(value)
    return f"{value:.2f}".rstrip("0").rstrip(".")
