"""Measure a model: how well it follows objects through videos, and how well clicks find them.

    python scripts/report_default.py --shared ../shared

prints J&F with the first frame's mask, 1 click and 3 clicks, and mean IoU after 1, 3 and 5 clicks
on photos. Without more, that is the bundled model on the videos held out for choosing. A run with
``--split davis-dev`` is noted in docs/davis-dev-runs.md.
"""

import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import torch
import tyro

from masklet.checkpoints.catalogue import BUNDLED
from masklet.checkpoints.open import present_path
from masklet.data.pack import clip_names
from masklet.errors import MaskletError, MediaError
from masklet.evaluate.photos import PhotoScores, photos_in, score_photos, together
from masklet.evaluate.report import Figures, append_run, as_markdown, as_plain, checksum_of
from masklet.evaluate.sequences import read_sequence, sequence_names
from masklet.evaluate.tracking import FirstPrompt, SequenceScores, TrackingScores, score_tracking
from masklet.predict.model import Model, load

ROOT = Path(__file__).resolve().parents[1]
LOG = ROOT / "docs" / "davis-dev-runs.md"
HOLDOUT, DEV = "holdout", "davis-dev"
MAIN_SETS = ("coco", "bsds500")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What to measure.

    Attributes:
        shared: folder that holds data/images, data/davis-train and data/davis-dev.
        model: name of a model, the bundled one if not given.
        checkpoint: its weights file.
        image_size: side of the square picture that the network sees.
        device: cpu, cuda, ...
        split: holdout is the last five videos of davis-train by name.
        settings: what is given on the first frame, mask or a number of clicks, with commas between.
        photos: photos a set at most; 0 takes all.
        json: also write the figures here, down to single videos.
        only: leave the other half out.
    """

    shared: Path = ROOT.parent / "shared"
    model: str | None = None
    checkpoint: Path | None = None
    image_size: int | None = None
    device: str | None = None
    split: Literal["holdout", "davis-dev"] = HOLDOUT
    settings: str = "mask,1,3"
    photos: int = 60
    json: Path | None = None
    only: Literal["photos", "tracking"] | None = None

    def prompts(self) -> list[FirstPrompt]:
        """The settings understood. Raises MaskletError for others."""
        words = self.settings.split(",")
        if not all(word == "mask" or (word.isdecimal() and int(word) > 0) for word in words):
            raise MaskletError(f"settings={self.settings!r}: wanted such as mask,1,3")
        return [FirstPrompt(0 if word == "mask" else int(word)) for word in words]


def measure(options: Options) -> Figures:
    """Run everything that was asked for. Raises MaskletError where it cannot."""
    prompts = options.prompts()
    weights = options.checkpoint or present_path(options.model or BUNDLED)
    model = load(
        options.model,
        checkpoint=options.checkpoint,
        image_size=options.image_size,
        device=options.device,
    )
    return Figures(
        model=model.config.name,
        checksum=checksum_of(weights),
        image_size=model.config.image_size,
        device=f"{model.runtime.device}, {torch.get_num_threads()} threads",
        split=options.split,
        tracking=() if options.only == "photos" else track(model, options, prompts),
        photos=() if options.only == "tracking" else click(model, options),
    )


def track(
    model: Model, options: Options, prompts: Sequence[FirstPrompt]
) -> tuple[TrackingScores, ...]:
    """Follow the objects of the split's videos, once a setting."""
    data = options.shared / "data"
    root = data / ("davis-dev" if options.split == DEV else "davis-train")
    names = sequence_names(root)
    if options.split == HOLDOUT:
        names = clip_names(data, "val")
    sequences = [read_sequence(root, name) for name in names]

    def seen(scores: SequenceScores) -> None:
        say(f"{scores.name}: {scores.frames} frames followed in {scores.seconds:.1f} s")

    return tuple(score_tracking(model, sequences, prompt, seen) for prompt in prompts)


def click(model: Model, options: Options) -> tuple[PhotoScores, ...]:
    """Click objects in every set's val photos; the two main sets come first, then both as one."""
    root = options.shared / "data" / "images"
    found = sorted(path.parent.name for path in root.glob("*/val"))
    if not found:
        raise MediaError(f"shared: {root} holds no set of photos with a val folder")
    main = [name for name in MAIN_SETS if name in found]
    scores = []
    for name in [*main, *(name for name in found if name not in main)]:
        photos = photos_in(root / name / "val", options.photos or None)
        scores.append(score_photos(model, name, photos))
        say(f"{name}: {scores[-1].objects} objects clicked")
    both = [together(" + ".join(main), scores[: len(main)])] if len(main) > 1 else []
    return (*scores[: len(main)], *both, *scores[len(main) :])


def command(arguments: Sequence[str]) -> str:
    """The command without the places of files on this machine."""
    words = [word for argument in arguments for word in argument.split("=", 1)]
    known = [Path(word).name if Path(word).is_absolute() else word for word in words]
    return shlex.join(["python", "scripts/report_default.py", *known])


def say(text: str) -> None:
    """Tell how far it is, beside the table."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, note a run on davis-dev, and print."""
    options = tyro.cli(Options, description=__doc__)
    figures = measure(options)
    try:
        if options.split == DEV and figures.tracking:
            append_run(LOG, command(sys.argv[1:]), figures, date.today())
    finally:
        print(as_markdown(figures), end="", flush=True)
    if options.json:
        options.json.write_text(json.dumps(as_plain(figures), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except (MaskletError, OSError) as error:
        sys.exit(f"error: {error}")
