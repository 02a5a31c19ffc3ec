"""``masklet convert``: masks from any file that is read to any that is written."""

import re
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import tyro

from masklet.cli.interrupt import stop_on_interrupt
from masklet.cli.progress import Progress, tell_note
from masklet.errors import FormatError
from masklet.values import Size

if TYPE_CHECKING:
    from masklet.formats.track import MaskTrack
    from masklet.formats.writer import ResultWriter
    from masklet.media.sources import FrameSource


@dataclass(frozen=True, kw_only=True)
class Convert:
    """Convert masks from one form to another.

    FROM is COCO, SA-V or YouTube-VIS JSON, JSON lines, a mask video, a cut-out with alpha, a
    black-and-white matte, or a folder of label pictures, of cut-outs or of YOLO labels. TO is
    what its name says, as for `masklet track`.

    For example: masklet convert masks/ masks.coco.json
    """

    masks: Annotated[tyro.conf.Positional[str], tyro.conf.arg(name="from", metavar="FROM")]
    """The masks to read."""
    output: Annotated[tyro.conf.Positional[str], tyro.conf.arg(name="to", metavar="TO")]
    """What to write: out.coco.json, out.sav.json, out.vis.json, out.jsonl, out.masks.mkv, a folder
    of palette pictures, out.objects/, out.yolo/; with --video also out.mp4, out.mov, out.webm and
    out.cutouts/."""
    video: Annotated[str | None, tyro.conf.arg(metavar="VIDEO")] = None
    """The video that the masks belong to: outputs with pictures need it, others take its timing."""
    size: Annotated[str | None, tyro.conf.arg(metavar="WIDTHxHEIGHT")] = None
    """How large the frames are, for YOLO labels that do not say."""
    fps: Annotated[float | None, tyro.conf.arg(metavar="FPS")] = None
    """Frames a second of a written video; the video's own, or 25."""
    json: bool = False
    """One JSON line a frame, for machines."""

    def run(self) -> None:
        """Convert.

        Raises:
            MaskletError: input that cannot be used; what was converted until then is written.
            KeyboardInterrupt: after Ctrl-C, once the files are closed.
        """
        from masklet.formats.reader import read_masks
        from masklet.formats.writer import PICTURED, kind_of

        if kind_of(self.output) in PICTURED and self.video is None:
            raise FormatError(f"--video: {self.output} is made of pictures; say of which video")
        if self.fps is not None and not 0 < self.fps <= 1000:
            raise FormatError(f"--fps={self.fps}: wanted more than 0, and 1000 at most")
        track = read_masks(self.masks, size=read_size(self.size))
        progress = Progress(f"converting {self.masks}", total=len(track), json_lines=self.json)
        with ExitStack() as stack:
            stack.enter_context(progress.reported([self.output]))
            source = self._source(stack, track)
            writer = stack.enter_context(self._writer(track, source))
            stack.callback(self._tell, writer)
            copy(track, writer, source, progress)

    def _source(self, stack: ExitStack, track: "MaskTrack") -> "FrameSource | None":
        """The video, if one is named and the masks fit it."""
        from masklet.media.sources import open_source

        if self.video is None:
            return None
        source = stack.enter_context(closing(open_source(self.video)))
        if source.size != track.size:
            came, wanted = (f"{width}x{height}" for height, width in (track.size, source.size))
            raise FormatError(f"{self.masks}: masks of {came} came; {self.video} is {wanted}")
        if track.frames and track.frames[-1] >= len(source):
            raise FormatError(
                f"{self.masks}: frame {track.frames[-1]} came; {self.video} has 0 to "
                f"{len(source) - 1}"
            )
        return source

    def _writer(self, track: "MaskTrack", source: "FrameSource | None") -> "ResultWriter":
        from masklet.formats.writer import open_writer
        from masklet.media.timing import uneven_times

        fps = self.fps if source is None else self.fps or source.fps
        times = None if source is None or self.fps else uneven_times(source)
        return open_writer(self.output, size=track.size, fps=fps, times=times)

    def _tell(self, writer: "ResultWriter") -> None:
        if writer.note is not None:
            tell_note(f"{self.output}: {writer.note}", json_lines=self.json)


def copy(
    track: "MaskTrack",
    writer: "ResultWriter",
    source: "FrameSource | None",
    progress: Progress,
) -> None:
    """Frame by frame until the end or Ctrl-C; run lengths go over as they are."""
    from masklet.formats.lines import SpooledWriter
    from masklet.formats.track import RleTrack, as_result

    with progress, stop_on_interrupt() as stop:
        for frame in track.frames:
            if isinstance(writer, SpooledWriter) and isinstance(track, RleTrack):
                line = track.line(frame)
                writer.add_line(line)
                progress.advance({"frame": frame, "objects": list(line.objects)})
            else:
                result = as_result(track[frame])
                writer.add(result, None if source is None else source[frame])
                progress.advance({"frame": frame, "objects": list(result.objects)})
            if stop.asked:
                break
    stop.settle()


def read_size(text: str | None) -> Size | None:
    """``1280x720`` as a size. Raises FormatError."""
    if text is None:
        return None
    found = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", text.strip())
    if found is None:
        raise FormatError(f"--size={text}: wanted width and height, such as 1280x720")
    return Size(height=int(found[2]), width=int(found[1]))
