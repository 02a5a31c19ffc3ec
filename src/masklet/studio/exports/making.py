"""Making the file of an export in a folder of its own, frame by frame, until told to stop."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from masklet.draw.effects import Effect, usual
from masklet.errors import PromptError
from masklet.formats.lines import SpooledWriter
from masklet.formats.pictured import CutoutFolderWriter, CutoutWriter, OverlayWriter
from masklet.formats.provenance import Origin, credentials_path, note_of, write_credentials
from masklet.formats.rendered import EffectsWriter
from masklet.formats.track import FrameLine
from masklet.formats.writer import ResultWriter, open_writer
from masklet.media.pictures import read_picture, write_picture
from masklet.media.sources import FrameSource, open_source
from masklet.media.timing import Times, uneven_times
from masklet.studio.exports.asking import container_of, effects_of
from masklet.studio.exports.frames import Frames, only
from masklet.studio.exports.names import file_name, plain
from masklet.studio.exports.packing import pack_folder
from masklet.studio.exports.spec import FORMS, ExportAsk, Form
from masklet.values import Picture

Drawn = OverlayWriter | CutoutWriter | CutoutFolderWriter
Tick = Callable[[], None]


@dataclass(frozen=True, eq=False, kw_only=True)
class Task:
    """An export to be made.

    Attributes:
        ask: what of; it has been checked.
        frames: the chosen ones.
        video: the project's, and ``title`` the name under which it came.
        folder: an empty one, for what is made.
        stem: the beginning of the file's name.
        picture: where a picture that effects name lies, by its id.
    """

    ask: ExportAsk
    frames: Frames
    video: Path
    title: str
    folder: Path
    stem: str
    picture: Callable[[str], Path]

    @property
    def form(self) -> Form:
        """What the kind is."""
        return FORMS[self.ask.kind]

    @property
    def name(self) -> str:
        """Of the finished file."""
        return file_name(self.stem, self.ask, container=container_of(self.ask))


@dataclass(frozen=True, kw_only=True)
class Made:
    """A finished file, the record beside it if there is one, and what a person should know."""

    path: Path
    record: Path | None
    note: str | None


class _Part(NamedTuple):
    """One writer, its file or folder, and the object it is about, None for all of them."""

    writer: ResultWriter
    path: Path
    name: str | None


def steps_of(ask: ExportAsk, frames: Frames) -> int:
    """How often ``tick`` is called for a whole export."""
    files = len(frames.names) if ask.options.per_object else 1
    return len(frames.span) * (1 + files * FORMS[ask.kind].passes)


def make(task: Task, tick: Tick) -> Made:
    """Make it; ``tick`` is called at each step and may raise to end it.

    Raises:
        PromptError: there are no masks on these frames.
        MaskletError: the video cannot be read, or the file cannot be written.
    """
    packed = task.name.endswith(".zip")
    place = task.folder / "files" if packed else task.folder
    place.mkdir(exist_ok=True)
    with ExitStack() as stack:
        source = _source(task, stack)
        parts = _parts(task, place, source, stack)
        _add_all(task, parts, source, place, tick)
    records = [_record(task, part.path) for part in parts]
    notes = [part.writer.note for part in parts if part.writer.note is not None]
    note = notes[0] if notes else None
    if packed:
        pack_folder(place, task.folder / task.name, tick=tick)
        return Made(path=task.folder / task.name, record=None, note=note)
    return Made(path=parts[0].path, record=records[0], note=note)


def _source(task: Task, stack: ExitStack) -> FrameSource | None:
    """The video, where its pictures or its timing are needed."""
    if not (task.form.drawn or task.form.timed or task.ask.options.pictures):
        return None
    return stack.enter_context(closing(open_source(task.video)))


def _parts(task: Task, place: Path, source: FrameSource | None, stack: ExitStack) -> list[_Part]:
    """One writer, or one an object, all of them open."""
    timed = source is not None and task.form.timed and task.ask.options.fps is None
    times = uneven_times(source) if timed and source is not None else None
    if task.ask.kind == "effects":
        path = place if task.name.endswith(".zip") else place / task.name
        return [_Part(stack.enter_context(_effects_writer(task, path, times)), path, None)]
    names = [*task.frames.names.values()] if task.ask.options.per_object else [None]
    parts = []
    for number, name in enumerate(names, start=1):
        path = _path(task, place, None if name is None else f"{number:02d}-{plain(name, 'object')}")
        writer = open_writer(
            path,
            size=task.frames.size,
            fps=task.ask.options.fps or task.frames.fps,
            kind=task.form.writer,
            times=times,
            colours=task.frames.colours,
        )
        parts.append(_Part(stack.enter_context(writer), path, name))
        if isinstance(writer, Drawn) and task.ask.options.credentials:
            writer.annotate("comment", note_of(_shown_as(task)))
    return parts


def _path(task: Task, place: Path, name: str | None) -> Path:
    """Where a writer writes: a folder's files lie in the zip without a folder round them."""
    if name is not None:
        return place / name if task.form.folder else place / f"{name}{task.form.ending}"
    return place if task.form.folder else place / f"{task.stem}{task.form.ending}"


def _effects_writer(task: Task, path: Path, times: Times | None) -> EffectsWriter:
    effects = effects_of(task.ask, task.frames)
    names = {effect.picture for effect in effects if effect.picture is not None}
    return EffectsWriter(
        path,
        effects=effects,
        size=task.frames.size,
        fps=task.ask.options.fps or task.frames.fps,
        times=times,
        pictures={name: read_picture(task.picture(name)) for name in names},
        origin=_origin(task) if task.ask.options.credentials else None,
    )


def _add_all(
    task: Task, parts: Sequence[_Part], source: FrameSource | None, place: Path, tick: Tick
) -> None:
    """Frame by frame; frames of which nothing is known are in drawn videos only."""
    for part in parts:
        if isinstance(part.writer, SpooledWriter):
            part.writer.each = tick
    added = 0
    for frame in task.frames.span:
        tick()
        line = task.frames.line(frame)
        if line is None and not task.form.drawn:
            continue
        added += line is not None
        pictured = source is not None and (task.form.drawn or task.ask.options.pictures)
        picture = source[frame] if source is not None and pictured else None
        _add(task, parts, frame, line, picture)
        if task.ask.options.pictures and task.ask.kind != "yolo" and picture is not None:
            write_picture(place / "images" / f"{frame:05d}.jpg", picture)
    if not added:
        raise PromptError("there are no masks on these frames: track the objects first")


def _add(
    task: Task,
    parts: Sequence[_Part],
    frame: int,
    line: FrameLine | None,
    picture: Picture | None,
) -> None:
    """One frame to every writer: codes as they are, where a writer takes them."""
    result = None
    for part in parts:
        if isinstance(part.writer, SpooledWriter) and line is not None:
            part.writer.add_line(line if part.name is None else _line_of(line, part.name))
            continue
        result = task.frames.result(frame) if result is None else result
        part.writer.add(result if part.name is None else only(result, part.name), picture)


def _line_of(line: FrameLine, name: str) -> FrameLine:
    """A line with one object alone, with none where it is not in it."""
    rows = [row for row, key in enumerate(line.objects) if key == name]
    return FrameLine(
        index=line.index,
        objects=tuple(line.objects[row] for row in rows),
        codes=tuple(line.codes[row] for row in rows),
        scores=tuple(line.scores[row] for row in rows),
    )


def _record(task: Task, path: Path) -> Path | None:
    """The record beside a finished drawing."""
    if not (task.form.drawn and task.ask.options.credentials):
        return None
    if task.ask.kind != "effects":
        names = tuple(task.frames.names.values())
        write_credentials(path, origin=_origin(task), effects=_shown_as(task), objects=names)
    return credentials_path(path)


def _origin(task: Task) -> Origin:
    return Origin(name=task.title, path=task.video)


def _shown_as(task: Task) -> tuple[Effect, ...]:
    """An overlay or a cut-out as the effect that it is."""
    return (usual("overlay" if task.ask.kind == "overlay" else "cut-out"),)
