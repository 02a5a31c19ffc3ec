"""``masklet track``: follow objects through a video or a folder of pictures."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import tyro

import masklet
from masklet.cli.interrupt import stop_on_interrupt
from masklet.cli.options import FrameNumber, ModelFlags, ModelOptions, PromptFlags, PromptOptions
from masklet.cli.outputs import OutputFlags, OutputOptions, Outputs
from masklet.cli.progress import Progress
from masklet.cli.prompts import PlacedPrompt
from masklet.errors import PromptError
from masklet.masks.components import remove_sprinkles
from masklet.values import FrameResult


@dataclass(frozen=True, kw_only=True)
class Track:
    """Follow one or more objects through a video, from clicks, boxes or masks.

    For example: masklet track clip.mp4 --point 320,200 --output out.mp4
    """

    video: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="VIDEO")]
    """A video file, its address, or a folder of pictures."""
    prompts: PromptFlags = field(default_factory=PromptOptions)
    outputs: OutputFlags = field(default_factory=OutputOptions)
    model: ModelFlags = field(default_factory=ModelOptions)
    start: FrameNumber = None
    """First frame to track; the earliest one with a prompt by default."""
    stop: FrameNumber = None
    """Last frame to track, itself included; the end of the video by default."""
    reverse: bool = False
    """Track towards the beginning of the video; pictures come out in that order."""
    fill_holes: int = 8
    """Fill holes of up to this many pixels at the network's resolution; 0 fills none."""
    remove_sprinkles: int = 0
    """Remove specks of up to this many pixels at the network's resolution; 0 removes none."""
    json: bool = False
    """One JSON line a frame, for machines."""

    def run(self) -> None:
        """Track, and write what was asked for.

        Raises:
            MaskletError: input that cannot be used; what was tracked until then is written.
            KeyboardInterrupt: after Ctrl-C, once the files are closed.
        """
        from masklet.media.sources import open_source

        prompts = self.prompts.read()
        if self.remove_sprinkles < 0:
            raise PromptError(f"--remove-sprinkles={self.remove_sprinkles}: wanted 0 or more")
        with closing(open_source(self.video)) as source:
            total = self._frames(prompts, len(source))
            name = Path(self.video).name
            progress = Progress(f"tracking {name}", total=total, json_lines=self.json)
            outputs = Outputs(
                self.outputs,
                default=f"{Path(self.video).stem}.masklet.mp4",
                size=source.size,
                fps=source.fps,
                total=total,
            )
            with progress.reported(outputs.paths), outputs:
                model = self.model.load()
                with model.video(source, fill_holes=self.fill_holes) as video:
                    give(video, prompts)
                    self._follow(video, prompts, outputs, progress)

    def _frames(self, prompts: Sequence[PlacedPrompt], length: int) -> int:
        """How many frames will be tracked."""
        start = prompts[0].frame if self.start is None else self.start
        last = 0 if self.reverse else length - 1
        return abs((last if self.stop is None else self.stop) - start) + 1

    def _follow(
        self,
        video: "masklet.Video",
        prompts: Sequence[PlacedPrompt],
        outputs: Outputs,
        progress: Progress,
    ) -> None:
        """Track frame by frame until the end or Ctrl-C."""
        passed = video.propagate(self.start, self.stop, self.reverse)
        with progress, stop_on_interrupt() as stop:
            for found in passed:
                result = without_sprinkles(found, self.remove_sprinkles)
                said = [placed.prompt for placed in prompts if placed.frame == result.index]
                outputs.add(result, video.picture(result.index), said)
                progress.step(result)
                if stop.asked:
                    break
        stop.settle()


def give(video: "masklet.Video", prompts: Sequence[PlacedPrompt]) -> None:
    """Say every prompt, in order."""
    for frame, prompt in prompts:
        video.prompt(
            frame=frame,
            object=prompt.object,
            points=prompt.points,
            labels=prompt.labels,
            box=prompt.box,
            mask=prompt.mask,
        )


def without_sprinkles(result: FrameResult, max_area: int) -> FrameResult:
    """The result without specks of up to ``max_area`` pixels of its logits."""
    if max_area == 0 or not result.objects:
        return result
    return replace(result, logits=remove_sprinkles(result.logits, max_area))
