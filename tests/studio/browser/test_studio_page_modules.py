"""The page's own modules, run in a browser, agree with the server's code about the same things."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from jaxtyping import Bool
from playwright.sync_api import Browser, Page, Route

import masklet.studio
from masklet.masks import rle
from masklet.studio.wire.frames import Answer, FrameAnswers, pack, strip_byte

STATIC = Path(masklet.studio.__file__).parent / "static"
ROOT = "http://modules.test"


def serve_files(route: Route) -> None:
    """The studio's own modules, without a studio."""
    path = route.request.url.removeprefix(ROOT).lstrip("/")
    if path.startswith("static/"):
        file = STATIC / path.removeprefix("static/")
        route.fulfill(path=file, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>modules</title>", content_type="text/html")


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """A page that can load the studio's modules."""
    context = browser.new_context()
    page = context.new_page()
    page.route(ROOT + "/**", serve_files)
    page.goto(ROOT + "/")
    yield page
    context.close()


def run(page: Page, module: str, body: str, given: object = None) -> Any:
    """What ``body`` returns, with a module's exports as ``m`` and ``given``."""
    code = f"async (given) => {{ const m = await import('/static/{module}'); {body} }}"
    return page.evaluate(code, given)


def some_masks() -> list[Bool[np.ndarray, "H W"]]:
    """Noise, nothing, everything, a single pixel and a disc."""
    random = np.random.default_rng(5)
    noise = [random.random((11, 7)) < share for share in (0.0, 0.1, 0.5, 0.9, 1.0)]
    disc = np.zeros((90, 160), np.uint8)
    cv2.circle(disc, (70, 40), 30, (1,), -1)
    return [*noise, np.ones((1, 1), bool), disc.astype(bool)]


@pytest.mark.parametrize("mask", some_masks(), ids=lambda mask: f"{mask.sum()} of {mask.shape}")
def test_run_lengths_are_those_of_coco(modules: Page, mask: Bool[np.ndarray, "H W"]) -> None:
    """Decoding, encoding, bounds and single places agree with the mask."""
    height, width = mask.shape
    code = rle.encode(mask)
    told = run(
        modules,
        "editor/rle.js",
        """const bytes = m.decode(given.counts, given.size);
        const covered = [];
        for (let x = 0; x < given.size.width; x++)
          for (let y = 0; y < given.size.height; y++)
            covered.push(m.covers(given.counts, given.size, x + 0.5, y + 0.5));
        return { bytes: [...bytes], again: m.encode(bytes), covered,
                 bounds: m.boundsOf(given.counts, given.size) };""",
        {"counts": code.counts, "size": {"width": width, "height": height}},
    )
    columns = mask.T.ravel()
    assert np.array_equal(np.array(told["bytes"]) == 255, columns)
    assert told["again"] == code.counts
    assert told["covered"] == columns.tolist()
    if not mask.any():
        assert told["bounds"] is None
        return
    rows, across = np.nonzero(mask)
    bounds = told["bounds"]
    assert (bounds["left"], bounds["right"]) == (across.min(), across.max() + 1)
    assert bounds["top"] <= rows.min()
    assert bounds["bottom"] >= rows.max() + 1


def test_broken_run_lengths_are_refused(modules: Page) -> None:
    """A mask of another size is not drawn somewhere."""
    counts = rle.encode(np.ones((4, 4), bool)).counts
    for size in ({"width": 3, "height": 4}, {"width": 5, "height": 4}):
        told = run(
            modules,
            "editor/rle.js",
            "try { m.decode(given.counts, given.size) } catch (e) { return e.message } return '';",
            {"counts": counts, "size": size},
        )
        assert "run lengths" in told


def test_messages_of_masks_are_read_as_they_were_packed(modules: Page) -> None:
    """Every field comes over, and a strip's byte is the same on both sides."""
    counts = [rle.encode(mask).counts for mask in some_masks()[-3:]]
    answers = (
        Answer(1, counts[0], 0.734375, 2.5, True),
        Answer(7, counts[1], 0.25, -1.0, False),
        Answer(300, counts[2], 0.0, 0.5, False),
    )
    message = pack(FrameAnswers(108_000, answers), tag=77)
    told = run(
        modules,
        "editor/answers.js",
        """const read = m.unpack(Uint8Array.from(given).buffer);
        return { ...read, strip: read.answers.map(m.stripByte) };""",
        list(message),
    )
    assert (told["kind"], told["frame"], told["tag"]) == (1, 108_000, 77)
    read = told["answers"]
    assert [each["object"] for each in read] == [1, 7, 300]
    assert [each["counts"] for each in read] == counts
    assert [each["score"] for each in read] == [0.734375, 0.25, 0.0]
    assert [each["prompted"] for each in read] == [True, False, False]
    assert [each["visible"] for each in read] == [True, False, True]
    assert told["strip"] == [strip_byte(answer) for answer in answers]


def test_every_frame_is_found_again_by_its_time(modules: Page) -> None:
    """Evenly spaced or not, the frame shown at its own time is itself, until the next one's."""
    random = np.random.default_rng(2)
    times = np.cumsum(random.choice([0.02, 0.06, 0.2], 50)) - 0.02
    for given in ({"times": None}, {"times": times.tolist()}):
        told = run(
            modules,
            "editor/clock.js",
            """const times = given.times && Float64Array.from(given.times);
            const clock = new m.Clock({ frames: 50, fps: 29.97 }, times);
            return [...Array(50).keys()].map((frame) =>
            [clock.timeOf(frame), clock.timeOf(frame + 1) - 1e-4].map((t) => clock.frameAt(t)));""",
            given,
        )
        assert told == [[frame, frame] for frame in range(50)]


def test_masks_are_kept_within_their_bytes_and_go_stale(modules: Page) -> None:
    """Old frames leave, an edit spoils its range, and what came after the edit stays fresh."""
    told = run(
        modules,
        "editor/masks.js",
        """const masks = new m.Masks(20000);
        const counts = "x".repeat(100);
        const answer = { object: 1, counts, score: 1, presence: 1, prompted: false, visible: true };
        const answers = (tag, frame) => ({ frame, tag, answers: [answer] });
        let most = 0;
        for (let frame = 0; frame < 500; frame++) {
          masks.put(answers(3, frame));
          most = Math.max(most, masks.bytes);
        }
        const gone = masks.get(0) === null, here = masks.get(499) !== null;
        masks.put(answers(5, 498));
        masks.spoil({ start: 490, stop: 498 }, 5);
        const fresh = [489, 490, 497, 498, 499].map((frame) => masks.isFresh(frame));
        const older = masks.put(answers(4, 498));
        return { most, gone, here, fresh, older, shown: masks.get(490) !== null };""",
    )
    assert told["most"] <= 20000
    assert told["gone"]
    assert told["here"]
    assert told["shown"]
    assert told["fresh"] == [True, False, False, True, True]
    assert told["older"] is False


def test_a_painted_line_takes_what_lies_within_its_radius(modules: Page) -> None:
    """Pixels whose middle is within the radius, and no others, wherever the line runs."""
    random = np.random.default_rng(1)
    lines = [
        [*(random.random(4) * [50, 40, 50, 40] - 5).tolist(), float(random.random() * 8 + 0.3)]
        for _ in range(60)
    ]
    lines += [[10, 10, 10, 25, 3.2], [5, 8, 30, 8, 2.5], [12, 12, 12, 12, 4.0]]
    told = run(
        modules,
        "stage/bitmap.js",
        """return given.map(([x0, y0, x1, y1, radius]) => {
          const bitmap = new m.MaskBitmap({ width: 40, height: 30 });
          const { start, stop } = bitmap.line({ x: x0, y: y0 }, { x: x1, y: y1 }, radius, 255);
          return { bytes: [...bitmap.bytes], start, stop };
        });""",
        lines,
    )
    y, x = np.indices((30, 40)) + 0.5
    for (x0, y0, x1, y1, radius), drawn in zip(lines, told, strict=True):
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length if length else x * 0
        along = along.clip(0, 1)
        away = np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))
        painted = np.array(drawn["bytes"]).reshape(40, 30).T == 255
        sure = abs(away - radius) > 1e-9
        assert np.array_equal(painted[sure], (away <= radius)[sure])
        columns = np.flatnonzero(painted.any(0))
        assert all(drawn["start"] <= column < drawn["stop"] for column in columns)


def test_jumps_find_where_trouble_begins(modules: Page) -> None:
    """An object that is lost, that becomes doubtful, or whose confidence falls at once."""
    strip = [0, 90, 90, 255, 255, 90, 70, 68, 50, 49, 0, 30]
    told = run(
        modules,
        "editor/jumps.js",
        """const strip = Uint8Array.from(given);
        const all = (begins) => given.flatMap((_, frame) => begins(strip, frame) ? [frame] : []);
        return { lost: all(m.getsLost), doubtful: all(m.getsDoubtful),
          on: m.nextWhere([strip], 3, 1, m.getsDoubtful),
          none: m.nextWhere([strip], 3, -1, m.getsLost),
          prompted: [m.nextPrompted([{frame: 9}, {frame: 2}, {frame: 5}], 5, 1),
                     m.nextPrompted([{frame: 9}, {frame: 2}, {frame: 5}], 5, -1),
                     m.nextPrompted([], 5, 1)] };""",
        strip,
    )
    assert told["lost"] == [3]
    assert told["doubtful"] == [6, 8, 11]
    assert told["on"] == 6
    assert told["none"] is None
    assert told["prompted"] == [9, 2, None]


def test_what_was_said_is_shown_before_it_is_confirmed(modules: Page) -> None:
    """Points add up, a box replaces a box, a mask replaces everything, and so does saying anew."""
    prompt = {
        "object": 1,
        "frame": 4,
        "points": [[1, 2]],
        "labels": [1],
        "box": None,
        "mask": False,
    }
    pending = [
        {"object": 1, "frame": 4, "points": [[5, 6]], "labels": [0]},
        {"object": 1, "frame": 4, "box": [0, 0, 9, 9]},
        {"object": 2, "frame": 4, "points": [[3, 3]]},
        {"object": 1, "frame": 5, "points": [[8, 8]], "labels": [1]},
    ]
    body = "return m.promptsOn(given.prompts, given.pending, 4);"
    given = {"prompts": [prompt], "pending": pending}
    first, second = run(modules, "editor/pending.js", body, given)
    assert first["points"] == [[1, 2], [5, 6]]
    assert first["labels"] == [1, 0]
    assert first["box"] == [0, 0, 9, 9]
    assert second["object"] == 2
    assert second["labels"] == [1]
    pending.append({"object": 1, "frame": 4, "mask": "5"})
    (masked, _) = run(modules, "editor/pending.js", body, given)
    assert masked["points"] == []
    assert masked["mask"]


def test_tracking_in_a_range_begins_at_its_first_prompt(modules: Page) -> None:
    """On to the range's end, then back to its beginning; without a range both ways at once."""

    def runs(way: str, **situation: object) -> Any:
        told = {"frame": 10, "range": None, "prompts": [], "only": None} | situation
        return run(modules, "timeline/runs.js", f"return m.runsFor(given, '{way}');", told)

    prompts = [{"object": 1, "frame": 30}, {"object": 2, "frame": 25}, {"object": 1, "frame": 90}]
    span = {"start": 20, "stop": 60}
    assert runs("both", prompts=prompts) == [{"both": True}]
    assert runs("both", prompts=prompts, range=span, only=1) == [
        {"start": 30, "stop": 60, "objects": [1]},
        {"start": 30, "stop": 20, "reverse": True, "objects": [1]},
    ]
    assert runs("both", prompts=prompts[2:], range=span) == [{"start": 20, "stop": 60}]
    assert runs("on", range=span) == [{"start": 10}]
    assert runs("back", range=span, frame=40) == [{"start": 40, "reverse": True, "stop": 20}]


def test_the_view_keeps_the_place_under_the_pointer(modules: Page) -> None:
    """Zooming leaves the place there, fitting shows everything, the picture stays in sight."""
    told = run(
        modules,
        "stage/view.js",
        """const view = new m.StageView({ width: 640, height: 360 });
        view.resize(800, 600);
        const fitted = view.scale;
        view.zoom(4, { x: 300, y: 250 });
        const before = view.toVideo({ x: 300, y: 250 });
        view.zoom(1.7, { x: 300, y: 250 });
        const after = view.toVideo({ x: 300, y: 250 });
        view.move(1e6, -1e6);
        const far = view.toVideo({ x: 400, y: 300 });
        view.zoom(1e-6);
        return { fitted, before, after, far, least: view.scale, whole: view.fitted };""",
    )
    assert told["fitted"] == pytest.approx((800 - 24) / 640)
    assert told["after"] == pytest.approx(told["before"])
    assert told["far"] == pytest.approx({"x": 0, "y": 360})
    assert told["least"] == pytest.approx(told["fitted"])
    assert told["whole"]


def test_an_answer_about_exports_that_was_overtaken_is_dropped(modules: Page) -> None:
    """It may be of before a deletion; what was asked last is what is shown."""
    body = """
        const answers = [];
        const told = window.fetch;
        window.fetch = () => new Promise((resolve) => answers.push(resolve));
        const jobs = new m.ExportJobs("p");
        const both = [jobs.refresh(), jobs.refresh()];
        answers[1](Response.json([]));
        await both[1];
        answers[0](Response.json(given));
        await both[0];
        window.fetch = told;
        return jobs.list;
    """
    done = {"id": "0" * 16, "kind": "coco", "name": "a.json", "state": "done"}
    assert run(modules, "dialogs/export-jobs.js", body, [done]) == []
