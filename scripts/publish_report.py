"""Make the published report about the bundled model: every task, beside methods without weights.

    python scripts/publish_report.py --shared ../shared --workers 2

plays davis-dev and the val photos, writes docs/report, and notes the run in
docs/davis-dev-runs.md. What was played already is taken from --results. To choose between models
use ``masklet evaluate`` on other videos.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from masklet.checkpoints.catalogue import BUNDLED, bundled_path
from masklet.cli.evaluate_progress import EvaluateProgress
from masklet.cli.evaluate_report import machine
from masklet.draw.contact_sheet import contact_sheet
from masklet.evaluate.methods.specs import MethodSpec, checksum, method_spec
from masklet.evaluate.report.markdown import as_markdown
from masklet.evaluate.report.page import About, Report, write_json, write_page
from masklet.evaluate.running.job import Job
from masklet.evaluate.running.runner import Outline, Plan
from masklet.evaluate.running.spread import in_processes, play_here
from masklet.evaluate.running.suites import SuiteSpec
from masklet.evaluate.tasks.blocks import Gallery, Section
from masklet.media.pictures import write_picture

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
    osvos = f"OSVOS=masks:{shared / 'golden' / 'jf' / 'results'}"
    ours, flow, pictures = methods(BUNDLED, f"flow=flow:{BUNDLED}", "pictures")
    videos = SuiteSpec(name="davis2016", root=shared / "data" / DAVIS_DEV)
    masks = replace(videos, prompts=("mask",))
    yield Chapter(masks, (ours, *methods("flow", "copy"), pictures, *methods(osvos)))
    yield Chapter(replace(videos, prompts=("box", "1", "3", "5")), (ours, flow))
    for name, played in (
        ("robustness", (ours, flow)),
        ("pvs", (ours,)),
        ("davis-interactive", (ours,)),
        ("efficiency", (ours,)),
    ):
        yield Chapter(replace(videos, name=name, union=True), played)
    photos = SuiteSpec(name="photos", root=shared / "data" / "images", split="val")
    yield Chapter(photos, (ours,))


def methods(*words: str) -> tuple[MethodSpec, ...]:
    """Methods from their words; all objects of a video are one."""
    return tuple(method_spec(word, union=True) for word in words)


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


def about(planned: Sequence[Chapter]) -> Iterator[About]:
    """Every method of the first chapter; with its network, where it has one in some chapter."""
    with_network = {
        method.name: method
        for chapter in planned
        for method in chapter.methods
        if method.network is not None
    }
    for method in planned[0].methods:
        yield with_network.get(method.name, method).about()


def write_failures(sections: Sequence[Section]) -> None:
    """The worst frame of every video that was followed from its mask, as one picture."""
    (section,) = (section for section in sections if section.name == "vos-mask")
    (gallery,) = (block for block in section.blocks if isinstance(block, Gallery))
    pictures = [np.asarray(Image.open(BytesIO(photo.jpeg))) for photo in gallery.photos]
    captions = [photo.caption for photo in gallery.photos]
    write_picture(DOCS / "failures.jpg", contact_sheet(pictures, captions, width=1280))


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
        methods=tuple(about(planned)),
        sections=sections,
        notes=tuple(note for outline in outlines for note in outline.notes),
    )
    DOCS.mkdir(parents=True, exist_ok=True)
    write_page(DOCS / "report.html", report)
    write_json(DOCS / "report.json", report)
    (DOCS / "report.md").write_text(as_markdown(report), encoding="utf-8")
    write_failures(sections)
    print(*sorted(DOCS.iterdir()), sep="\n")


if __name__ == "__main__":
    main()
