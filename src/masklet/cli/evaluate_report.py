"""The report of an evaluation: what ran where, written as a page and as JSON."""

import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from math import isfinite
from pathlib import Path

import torch

from masklet.evaluate.report.page import Report, write_json, write_page
from masklet.evaluate.report.tabled import leading, summary
from masklet.evaluate.running.runner import Outline, Plan


def write_report(folder: Path, plan: Plan, outline: Outline, command: str) -> tuple[Path, ...]:
    """Writes ``report.html`` and ``report.json``; returns their paths.

    Raises:
        MediaError: one cannot be written.
    """
    report = Report(
        title=outline.title,
        command=command,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine(),
        methods=tuple(method.about() for method in plan.methods),
        sections=outline.sections,
        notes=outline.notes,
    )
    page, plain = folder / "report.html", folder / "report.json"
    write_page(page, report)
    write_json(plain, report)
    return page, plain


def machine() -> str:
    """What this ran on, in words."""
    where = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    if torch.cuda.is_available():
        where += f", {torch.cuda.device_count()} x {torch.cuda.get_device_name()}"
    return f"{where}; torch {torch.__version__}, masklet {version('masklet')}"


def headlines(plan: Plan, outline: Outline) -> Iterator[str]:
    """Lines of a table: a row a task with its first figure, a column a method."""
    titles = [section.title for section in outline.sections if leading(section) is not None]
    table = summary(outline.sections, [method.name for method in plan.methods])
    if not table.rows:
        return
    tasks = [f"{title}, {name}" for title, name in zip(titles, table.head[1:], strict=True)]
    width = max(map(len, tasks))
    columns = [
        [str(row[0]), *("-" if cell is None else str(cell) for cell in row[1:])]
        for row in table.rows
    ]
    for name, *cells in zip(["", *tasks], *columns, strict=True):
        wide = zip(cells, columns, strict=True)
        right = (f"{cell:>{max(map(len, column))}}" for cell, column in wide)
        yield "  ".join([f"{name:<{width}}", *right])


def figures_in(outline: Outline) -> dict[str, dict[str, dict[str, float | None]]]:
    """The headline figures by task, method and name; what is no number becomes null."""
    return {
        section.name: {
            method: {name: value if isfinite(value) else None for name, value in row.items()}
            for method, row in section.figures.items()
        }
        for section in outline.sections
    }
