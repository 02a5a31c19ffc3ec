"""Make the published report about the bundled model: every task, beside methods without weights.

    python scripts/publish_report.py --shared ../shared --workers 2

plays davis-dev and the val photos, writes docs/report/report.{html,json,md}, and notes the run in
docs/davis-dev-runs.md. What was played already is taken from --results; to choose between models
use ``masklet evaluate`` on other videos.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from masklet.checkpoints.catalogue import BUNDLED, bundled_path
from masklet.cli.evaluate_progress import EvaluateProgress
from masklet.cli.evaluate_report import machine
from masklet.evaluate.blocks import Section
from masklet.evaluate.job import Job
from masklet.evaluate.markdown import as_markdown
from masklet.evaluate.page import Report, write_json, write_page
from masklet.evaluate.runner import Outline, Plan
from masklet.evaluate.specs import MethodSpec, checksum, method_spec
from masklet.evaluate.spread import in_processes, play_here
from masklet.evaluate.suites import SuiteSpec

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs" / "report"
LOG = ROOT / "docs" / "davis-dev-runs.md"
COMMAND = "python scripts/publish_report.py --shared ../shared"
DAVIS_DEV = "davis-dev"
LOGGED = ("vos-mask", "vos-1-click", "vos-3-clicks")


class Chapter(NamedTuple):
    """A suite and the methods that it is played by."""

    suite: SuiteSpec
    methods: tuple[MethodSpec, ...]


def chapters(shared: Path) -> Iterator[Chapter]:
    """Everything that is published. In davis-dev all objects of a video are one."""
    videos = shared / "data" / DAVIS_DEV
    osvos = f"OSVOS=masks:{shared / 'golden' / 'jf' / 'results'}"
    words = (BUNDLED, f"flow=flow:{BUNDLED}", f"copy=copy:{BUNDLED}", "pictures")
    every = tuple(method_spec(word, union=True) for word in (*words, osvos))
    tracked, flow = every[:2]
    follow = SuiteSpec(name="davis2016", root=videos, prompts=("mask",))
    yield Chapter(follow, every)
    yield Chapter(replace(follow, prompts=("box", "1", "3", "5")), every[:-1])
    for name, methods in (
        ("pvs", (tracked, flow)),
        ("davis-interactive", (tracked,)),
        ("efficiency", (tracked,)),
        ("robustness", (tracked, flow)),
    ):
        yield Chapter(replace(follow, name=name, union=True), methods)
    photos = shared / "data" / "images"
    yield Chapter(SuiteSpec(name="photos", root=photos, split="val"), (tracked,))


def play(chapter: Chapter, results: Path, workers: int) -> Outline:
    """Play what is not there yet."""
    job = Job(
        plan=Plan(suite=chapter.suite, methods=chapter.methods),
        output=results / chapter.suite.name,
        engine=play_here if workers == 1 else in_processes(workers),
    )
    with EvaluateProgress(chapter.suite.name, json_lines=False) as progress:
        outline = job.play(progress)
    assert outline is not None
    return outline


def note_run(sections: Sequence[Section]) -> None:
    """One line about these weights in the log of runs on davis-dev."""
    figures = {section.name: section.figures.get(BUNDLED, {}) for section in sections}
    said = "; ".join(
        f"{name.removeprefix('vos-')} {one['J&F']:.3f} ({one['J']:.3f}, {one['F']:.3f})"
        for name in LOGGED
        if (one := figures.get(name))
    )
    weights = checksum(bundled_path())[:16]
    row = f"| {datetime.now(UTC):%Y-%m-%d} | `{COMMAND}` | {weights} | {said} |\n"
    if row not in LOG.read_text(encoding="utf-8"):
        with LOG.open("a", encoding="utf-8") as log:
            log.write(row)


def main() -> None:
    """Play, note, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--results", type=Path, default=ROOT / "runs" / "report")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    planned = list(chapters(options.shared))
    outlines = []
    for chapter in planned:
        outlines.append(play(chapter, options.results, options.workers))
    sections = tuple(section for outline in outlines for section in outline.sections)
    note_run(sections)
    report = Report(
        title="masklet's bundled model on davis-dev",
        command=COMMAND,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine(),
        methods=tuple(method.about() for method in planned[0].methods),
        sections=sections,
        notes=tuple(note for outline in outlines for note in outline.notes),
    )
    DOCS.mkdir(parents=True, exist_ok=True)
    write_page(DOCS / "report.html", report)
    write_json(DOCS / "report.json", report)
    (DOCS / "report.md").write_text(as_markdown(report), encoding="utf-8")
    print("\n".join(str(DOCS / f"report.{kind}") for kind in ("html", "json", "md")))


if __name__ == "__main__":
    main()
