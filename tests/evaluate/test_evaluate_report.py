"""The script measures what it is asked for, and notes what has to be noted."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from evaluate.made_data import make_shared
from small import SMALL, small_model

from masklet.checkpoints.read import write_ours
from masklet.errors import MaskletError
from masklet.evaluate.report import append_run, as_markdown, as_plain, checksum_of
from scripts.report_default import Options, command, measure


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    root = make_shared(tmp_path_factory.mktemp("shared"))
    write_ours(root / "small.safetensors", small_model().runtime.model.state_dict(), SMALL)
    return Options(shared=root, checkpoint=root / "small.safetensors", settings="mask,2")


def test_a_whole_run_reports_the_last_five_videos_and_every_set(options: Options) -> None:
    figures = measure(options)
    assert figures.checksum == checksum_of(options.shared / "small.safetensors")
    assert [scores.prompt.clicks for scores in figures.tracking] == [0, 2]
    names = [sequence.name for sequence in figures.tracking[0].sequences]
    assert names == ["b", "c", "d", "e", "f"]
    assert [s.name for s in figures.photos] == ["coco", "bsds500", "coco + bsds500", "apples"]
    text = as_markdown(figures)
    assert f"| 2 clicks on the first frame | {figures.tracking[1].both:.3f} |" in text
    assert f"| coco + bsds500 | 4 | 12 | {figures.photos[2].at(1):.3f} |" in text
    widths = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    assert widths == [6] * 4 + [7] * 6
    plain = json.loads(json.dumps(as_plain(figures)))
    assert plain["tracking"][1]["J&F"] == figures.tracking[1].both
    assert len(plain["tracking"][0]["objects"]) == 10
    assert len(plain["photos"][0]["iou_after_clicks"]) == 5


def test_the_dev_split_is_followed_only_when_asked_for(options: Options, tmp_path: Path) -> None:
    asked = replace(options, split="davis-dev", only="tracking", settings="1")
    figures = measure(asked)
    assert [sequence.name for sequence in figures.tracking[0].sequences] == ["kept"]
    assert figures.photos == ()
    log = tmp_path / "runs.md"
    said = command(["--split", "davis-dev", "--checkpoint=/some/where/my.pt"])
    append_run(log, said, figures, date(2024, 2, 3))
    append_run(log, said, figures, date(2024, 2, 4))
    text = log.read_text()
    assert text.count("# Runs") == 1
    assert text.endswith(f"| 1 click {figures.tracking[0].both:.3f} " + text[text.rindex("(") :])
    assert "| 2024-02-03 | `python scripts/report_default.py --split davis-dev" in text
    assert "my.pt" in text
    assert "/some" not in text


def test_settings_that_say_nothing_are_refused(options: Options) -> None:
    for settings in ("", "mask,0", "box", "1,,3"):
        with pytest.raises(MaskletError, match="mask,1,3"):
            replace(options, settings=settings).prompts()


def test_the_command_prints_a_table_or_one_line(options: Options, tmp_path: Path) -> None:
    script = Path(__file__).resolve().parents[2] / "scripts" / "report_default.py"
    run = [sys.executable, str(script), "--shared", str(options.shared), "--only", "photos"]
    weights = ["--checkpoint", str(options.checkpoint), "--json", str(tmp_path / "out.json")]
    done = subprocess.run([*run, *weights], capture_output=True, text=True, check=True)
    assert "| apples | 2 | 6 |" in done.stdout
    assert json.loads((tmp_path / "out.json").read_text())["model"] == "small"
    failed = subprocess.run([*run, "--checkpoint", "none.pt"], capture_output=True, text=True)
    assert failed.returncode != 0
    assert failed.stderr.startswith("error: ")
    assert failed.stderr.count("\n") == 1
