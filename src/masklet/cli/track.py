"""``masklet track``: follow objects through a video or a folder of pictures."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, NamedTuple

import tyro

import masklet
from masklet.cli.interrupt import stop_on_interrupt
from masklet.cli.options import FrameNumber, ModelFlags, ModelOptions, PromptFlags, PromptOptions
from masklet.cli.outputs import OutputFlags, OutputOptions, Outputs
from masklet.cli.progress import Progress
from masklet.cli.prompts import PlacedPrompt
from masklet.cli.schedule import schedule
from masklet.errors import PromptError
from masklet.masks.components import remove_sprinkles
from masklet.values import FrameResult, Prompt


class Pass(NamedTuple):
    """What is said, and the frames to track in order."""

    prompts: Sequence[PlacedPrompt]
    span: range


@dataclass(frozen=True, kw_only=True)
class Track:
    """Follow one or more objects through a video, from clicks, boxes or masks.

    What is said about an object on a later frame refines the mask that is tracked there, and every
    frame after it.

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
        from masklet.media.timing import uneven_times

        prompts = self.prompts.read()
        if self.remove_sprinkles < 0:
            raise PromptError(f"--remove-sprinkles={self.remove_sprinkles}: wanted 0 or more")
        with closing(open_source(self.video)) as source:
            span = self._span(prompts, len(source))
            name = Path(self.video).name
            progress = Progress(f"tracking {name}", total=len(span), json_lines=self.json)
            outputs = Outputs(
                self.outputs,
                default=f"{Path(self.video).stem}.masklet.mp4",
                size=source.size,
                fps=source.fps,
                total=len(span),
                times=uneven_times(source),
                json_lines=self.json,
            )
            with progress.reported(outputs.paths), outputs:
                model = self.model.load()
                with model.video(source, fill_holes=self.fill_holes) as video:
                    check(model, video, prompts)
                    self._follow(video, Pass(prompts, span), outputs, progress)

    def _span(self, prompts: Sequence[PlacedPrompt], length: int) -> range:
        """The frames to track, in order."""
        from masklet.predict.span import check_frame, span_of

        first = min(check_frame("frame", placed.frame, length) for placed in prompts)
        return span_of(self.start, self.stop, reverse=self.reverse, first=first, length=length)

    def _follow(
        self, video: "masklet.Video", planned: Pass, outputs: Outputs, progress: Progress
    ) -> None:
        """Track frame by frame until the end or Ctrl-C."""
        before, on_the_way = schedule(planned.prompts, planned.span)
        for frame, prompt in before:
            say(video, frame, prompt)
        passed = video.propagate(planned.span[0], planned.span[-1], self.reverse)
        with progress, stop_on_interrupt() as stop:
            for tracked in passed:
                frame = tracked.index
                for prompt in on_the_way.get(frame, ()):
                    say(video, frame, prompt)
                found = video.result(frame) if frame in on_the_way else tracked
                result = without_sprinkles(found, self.remove_sprinkles)
                said = [placed.prompt for placed in planned.prompts if placed.frame == frame]
                outputs.add(result, video.picture(frame), said)
                progress.step(result)
                if stop.asked:
                    break
        stop.settle()


def check(model: "masklet.Model", video: "masklet.Video", prompts: Sequence[PlacedPrompt]) -> None:
    """See that every prompt can be used, also those whose turn comes later.

    Raises:
        PromptError: one cannot.
    """
    from masklet.predict.asking import check_prompt
    from masklet.predict.checks import Scale

    for _, prompt in prompts:
        check_prompt(prompt, Scale(video.size, model.runtime.side))


def say(video: "masklet.Video", frame: int, prompt: Prompt) -> None:
    """Say one prompt."""
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
