"""A small report that holds every kind of block, and names that try to be markup."""

import io
import math

import numpy as np
from PIL import Image

from masklet.evaluate.report.page import About, Report
from masklet.evaluate.tasks.blocks import Bar, Bars, Curves, Gallery, Line, Photo, Section, Table

HOSTILE = '<b>&"x"</b>\x00\udcff'


def jpeg(width: int = 8, height: int = 4) -> bytes:
    """A grey picture."""
    stream = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 128, np.uint8)).save(stream, "JPEG")
    return stream.getvalue()


def video_section() -> Section:
    """A table with a published row and a missing score, bars and a picture."""
    table = Table(
        title="All videos",
        head=("method", "J&F", "J decay", "objects", "frames/s"),
        rows=(
            ("nano", 0.6543, -0.0312, 1234, "41.9"),
            ("others", 0.9, None, None, None),
            (HOSTILE, 0.6, math.nan, 7, "7.5"),
        ),
        note="others: their paper",
        published=(1,),
    )
    bars = Bars("Videos", {"nano": (Bar("a|b", 0.5), Bar("c", 0.25)), HOSTILE: (Bar("c", 1.0),)})
    return Section(
        name="vos-mask",
        title="First frame: mask",
        text="Objects are shown by <masks>.",
        blocks=(table, bars, Gallery("Worst frames", (Photo(f"frame 3 {HOSTILE}", jpeg()),))),
        figures={"nano": {"J&F": 0.6543, "J": 0.5}, HOSTILE: {"J&F": 0.6, "J": 0.7}},
    )


def effort_section() -> Section:
    """Curves, and blocks that hold nothing."""
    lines = (Line("nano", (1, 2, 3), (0.5, math.nan, 0.75)), Line("flow", (1, 3), (0.25, 0.5)))
    curves = Curves("Over clicks", "clicks", "mean IoU", lines)
    return Section(
        name="vos mask",
        title="Effort",
        text="",
        blocks=(curves, Bars("Nothing", {}), Gallery("No pictures", ())),
        figures={"nano": {"seconds a frame": 4.512}, HOSTILE: {"seconds a frame": 37.8}},
    )


def made_report() -> Report:
    """Three methods, one of which is in no section."""
    return Report(
        title="A report & more",
        command="masklet evaluate davis2017 --root 'a <b> & c'",
        date="21 November 2026",
        machine="2 cores",
        methods=(
            About("nano", "the bundled model", "ab" * 32, 256),
            About("flow", "optical flow"),
            About(HOSTILE, "tries to be markup"),
        ),
        sections=(video_section(), effort_section()),
        notes=("flow takes no <clicks>",),
    )
