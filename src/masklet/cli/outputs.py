"""Everything that one run writes, kept open together and closed whole."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated

import tyro

from masklet.cli.options import Files
from masklet.cli.progress import tell_note
from masklet.cli.sheet import Sheet
from masklet.values import FrameResult, Picture, Prompt, Size

if TYPE_CHECKING:
    from masklet.media.timing import Times


@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """Where results go: any number of outputs, each of the kind that its name says."""

    output: Files = ()
    """out.mp4: the masks over the pictures. out.mov, out.webm: cut out, with alpha. out.masks.mkv:
    a lossless mask video. out.coco.json, out.sav.json, out.vis.json (YouTube-VIS), out.jsonl: run
    lengths. A folder: palette pictures; out.objects/: such a folder an object; out.cutouts/: PNGs
    with alpha; out.yolo/: polygons and pictures for YOLO. Can be given several times."""
    contact_sheet: Annotated[Path | None, tyro.conf.arg(metavar="FILE")] = None
    """A PNG of twelve frames with their masks."""


OutputFlags = Annotated[OutputOptions, tyro.conf.arg(name="")]


class Outputs:
    """The writers of one run; leaving the block, by an error too, leaves valid files.

    Args:
        options: what was asked for.
        default: the output where none was.
        size: height and width of the frames.
        fps: frames a second, where known.
        total: how many frames will be written, where known.
        times: seconds at which each frame of the source is shown, where they are uneven.
        json_lines: tell notes as JSON lines.

    Raises:
        MediaError, FormatError: an output that cannot be written; nothing is left of the others.
    """

    def __init__(
        self,
        options: OutputOptions,
        *,
        default: str | None,
        size: Size,
        fps: float | None,
        total: int | None,
        times: "Times | None" = None,
        json_lines: bool = False,
    ) -> None:
        from masklet.formats.writer import open_writer

        asked = options.output or (() if default is None else (default,))
        self.paths = [*asked]
        self._json_lines = json_lines
        self._sheet: Sheet | None = None
        with ExitStack() as stack:
            self._writers = [
                stack.enter_context(open_writer(path, size=size, fps=fps, times=times))
                for path in asked
            ]
            if options.contact_sheet is not None:
                sheet = Sheet(options.contact_sheet, fps=fps, total=total)
                self._sheet = stack.enter_context(closing(sheet))
                self.paths.append(str(options.contact_sheet))
            self._open = stack.pop_all()

    def add(self, result: FrameResult, picture: Picture, prompts: Sequence[Prompt] = ()) -> None:
        """Write one frame everywhere; the contact sheet also shows its prompts."""
        for writer in self._writers:
            writer.add(result, picture)
        if self._sheet is not None:
            self._sheet.add(picture, result, prompts)

    def __enter__(self) -> "Outputs":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.__exit__(kind, error, trace)
        for path, writer in zip(self.paths, self._writers, strict=False):
            if writer.note is not None:
                tell_note(f"{path}: {writer.note}", json_lines=self._json_lines)
