"""A report as Markdown, for documents: the same tables, and charts as files beside it."""

import re
from collections.abc import Sequence
from pathlib import Path

from masklet.evaluate.report.cells import DASH, figures_in, shown
from masklet.evaluate.report.charts import chart, has_values, standalone
from masklet.evaluate.report.looks import looks_of
from masklet.evaluate.report.markup import cleaned
from masklet.evaluate.report.page import About, Report
from masklet.evaluate.report.page_blocks import anchors
from masklet.evaluate.report.tabled import bars_table, best, curves_table, leading, summary
from masklet.evaluate.tasks.blocks import Bars, Block, Cell, Curves, Table
from masklet.media.atomic import part_of, put_in_place, writing

_SPECIAL = re.compile(
    r"([\\`*\[\]<>|#~]|&(?=#?\w+;)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[-+](?=\s)|(?<=^\d)[.)](?=\s))"
)
_ITALICS = "Rows in italics are as others published them."


def as_markdown(report: Report, *, charts: str | None = None) -> str:
    """Tables, and links to charts.

    Args:
        report: what is told; its pictures are left out.
        charts: the folder of the charts as seen from the document, such as "evaluation"; None
            for a document without charts, which has their figures as tables instead.
    """
    parts = [f"# {escaped(report.title)}", *_head(report), *_summary(report)]
    ids = anchors([section.name for section in report.sections])
    for section, id_ in zip(report.sections, ids, strict=True):
        parts += [f"## {escaped(section.title)}", escaped(section.text)]
        for at, block in enumerate(section.blocks):
            parts += _block(block, None if charts is None else f"{charts}/{id_}-{at}.svg")
    return "\n\n".join(part for part in parts if part) + "\n"


def write_charts(folder: str | Path, report: Report) -> tuple[Path, ...]:
    """Every chart as an SVG file, under the names to which ``as_markdown`` links.

    Raises:
        MediaError: they cannot be written.
    """
    looks = looks_of([about.name for about in report.methods], report.sections)
    ids = anchors([section.name for section in report.sections])
    written = []
    for section, id_ in zip(report.sections, ids, strict=True):
        for at, block in enumerate(section.blocks):
            if isinstance(block, Bars | Curves) and has_values(block):
                path = Path(folder) / f"{id_}-{at}.svg"
                _write(path, standalone(chart(block, looks)))
                written.append(path)
    return tuple(written)


def table_markdown(table: Table, strong: Sequence[frozenset[str]] = ()) -> str:
    """A table in pipes; rows that others published are in italics and come last."""
    flush = figures_in(table)
    ours = [row for at, row in enumerate(table.rows) if at not in table.published]
    lines = [
        _line([escaped(name) for name in table.head]),
        _line(["---:" if right else "---" for right in flush]),
        *(_line(_cells(row, table, strong)) for row in ours),
        *(_line(_published(table.rows[at], table)) for at in table.published),
    ]
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Words that Markdown does not take for markup, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(cleaned(text).split()))


def _head(report: Report) -> list[str]:
    where = " · ".join(part for part in (report.date, report.machine) if part)
    fence = "`" * (max((len(run) for run in re.findall("`+", report.command)), default=2) + 1)
    fence = max(fence, "```", key=len)
    return [
        escaped(where),
        f"{fence}sh\n{cleaned(report.command)}\n{fence}",
        "\n".join(f"- {escaped(note)}" for note in report.notes),
        "\n".join(_about(about) for about in report.methods),
    ]


def _about(about: About) -> str:
    facts = [about.description]
    if about.image_size is not None:
        facts.append(f"sees {about.image_size} x {about.image_size} pixels")
    if about.weights:
        facts.append(f"weights SHA-256 {about.weights[:16]}")
    return f"- **{escaped(about.name)}**: {escaped('; '.join(facts))}"


def _summary(report: Report) -> list[str]:
    told = [section for section in report.sections if leading(section) is not None]
    table = summary(report.sections, [about.name for about in report.methods])
    if not table.rows:
        return []
    heads = zip(told, table.head[1:], strict=True)
    head = (table.head[0], *(f"{section.title}: {name}" for section, name in heads))
    return [table_markdown(table._replace(head=head), best(report.sections))]


def _block(block: Block, chart_file: str | None) -> list[str]:
    """A block under its title; pictures say nothing here."""
    if isinstance(block, Table):
        said = f"{_ITALICS} {block.note}" if block.published else block.note
        return [_title(block), table_markdown(block), escaped(said)]
    if not isinstance(block, Bars | Curves) or not has_values(block):
        return []
    if chart_file is not None:
        return [f"![{escaped(block.title)}]({_target(chart_file)})"]
    table = bars_table(block) if isinstance(block, Bars) else curves_table(block)
    return [_title(block), table_markdown(table)]


def _title(block: Block) -> str:
    return f"**{escaped(block.title)}**" if block.title.strip() else ""


def _target(path: str) -> str:
    return f"<{path}>" if re.search(r"[\s()]", path) else path


def _cells(row: Sequence[Cell], table: Table, strong: Sequence[frozenset[str]]) -> list[str]:
    texts = [shown(cell, percent=table.percent) for cell in row]
    leads = [False, *(texts[0] in names for names in strong)] if strong else [False] * len(texts)
    return [
        f"**{escaped(text)}**" if lead else escaped(text)
        for text, lead in zip(texts, leads, strict=True)
    ]


def _published(row: Sequence[Cell], table: Table) -> list[str]:
    texts = [shown(cell, percent=table.percent) for cell in row]
    return [f"*{escaped(texts[0])}*", *("" if t == DASH else f"*{escaped(t)}*" for t in texts[1:])]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _write(path: Path, text: str) -> None:
    part = part_of(path)
    try:
        with writing(path):
            part.write_text(text, encoding="utf-8")
        put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)
