"""A report as one page of HTML that needs nothing from elsewhere, and as JSON."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from masklet.evaluate.report.drawing import chart_style
from masklet.evaluate.report.looks import looks_of
from masklet.evaluate.report.markup import EMPTY, Markup, element, joined, words
from masklet.evaluate.report.page_blocks import Looks, anchors, block_html, swatch, table_html
from masklet.evaluate.report.tabled import best, leading, summary
from masklet.evaluate.tasks.blocks import Bars, Block, Curves, Gallery, Section, Table
from masklet.media.atomic import part_of, put_in_place, writing

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"

MOST_UNBROKEN = 30


class About(NamedTuple):
    """A method for people.

    Attributes:
        name: as in the sections.
        description: what it is, in a sentence.
        weights: SHA-256 of its weights file; empty where it has none.
        image_size: side of the square that its network sees; None where it has none.
    """

    name: str
    description: str
    weights: str = ""
    image_size: int | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that a page says.

    Attributes:
        title: such as "DAVIS 2017, validation".
        command: what makes the report again.
        date: of the run, as it is to be read.
        machine: where it ran.
        methods: in the order of the report; their colours follow from it.
        sections: one a task.
        notes: what a reader must know, such as "flow takes no clicks".
    """

    title: str
    command: str
    date: str
    machine: str
    methods: tuple[About, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()


def write_page(path: str | Path, report: Report) -> None:
    """One self-contained file.

    Raises:
        MediaError: it cannot be written.
    """
    _write(Path(path), as_page(report))


def write_json(path: str | Path, report: Report) -> None:
    """Figures, tables and charts as numbers, without the pictures.

    Raises:
        MediaError: it cannot be written.
    """
    plain = json.dumps(as_plain(report), indent=1, ensure_ascii=False, allow_nan=False)
    _write(Path(path), plain + "\n")


def as_page(report: Report) -> str:
    """The page's HTML."""
    looks = looks_of([about.name for about in report.methods], report.sections)
    ids = anchors([section.name for section in report.sections])
    main = element(
        "main",
        _summary(report, looks, ids),
        _making(report, looks),
        *(_section(section, looks, id_) for section, id_ in zip(report.sections, ids, strict=True)),
    )
    body = element("body", _head(report), _contents(report, ids), main)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", words(report.title)),
        element("style", Markup(_style() + chart_style())),
    )
    return "<!doctype html>\n" + element("html", head, body, lang="en") + "\n"


def as_plain(report: Report) -> dict[str, Any]:
    """What JSON can hold; what is no number becomes null."""
    return {
        "title": report.title,
        "command": report.command,
        "date": report.date,
        "machine": report.machine,
        "methods": [about._asdict() for about in report.methods],
        "notes": list(report.notes),
        "sections": [
            {
                "name": section.name,
                "title": section.title,
                "text": section.text,
                "figures": _plain(section.figures),
                "blocks": [_plain_block(block) for block in section.blocks],
            }
            for section in report.sections
        ],
    }


def _head(report: Report) -> Markup:
    where = " · ".join(part for part in (report.date, report.machine) if part)
    return element(
        "header",
        element("p", words("masklet evaluation"), class_="over"),
        element("h1", words(report.title)),
        element("p", words(where), class_="where"),
        *(element("p", words(note), class_="caution") for note in report.notes),
    )


def _summary(report: Report, looks: Looks, ids: Sequence[str]) -> Markup:
    table = summary(report.sections, [about.name for about in report.methods])
    if not table.rows:
        return EMPTY
    above = [
        element("a", words(section.title), href=f"#{id_}")
        for section, id_ in zip(report.sections, ids, strict=True)
        if leading(section) is not None
    ]
    return table_html(table, looks, above=above, strong=best(report.sections), kind="summary")


def _making(report: Report, looks: Looks) -> Markup:
    """The methods, and the command that makes the report again."""
    said = [
        joined(
            element("dt", swatch(looks.get(about.name)), words(about.name)),
            element("dd", words(about.description), _weights(about)),
        )
        for about in report.methods
    ]
    command = element("pre", element("code", _unbroken(report.command)))
    return element(
        "section",
        element("h2", words("What was compared")),
        element("dl", *said),
        element("p", words("This command makes the report again:")),
        command,
        id="methods",
    )


def _unbroken(command: str) -> Markup:
    """A command that does not break within an option, as browsers would do at its hyphens."""
    parts = (
        element("span", words(word)) if len(word) <= MOST_UNBROKEN else words(word)
        for word in command.split(" ")
    )
    return joined(*parts, by=" ")


def _weights(about: About) -> Markup:
    parts = []
    if about.image_size is not None:
        parts.append(words(f"sees {about.image_size} × {about.image_size} pixels"))
    if about.weights:
        parts.append(joined(words("weights SHA-256 "), element("code", words(about.weights))))
    return element("p", joined(*parts, by=" · "), class_="note") if parts else EMPTY


def _contents(report: Report, ids: Sequence[str]) -> Markup:
    links = [("methods", "What was compared")]
    links += [(id_, one.title) for id_, one in zip(ids, report.sections, strict=True)]
    items = (
        element("li", element("a", words(title), href=f"#{target}")) for target, title in links
    )
    title = element("p", words("Contents"), class_="over", id="contents")
    return element("nav", title, element("ol", *items), aria_labelledby="contents")


def _section(section: Section, looks: Looks, id_: str) -> Markup:
    blocks = (block_html(block, looks, f"{id_}-{at}") for at, block in enumerate(section.blocks))
    return element(
        "section",
        element("h2", words(section.title), id=f"{id_}-title"),
        element("p", words(section.text), class_="text"),
        *blocks,
        id=id_,
        aria_labelledby=f"{id_}-title",
    )


def _plain_block(block: Block) -> dict[str, Any]:
    kinds = {Table: "table", Bars: "bars", Curves: "curves", Gallery: "gallery"}
    kind = {"kind": kinds[type(block)], "title": block.title}
    if isinstance(block, Gallery):
        return {**kind, "captions": [photo.caption for photo in block.photos]}
    if isinstance(block, Bars):
        groups = {
            name: {bar.name: bar.value for bar in bars} for name, bars in block.groups.items()
        }
        return {**kind, "groups": _plain(groups)}
    if isinstance(block, Curves):
        lines = [line._asdict() for line in block.lines]
        return {**kind, "x": block.x_label, "y": block.y_label, "lines": _plain(lines)}
    return {**kind, **_plain(block._asdict())}


def _plain(value: Any) -> Any:
    """Mappings and sequences down to what JSON holds."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if hasattr(value, "items"):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _style() -> str:
    return (files("masklet.evaluate.report") / "page.css").read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    """Under its name only when it is whole."""
    part = part_of(path)
    try:
        with writing(path):
            part.write_text(text, encoding="utf-8", errors="replace")
        put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)
