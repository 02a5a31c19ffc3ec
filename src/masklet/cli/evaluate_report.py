"""The report of an evaluation: what ran where, written as a page and as JSON."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import torch

from masklet.evaluate.page import Report, write_json, write_page
from masklet.evaluate.runner import Outline, Plan


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
