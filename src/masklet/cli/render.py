"""``masklet render``: draw effects on a video, with masks that were tracked before."""

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import tyro

from masklet.cli.effects import read_effects, read_pictures
from masklet.cli.interrupt import stop_on_interrupt
from masklet.cli.options import FrameNumber
from masklet.cli.progress import Progress, emit
from masklet.errors import EffectError, FormatError
from masklet.values import FrameResult, Size

if TYPE_CHECKING:
    from masklet.draw.effects import Effect
    from masklet.formats.provenance import Origin
    from masklet.formats.rendered import EffectsWriter
    from masklet.formats.track import MaskTrack
    from masklet.media.sources import FrameSource

Effects = Annotated[
    tyro.conf.UseAppendAction[tuple[str, ...]], tyro.conf.arg(metavar="KIND[:KEY=VALUE,...]")
]
Target = Annotated[str | None, tyro.conf.arg(metavar="PATH")]


@dataclass(frozen=True, kw_only=True)
class Render:
    """Draw effects on a video: cut out, blur, hide, outline and so on.

    Effects are drawn in the order in which they are given. Their kinds are overlay, outline,
    spotlight, cut-out, blur-background, desaturate-background, replace-background,
    pixelate-object, blur-object, trails, erase and fill-in.

    For example: masklet render clip.mp4 clip.coco.json --effect blur-background:strength=0.8
    --effect outline:colour=#ffcc00,objects=1+2 --output out.mp4
    """

    video: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="VIDEO")]
    """A video file, its address, or a folder of pictures."""
    masks: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="MASKS")]
    """Masks of its frames: a .json or .jsonl file or a folder, as `masklet track` writes them."""
    effect: Effects = ()
    """An effect, as often as needed. strength is 0 to 1, colour is #rrggbb, picture is a file,
    objects are ids joined by +; what is left out is as usual for the effect."""
    output: Target = None
    """out.mp4, or out.mov or out.webm where transparency is kept, or a folder of pictures;
    VIDEO.edited.mp4 or .mov by default."""
    start: FrameNumber = None
    """First frame; the beginning of the video by default."""
    stop: FrameNumber = None
    """Last frame, itself included; the end of the video by default."""
    no_credentials: bool = False
    """Do not say in the output, and in a .credentials.json beside it, that it was edited."""
    json: bool = False
    """One JSON line a frame, for machines."""

    def run(self) -> None:
        """Render, and write the output.

        Raises:
            MaskletError: input that cannot be used; what was drawn until then is written.
            KeyboardInterrupt: after Ctrl-C, once the files are closed.
        """
        from masklet.formats.reader import read_masks
        from masklet.formats.rendered import EffectsWriter, check_target
        from masklet.media.sources import open_source
        from masklet.media.timing import uneven_times
        from masklet.predict.span import span_of

        effects = read_effects(self.effect)
        output = self.output or self._usual_output(effects)
        check_target(output, effects)
        pictures = read_pictures(effects)
        with closing(open_source(self.video)) as source:
            track = read_masks(self.masks)
            check_masks(track, source.size, effects)
            span = span_of(self.start, self.stop, reverse=False, first=0, length=len(source))
            self._note_gaps(track, span)
            title = f"rendering {Path(self.video).name}"
            progress = Progress(title, total=len(span), json_lines=self.json)
            writer = EffectsWriter(
                output,
                effects=effects,
                size=source.size,
                fps=source.fps,
                times=uneven_times(source),
                pictures=pictures,
                origin=self._origin(),
            )
            with progress.reported(written_to(output)), writer:
                self._draw(source, track, span, writer, progress)

    def _draw(
        self,
        source: "FrameSource",
        track: "MaskTrack",
        span: range,
        writer: "EffectsWriter",
        progress: Progress,
    ) -> None:
        """Draw frame by frame until the end or Ctrl-C."""
        held = frozenset(track.frames)
        with progress, stop_on_interrupt() as stop:
            for frame in span:
                result = result_of(track, frame, is_held=frame in held)
                writer.add(result, source[frame])
                progress.step(result)
                if stop.asked:
                    break
        stop.settle()

    def _usual_output(self, effects: "Sequence[Effect]") -> str:
        from masklet.draw.effects import is_transparent

        return f"{Path(self.video).stem}.edited{'.mov' if is_transparent(effects) else '.mp4'}"

    def _origin(self) -> "Origin | None":
        """What the output says it comes from."""
        from masklet.formats.provenance import Origin
        from masklet.media.container import is_address

        if self.no_credentials:
            return None
        path = None if is_address(self.video) else Path(self.video).expanduser()
        return Origin(name=Path(self.video).name, path=path)

    def _note_gaps(self, track: "MaskTrack", span: range) -> None:
        """Say on standard error that frames have no masks: nothing is hidden on those."""
        missing = sorted(set(span) - set(track.frames))
        if not missing:
            return
        text = (
            f"{len(missing)} of {len(span)} frames have no masks in {self.masks}, "
            f"the first is frame {missing[0]}"
        )
        if self.json:
            emit("note", message=text)
        else:
            print(f"masklet: note: {text}", file=sys.stderr)


def check_masks(track: "MaskTrack", size: Size, effects: "Sequence[Effect]") -> None:
    """See that masks fit the video and hold the objects that effects name.

    Raises:
        FormatError: they are of another size.
        EffectError: an object is in none of them.
    """
    if track.size != size:
        came, wanted = (f"{width}x{height}" for height, width in (track.size, size))
        raise FormatError(f"masks: they are {came}, the video is {wanted}")
    known = {str(key): None for key in track.objects}
    for effect in effects:
        for key in effect.objects or ():
            if str(key) not in known:
                raise EffectError(
                    f"--effect {effect.kind}: object {key} came; the masks hold {', '.join(known)}"
                )


def result_of(track: "MaskTrack", frame: int, *, is_held: bool) -> FrameResult:
    """A frame's masks as a result; empty ones where the file does not hold the frame."""
    count = len(track.objects)
    if is_held:
        held = track[frame]
        masks = np.stack([held.mask(key) for key in track.objects]) if count else held.masks
    else:
        masks = np.zeros((count, *track.size), dtype=bool)
    there = masks.reshape(count, -1).any(axis=1)
    return FrameResult(
        index=frame,
        objects=tuple(track.objects),
        logits=np.where(masks, np.float32(1), np.float32(-1)),
        scores=np.ones(count, dtype=np.float32),
        presence=np.where(there, np.float32(1), np.float32(-1)),
        size=track.size,
    )


def written_to(output: str) -> list[str]:
    """The output and its record."""
    from masklet.formats.provenance import ENDING

    is_file = bool(Path(output).suffix) and not output.endswith("/")
    return [output, output + ENDING] if is_file else [output]
