"""Markdown holds the same tables and links to charts that are written beside it."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from evaluate.made_report import made_report

from masklet.errors import MediaError
from masklet.evaluate.report.markdown import as_markdown, escaped, table_markdown, write_charts
from masklet.evaluate.tasks.blocks import Table


def test_a_table_in_pipes() -> None:
    """Published rows come last and in italics; what they do not say is empty."""
    table = Table(
        "T", ("method", "J&F", "what"), (("paper", 0.9, None), ("a|b", 0.5, "x"), ("c", None, "y"))
    )
    assert table_markdown(table._replace(published=(0,)), (frozenset({"a|b"}), frozenset())) == (
        "| method | J&F | what |\n"
        "| --- | ---: | --- |\n"
        "| a\\|b | **50.0** | x |\n"
        "| c | – | y |\n"
        "| *paper* | *90.0* |  |"
    )


def test_a_report_without_charts_has_their_figures() -> None:
    text = as_markdown(made_report())
    assert text.startswith("# A report & more\n\n21 November 2026 · 2 cores\n\n```sh\nmasklet eval")
    assert "- **nano**: the bundled model; sees 256 x 256 pixels; weights SHA-256 abab" in text
    assert "| nano | **65.4** | 4.5 |" in text
    assert "| nano | 65.4 | −3.1 | 1,234 | 41.9 |" in text
    assert "| *others* | *90.0* |  |  |  |" in text
    assert "Rows in italics are as others published them. others: their paper" in text
    assert "| a\\|b | 50.0 | – |" in text
    assert "| 2 | – | – |" in text
    assert "- flow takes no \\<clicks\\>" in text
    assert "Worst frames" not in text
    assert "svg" not in text
    assert "<" not in text.replace("\\<", "").split("```")[2]
    columns = [line.replace("\\|", "").count("|") for line in text.splitlines() if "|" in line]
    assert columns == [4] * 4 + [6] * 5 + [4] * 9
    assert text.encode("utf-8")
    assert not re.search(r"\n\n\n", text)


def test_links_lead_to_the_charts_that_are_written(tmp_path: Path) -> None:
    text = as_markdown(made_report(), charts="charts of it")
    written = write_charts(tmp_path / "charts of it", made_report())
    links = re.findall(r"!\[.*\]\(<(.*)>\)", text)
    assert [tmp_path / link for link in links] == list(written)
    assert sorted(path.name for path in written) == ["vos-mask-1.svg", "vos-mask-2-0.svg"]
    for path in written:
        assert ET.parse(path).getroot().tag.endswith("svg")
    assert sorted((tmp_path / "charts of it").iterdir()) == sorted(written)


def test_words_are_not_taken_for_markup() -> None:
    assert escaped("a*b <c> [d](e) `f` x_y _z_") == "a\\*b \\<c\\> \\[d\\](e) \\`f\\` x_y \\_z\\_"
    assert escaped("J&F &amp; more\nlines") == "J&F \\&amp; more lines"
    assert escaped("- one") == "\\- one"
    assert escaped("1. one and 2. two, 3.5") == "1\\. one and 2. two, 3.5"


def test_a_command_may_hold_backticks() -> None:
    text = as_markdown(replace(made_report(), command="echo ```x```"))
    assert "````sh\necho ```x```\n````" in text


def test_charts_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MediaError, match=r"file/vos-mask-1\.svg cannot be written"):
        write_charts(tmp_path / "file", made_report())
