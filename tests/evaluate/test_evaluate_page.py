"""The page is whole, safe and readable, and JSON says the same."""

import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from evaluate.made_report import HOSTILE, jpeg, made_report

from masklet.errors import MediaError
from masklet.evaluate.report.page import as_page, write_json, write_page
from masklet.evaluate.tasks.blocks import Bar, Bars, Section

VOID = {"meta", "img", "br"}
SAFE = '<b>&"x"</b>??'


class Tree(HTMLParser):
    """Checks that elements are closed in order; keeps what tests ask for."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.text.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.text[tag][-1] += data

    def values(self, attribute: str) -> list[str]:
        found = (given.get(attribute) for _, given in self.attributes)
        return [value for value in found if value is not None]


@pytest.fixture(scope="module")
def page() -> str:
    return as_page(made_report())


@pytest.fixture(scope="module")
def tree(page: str) -> Tree:
    parsed = Tree()
    parsed.feed(page)
    parsed.close()
    assert parsed.open == []
    return parsed


def test_nothing_comes_from_elsewhere_and_nothing_runs(page: str, tree: Tree) -> None:
    tags = {tag for tag, _ in tree.attributes}
    assert not tags & {"script", "link", "iframe", "object", "form", "base"}
    assert all(link.startswith("#") for link in tree.values("href"))
    assert all(source.startswith("data:image/jpeg;base64,") for source in tree.values("src"))
    elsewhere = set(re.findall(r"\w+://[^\"' ]+", page))
    assert elsewhere == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"url\(|@import|@font-face|\son\w+=", page)
    (policy,) = (
        given["content"] or ""
        for tag, given in tree.attributes
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_names_that_try_to_be_markup_are_words(page: str, tree: Tree) -> None:
    assert "<b>" not in page
    assert "<masks>" not in page
    assert SAFE in tree.text["th"]
    assert f"frame 3 {SAFE}" in tree.text["figcaption"]
    assert tree.text["code"][-1] == made_report().command
    assert "flow takes no <clicks>" in tree.text["p"]
    assert page.encode("utf-8")


def test_every_name_is_there_once_and_every_link_leads_somewhere(tree: Tree) -> None:
    ids = tree.values("id")
    assert len(set(ids)) == len(ids)
    assert {link.removeprefix("#") for link in tree.values("href")} <= set(ids)
    labels = " ".join(tree.values("aria-labelledby")).split()
    assert set(labels) <= set(ids)
    assert {"methods", "vos-mask", "vos-mask-2"} <= set(ids)


def test_tables_are_told_to_those_who_hear_them(tree: Tree) -> None:
    tables = sum(tag == "table" for tag, _ in tree.attributes)
    assert tables == sum(tag == "caption" for tag, _ in tree.attributes) == 4
    heads = [given for tag, given in tree.attributes if tag == "th"]
    assert all(given.get("scope") in ("col", "row", "rowgroup") for given in heads)
    assert "All videos" in tree.text["caption"]
    assert tree.text["svg"]
    assert all("alt" in given for tag, given in tree.attributes if tag == "img")


def test_the_summary_tells_the_best_of_scores_only(page: str, tree: Tree) -> None:
    """65.4 leads 60.0; of seconds nothing is said."""
    assert tree.text["caption"][0] == "Headline figures"
    assert tree.text["strong"] == ["65.4"]
    first = page[page.index("<table>") : page.index("</table>")]
    assert ">4.5<" in first
    assert ">37.8<" in first
    assert "flow" not in first


def test_published_rows_stand_apart_and_say_nothing_where_nothing_is_known(page: str) -> None:
    start = page.index('<tbody class="published">')
    rows = page[start : page.index("</tbody>", start)]
    assert "Published by others" in rows
    assert ">others<" in rows
    assert ">90.0<" in rows
    assert "–" not in rows
    assert "nano" not in rows
    before = page[:start]
    assert before.rindex("41.9") > before.rindex("All videos")
    assert "others: their paper" in page[start:]


def test_pictures_are_in_the_page_with_their_size(tree: Tree) -> None:
    (picture,) = (given for tag, given in tree.attributes if tag == "img")
    assert (picture["width"], picture["height"]) == ("8", "4")


def test_where_there_is_nothing_the_page_says_so(page: str) -> None:
    assert page.count("There is nothing to show.") == 1
    assert page.count("There are no pictures.") == 1
    bare = as_page(replace(made_report(), sections=(), methods=(), notes=(), machine=""))
    assert "Headline figures" not in bare
    assert "A report &amp; more" in bare


def test_one_method_alone_is_not_the_best() -> None:
    alone = Section(name="a", title="A", text="", blocks=(), figures={"nano": {"J&F": 0.5}})
    assert "<strong>" not in as_page(replace(made_report(), sections=(alone,)))


def test_json_says_the_same_without_pictures(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_json(path, made_report())
    plain = json.loads(path.read_text(encoding="utf-8"))
    assert plain["title"] == "A report & more"
    assert plain["methods"][0] == {
        "name": "nano",
        "description": "the bundled model",
        "weights": "ab" * 32,
        "image_size": 256,
    }
    video, effort = plain["sections"]
    assert video["figures"]["nano"] == {"J&F": 0.6543, "J": 0.5}
    table, bars, gallery = video["blocks"]
    assert table["rows"][0] == ["nano", 0.6543, -0.0312, 1234, "41.9"]
    assert table["rows"][2][2] is None
    assert table["published"] == [1]
    assert bars["groups"]["nano"] == {"a|b": 0.5, "c": 0.25}
    assert gallery == {
        "kind": "gallery",
        "title": "Worst frames",
        "captions": [f"frame 3 {HOSTILE}".replace("\udcff", "?")],
    }
    assert effort["blocks"][0]["lines"][0] == {
        "name": "nano",
        "x": [1, 2, 3],
        "y": [0.5, None, 0.75],
    }
    assert len(path.read_bytes()) < 5000 + len(jpeg())


def test_files_appear_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.html"
    write_page(path, made_report())
    assert path.read_text(encoding="utf-8") == as_page(made_report())
    assert os.listdir(path.parent) == ["report.html"]  # noqa: PTH208 - names alone
    with pytest.raises(MediaError, match="is a folder"):
        write_page(tmp_path / "new", made_report())
    (tmp_path / "file").write_text("")
    with pytest.raises(MediaError, match="cannot be written"):
        write_json(tmp_path / "file" / "report.json", made_report())


def test_a_chart_that_is_very_long_scrolls_in_a_box_of_its_own() -> None:
    bars = Bars("T", {"nano": tuple(Bar(f"v{n}", 0.5) for n in range(100))})
    part = Section(name="a", title="A", text="", blocks=(bars,))
    assert 'class="tall"' in as_page(replace(made_report(), sections=(part,)))
    few = replace(part, blocks=(Bars("T", {"nano": bars.groups["nano"][:20]}),))
    assert 'class="tall"' not in as_page(replace(made_report(), sections=(few,)))


def test_a_command_does_not_break_within_its_options(tree: Tree) -> None:
    assert {"--root", "davis2017"} <= set(tree.text["span"])
