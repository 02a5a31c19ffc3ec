"""Hold masklet and the reference package, sam2 1.1.0, to each other through one harness.

    python scripts/make_reference_env.py benchmarks/.venv-reference
    PYTHONPATH=src benchmarks/.venv-reference/bin/python -m scripts.compare_reference \
        --pictures DAVIS/JPEGImages/480p/train --annotations DAVIS/Annotations/480p/train

Both follow the object of one sequence from its mask and from three clicks, with the same
deterministic weights, and are scored by the same task. Three settings take away, one after the
other, what the two do differently on purpose:

* as they are: the reference resizes with Pillow's bicubic filter, masklet with an antialiased
  bilinear one; the reference keeps its memories in bfloat16, masklet in float32;
* same pictures: of the network's own size, so that neither resizes;
* same memories: and the reference's memories are float32 too.

What is left after that is the order of float32 sums.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch

from masklet.data.readers.annotated import AnnotatedVideo, Mask, Truth, truth_of_labels
from masklet.evaluate.datasets.held import HeldVideo
from masklet.evaluate.methods.method import Answer, Method, Session
from masklet.evaluate.methods.ours import ModelMethod
from masklet.evaluate.methods.reference import ReferenceMethod
from masklet.evaluate.scores.convention import DAVIS_UNION
from masklet.evaluate.scores.scoring import ObjectScores
from masklet.evaluate.tasks.played import from_plain
from masklet.evaluate.tasks.vos import MASK, FirstPrompt, Kind, VosTask
from masklet.formats.davis import read_labels
from masklet.media.picture_folder import pictures_in
from masklet.media.pictures import read_picture
from masklet.predict.model import Model, load
from masklet.values import Picture, Size
from tests.golden.deterministic import Override, deterministic_checkpoint

MODEL = "sam2.1-hiera-tiny"
SHAPES = Path(__file__).resolve().parents[1] / "tests/golden/recorded" / f"names-{MODEL}.json"
PRESENT = Override("sam_mask_decoder.pred_obj_score_head.layers.2.bias", 1.0, 10.0)
PROMPTS = (MASK, FirstPrompt(Kind.CLICKS, 3))


@dataclass
class Recorded:
    """A method whose answers are kept."""

    inner: Method
    answers: dict[int, Mask] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The inner method's."""
        return self.inner.name

    @property
    def pictures(self) -> Model | None:
        """The inner method's."""
        return self.inner.pictures

    @contextmanager
    def open(self, video: AnnotatedVideo) -> Iterator["RecordedSession"]:
        """Begins with a video."""
        with self.inner.open(video) as session:
            yield RecordedSession(session, self.answers)


class RecordedSession:
    """A session whose answers are kept."""

    def __init__(self, inner: Session, answers: dict[int, Mask]) -> None:
        self.prompt = inner.prompt
        self._inner = inner
        self._answers = answers

    def propagate(self, start: int = 0) -> Iterator[Answer]:
        """The inner session's answers."""
        for answer in self._inner.propagate(start):
            (self._answers[answer.frame],) = answer.masks.values()
            yield answer


class Setting(NamedTuple):
    """What is taken away of the differences."""

    name: str
    video: HeldVideo
    memories: Callable[[], AbstractContextManager[None]]


class Compared(NamedTuple):
    """Both sides under one setting and prompt.

    Attributes:
        ours, theirs: mean J&F.
        frame: the largest difference of J&F on a frame.
        pixels: the largest share of pixels of a frame on which the two disagree.
        inside: the mean share of pixels that our masks cover, to see that there is something.
    """

    setting: str
    prompt: str
    ours: float
    theirs: float
    frame: float
    pixels: float
    inside: float


@contextmanager
def float32_memories() -> Iterator[None]:
    """The reference names bfloat16 where it stores a memory; here that word means float32."""
    kept, torch.bfloat16 = torch.bfloat16, torch.float32
    try:
        yield
    finally:
        torch.bfloat16 = kept


def read_sequence(pictures: Path, annotations: Path, frames: int) -> HeldVideo:
    """The first frames of a sequence, all of its objects as one."""
    found = [read_picture(path) for path in pictures_in(pictures)[:frames]]
    files = pictures_in(annotations)[:frames]
    truths = {
        frame: truth_of_labels((read_labels(path) != 0).astype(np.uint8))
        for frame, path in enumerate(files)
    }
    return HeldVideo(name=pictures.name, pictures=found, truths=truths)


def resized(video: HeldVideo, size: Size) -> HeldVideo:
    """Pictures and masks of another size."""

    def small(array: np.ndarray, how: int) -> np.ndarray:
        return np.asarray(cv2.resize(array, (size.width, size.height), interpolation=how))

    pictures: list[Picture] = [small(picture, cv2.INTER_AREA) for picture in video.pictures]
    truths = {}
    for frame, truth in video.truths.items():
        masks = {
            label: small(mask.astype(np.uint8), cv2.INTER_NEAREST) != 0
            for label, mask in truth.masks.items()
        }
        truths[frame] = Truth(size, masks)
    return HeldVideo(name=video.name, pictures=pictures, truths=truths)


def write_weights(path: Path) -> None:
    """The deterministic weights as a released file; presence is far above zero."""
    arrays = deterministic_checkpoint(json.loads(SHAPES.read_text()), [PRESENT])
    torch.save({"model": {name: torch.from_numpy(array) for name, array in arrays.items()}}, path)


def play(method: Method, setting: Setting, prompt: FirstPrompt) -> tuple[ObjectScores, Recorded]:
    """The scores and the masks of the one object."""
    recorded = Recorded(method)
    task = VosTask(prompt=prompt, convention=DAVIS_UNION)
    with setting.memories():
        played = from_plain(task.play(recorded, setting.video))
    (scores,) = played.rounds[-1].objects
    return scores, recorded


def compare(ours: Method, theirs: Method, setting: Setting, prompt: FirstPrompt) -> Compared:
    """Both sides play the same task on the same video."""
    our_scores, our_masks = play(ours, setting, prompt)
    their_scores, their_masks = play(theirs, setting, prompt)
    assert our_masks.answers.keys() == their_masks.answers.keys()
    unequal = [
        float(np.mean(mask != their_masks.answers[frame]))
        for frame, mask in our_masks.answers.items()
    ]
    return Compared(
        setting=setting.name,
        prompt=prompt.name,
        ours=float(our_scores.both.mean()),
        theirs=float(their_scores.both.mean()),
        frame=float(np.abs(our_scores.both - their_scores.both).max()),
        pixels=max(unequal),
        inside=float(np.mean([mask.mean() for mask in our_masks.answers.values()])),
    )


def settings_of(video: HeldVideo, side: int) -> list[Setting]:
    """The three settings, from the most different to the most alike."""
    square = resized(video, Size(side, side))
    return [
        Setting("as they are", video, nullcontext),
        Setting("same pictures", square, nullcontext),
        Setting("same memories", square, float32_memories),
    ]


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pictures", type=Path, required=True, help="folder of one sequence")
    parser.add_argument("--annotations", type=Path, required=True, help="folder of its masks")
    parser.add_argument("--frames", type=int, default=10)
    parser.add_argument("--size", type=int, default=256, help="side that the network sees")
    parser.add_argument("--json", type=Path, help="also write the rows here")
    return parser.parse_args()


def main() -> None:
    """Compare, and print a row a setting and prompt."""
    options = read_options()
    video = read_sequence(options.pictures, options.annotations, options.frames)
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "deterministic.pt"
        write_weights(weights)
        model = load(MODEL, checkpoint=weights, device="cpu", image_size=options.size)
        ours = ModelMethod("masklet", model)
        theirs = ReferenceMethod("sam2", MODEL, weights, options.size, device="cpu")
    print(f"{video.name}, {len(video)} frames, {MODEL} at {options.size}, deterministic weights")
    print("setting         prompt     masklet  sam2     frame      pixels     inside")
    rows = []
    for setting in settings_of(video, options.size):
        for prompt in PROMPTS:
            row = compare(ours, theirs, setting, prompt)
            rows.append(row._asdict())
            print(
                f"{row.setting:15} {row.prompt:10} {row.ours:.4f}   {row.theirs:.4f}   "
                f"{row.frame:.2e}   {row.pixels:.2e}   {row.inside:.2f}"
            )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
