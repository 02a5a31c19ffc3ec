"""The blocks of a report as HTML."""

import base64
import io
from collections.abc import Mapping, Sequence

from PIL import Image

from masklet.evaluate.report.cells import DASH, figures_in, shown
from masklet.evaluate.report.charts import NARROW, WIDE, chart, has_values, inline
from masklet.evaluate.report.looks import Look
from masklet.evaluate.report.markup import EMPTY, Markup, element, joined, words
from masklet.evaluate.report.tabled import bars_table, curves_table
from masklet.evaluate.tasks.blocks import Bars, Block, Cell, Curves, Gallery, Photo, Table

LONG, TALL = 30, 1500
OTHERS = "Published by others"
Looks = Mapping[str, Look]


def block_html(block: Block, looks: Looks, key: str) -> Markup:
    """One block; ``key`` is unique in the page."""
    if isinstance(block, Table):
        return table_html(block, looks)
    if isinstance(block, Gallery):
        return gallery_html(block)
    return chart_html(block, looks, key)


def table_html(
    table: Table,
    looks: Looks,
    *,
    above: Sequence[Markup] = (),
    strong: Sequence[frozenset[str]] = (),
    kind: str = "",
) -> Markup:
    """A table in a box of its own that scrolls where it is too wide.

    Args:
        table: what it holds.
        looks: rows that are named after a method get its colour.
        above: a line over each column but the first.
        strong: for each column but the first, the rows to be set in bold.
        kind: a further class.
    """
    right = figures_in(table)
    head = [_heads(table.head, right)]
    if above:
        cells = (element("th", cell, scope="col") for cell in (EMPTY, *above))
        head.insert(0, element("tr", *cells, class_="above"))
    ours = [row for at, row in enumerate(table.rows) if at not in table.published]
    others = [table.rows[at] for at in table.published]
    bodies = [element("tbody", *(_row(row, table, right, looks, strong) for row in ours))]
    if others:
        title = element("th", words(OTHERS), scope="rowgroup", colspan=len(table.head))
        rows = (_row(row, table, right, {}, (), published=True) for row in others)
        bodies.append(element("tbody", element("tr", title), *rows, class_="published"))
    whole = element(
        "table", element("caption", words(table.title)), element("thead", *head), *bodies
    )
    note = element("p", words(table.note), class_="note") if table.note else EMPTY
    return element("div", scrolling(whole, table.title), note, class_=f"block {kind}".strip())


def scrolling(content: Markup, label: str, kind: str = "scroll") -> Markup:
    """A box that scrolls, by keys too: sideways, or up and down if ``tall``."""
    return element("div", content, class_=kind, role="region", aria_label=label, tabindex=0)


def chart_html(block: Bars | Curves, looks: Looks, key: str) -> Markup:
    """A chart for wide pages and one for narrow ones, and its figures as a table."""
    title = element("figcaption", words(block.title))
    if not has_values(block):
        nothing = element("p", words("There is nothing to show."), class_="note")
        return element("figure", title, nothing, class_="block")
    drawings = chart(block, looks, WIDE), chart(block, looks, NARROW)
    wide, narrow = inline(drawings[0], f"{key}w", "wide"), inline(drawings[1], f"{key}n", "narrow")
    charts = element("div", wide, narrow)
    if drawings[0].height > TALL:
        charts = scrolling(joined(wide, narrow), block.title, kind="tall")
    table = bars_table(block) if isinstance(block, Bars) else curves_table(block)
    figures = element(
        "details",
        element("summary", words("Show as a table")),
        table_html(table, {}, kind="figures"),
    )
    return element("figure", title, charts, figures, class_="block")


def gallery_html(block: Gallery) -> Markup:
    """Pictures in as many columns as there is room for."""
    title = element("figcaption", words(block.title))
    if not block.photos:
        nothing = element("p", words("There are no pictures."), class_="note")
        return element("figure", title, nothing, class_="block")
    photos = element("div", *map(_photo, block.photos), class_="gallery")
    return element("figure", title, photos, class_="block")


def _photo(photo: Photo) -> Markup:
    with Image.open(io.BytesIO(photo.jpeg)) as opened:
        width, height = opened.size
    source = "data:image/jpeg;base64," + base64.b64encode(photo.jpeg).decode()
    picture = element("img", src=source, width=width, height=height, alt="")
    return element("figure", picture, element("figcaption", words(photo.caption)))


def _heads(head: Sequence[str], right: Sequence[bool]) -> Markup:
    cells = (
        element("th", words(name), scope="col", class_="figure" if flush else None)
        for name, flush in zip(head, right, strict=True)
    )
    return element("tr", *cells)


def _row(
    row: Sequence[Cell],
    table: Table,
    right: Sequence[bool],
    looks: Looks,
    strong: Sequence[frozenset[str]],
    *,
    published: bool = False,
) -> Markup:
    """A row; where published ones say nothing the place is left empty."""
    name = shown(row[0], percent=table.percent)
    cells = [element("th", swatch(looks.get(name)), words(name), scope="row")]
    for at, (cell, flush) in enumerate(zip(row[1:], right[1:], strict=True)):
        text = shown(cell, percent=table.percent)
        content = EMPTY if published and text == DASH else words(text)
        if strong and name in strong[at]:
            content = element("strong", content)
        kinds = {"figure": flush, "none": text == DASH, "long": len(text) > LONG}
        kind = " ".join(name for name, holds in kinds.items() if holds)
        cells.append(element("td", content, class_=kind or None))
    return element("tr", *cells)


def swatch(look: Look | None) -> Markup:
    """A method's colour beside its name."""
    if look is None:
        return EMPTY
    return element("span", class_=f"swatch m{look.colour}", aria_hidden="true")


def anchors(names: Sequence[str]) -> list[str]:
    """Names as targets of links, each different."""
    found: list[str] = []
    for name in names:
        plain = "".join(letter if letter.isalnum() else "-" for letter in name.lower()) or "part"
        unique, count = plain, 1
        while unique in found:
            count += 1
            unique = f"{plain}-{count}"
        found.append(unique)
    return found
