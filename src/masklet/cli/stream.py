"""``masklet stream``: follow objects in a camera or an endless input, in constant memory."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Annotated

import numpy as np
import tyro

import masklet
from masklet.cli.feed import Feed, open_feed
from masklet.cli.interrupt import stop_on_interrupt
from masklet.cli.options import ModelFlags, ModelOptions, PromptFlags, PromptOptions
from masklet.cli.outputs import OutputFlags, OutputOptions, Outputs
from masklet.cli.progress import Progress
from masklet.cli.prompts import PlacedPrompt
from masklet.errors import PromptError
from masklet.values import FrameResult, Picture, Prompt, Size


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Follow objects in a camera, a live address or a file, picture by picture.

    For example: masklet stream 0 --point 320,200 --output out.mp4
    """

    source: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="SOURCE")]
    """A camera's number or device, an address, a video file or a folder of pictures."""
    prompts: PromptFlags = field(default_factory=PromptOptions)
    outputs: OutputFlags = field(default_factory=OutputOptions)
    model: ModelFlags = field(default_factory=ModelOptions)
    frames: Annotated[int | None, tyro.conf.arg(metavar="COUNT")] = None
    """Stop after so many pictures; at the end of the input or on Ctrl-C by default."""
    fps: Annotated[float | None, tyro.conf.arg(metavar="FPS")] = None
    """Pictures a second that a written video plays at; the file's own, or 25 for a camera."""
    fill_holes: int = 8
    """Fill holes of up to this many pixels at the network's resolution; 0 fills none."""
    json: bool = False
    """One JSON line a picture, for machines."""

    def run(self) -> None:
        """Track until the end, and write what was asked for.

        Raises:
            MaskletError: input that cannot be used; what was tracked until then is written.
            KeyboardInterrupt: after Ctrl-C, once the files are closed.
        """
        prompts = self.prompts.read()
        if not (self.json or self.outputs.output or self.outputs.contact_sheet):
            raise PromptError("nothing to write: give --output, --contact-sheet or --json")
        if self.frames is not None and self.frames < 1:
            raise PromptError(f"--frames={self.frames}: wanted 1 or more")
        name = Path(self.source).name
        progress = Progress(f"tracking {name}", total=self.frames, json_lines=self.json)
        asked = [*self.outputs.output, *map(str, filter(None, [self.outputs.contact_sheet]))]
        with progress.reported(asked), open_feed(self.source) as feed:
            self._follow(feed, prompts, progress)
        unreached = [placed.frame for placed in prompts if placed.frame >= progress.frames]
        if unreached:
            raise PromptError(
                f"frame {unreached[0]} has a prompt, and the input ended after {progress.frames}"
            )

    def _follow(self, feed: Feed, prompts: Sequence[PlacedPrompt], progress: Progress) -> None:
        """Track picture by picture; the outputs open when the first one says how large it is."""
        tracker = self.model.load().stream(fill_holes=self.fill_holes)
        outputs: Outputs | None = None
        with ExitStack() as stack, progress, stop_on_interrupt() as stop:
            for index, picture in enumerate(islice(feed.pictures, self.frames)):
                said = [placed.prompt for placed in prompts if placed.frame == index]
                result = step(tracker, picture, said)
                if outputs is None:
                    outputs = stack.enter_context(self._opened(result.size, feed.fps))
                outputs.add(result, picture, said)
                progress.step(result)
                if stop.asked:
                    break
        stop.settle()

    def _opened(self, size: Size, fps: float | None) -> Outputs:
        return Outputs(
            self.outputs,
            default=None,
            size=size,
            fps=self.fps or fps,
            total=None,
            json_lines=self.json,
        )


def step(tracker: "masklet.Tracker", picture: Picture, said: Sequence[Prompt]) -> FrameResult:
    """Track one picture; what is said about objects known before refines what was tracked."""
    known = tracker.objects
    result = tracker.step(picture, [prompt for prompt in said if prompt.object not in known])
    for prompt in said:
        if prompt.object in known:
            corrected = tracker.prompt(
                object=prompt.object,
                points=prompt.points,
                labels=prompt.labels,
                box=prompt.box,
                mask=prompt.mask,
            )
            result = amended(result, corrected)
    return result


def amended(result: FrameResult, corrected: FrameResult) -> FrameResult:
    """The result with the one object of ``corrected`` in place of what it said before."""
    row = np.array([name == corrected.objects[0] for name in result.objects])
    return replace(
        result,
        logits=np.where(row[:, None, None], corrected.logits, result.logits),
        scores=np.where(row, corrected.scores, result.scores),
        presence=np.where(row, corrected.presence, result.presence),
    )
