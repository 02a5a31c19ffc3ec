"""Makers for tests of the studio: a project about moving pictures, open with the small model."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from small import moving_pictures, small_model

from masklet.media.sources import ArraySequence
from masklet.predict.model import Model
from masklet.studio.session.session import Pass, Session
from masklet.studio.store.project import ProjectStore, VideoFile_
from masklet.studio.wire.frames import FrameAnswers
from masklet.studio.wire.messages import ChangeObject, Clear, Hover, Propagate, Say

FRAMES, HEIGHT, WIDTH = 20, 48, 72
BY = "test"
ROUNDING = 1e-5
Place = tuple[float, float]


def made_store(folder: Path, *, frames: int = FRAMES, model: str = "small") -> ProjectStore:
    """A new project in a folder, open; its video is nowhere but in ``open_session``."""
    video = VideoFile_(
        name="clip.mp4",
        path="media/clip.mp4",
        frames=frames,
        width=WIDTH,
        height=HEIGHT,
        fps=25.0,
        steady=True,
    )
    return ProjectStore.create(folder, name="Clip", video=video, model=model)


def open_session(
    store: ProjectStore, *, model: Model | None = None, frames: int = FRAMES
) -> Session:
    """A session of the small model on moving pictures."""
    source = ArraySequence(moving_pictures(frames, (HEIGHT, WIDTH)))
    return Session(store=store, model=model or small_model(), source=source)


def made_session(folder: Path, *, model: Model | None = None, frames: int = FRAMES) -> Session:
    """A session of a new project."""
    return open_session(made_store(folder, frames=frames), model=model, frames=frames)


def reopened(session: Session, folder: Path, *, model: Model | None = None) -> Session:
    """The project closed and taken up again."""
    frames = session.length
    session.close()
    return open_session(ProjectStore.open(folder), model=model, frames=frames)


def say(
    number: int | None,
    frame: int,
    *points: Place,
    labels: tuple[Literal[0, 1], ...] | None = None,
    box: tuple[float, float, float, float] | None = None,
    mask: str | None = None,
    replace: bool = False,
) -> Say:
    """A prompt; labels are all 1 where none are given."""
    kinds: tuple[Literal[0, 1], ...] = (1,) * len(points) if labels is None else labels
    return Say(
        id=0,
        type="say",
        object=number,
        frame=frame,
        points=points,
        labels=kinds,
        box=box,
        mask=mask,
        replace=replace,
    )


def hover(number: int | None, frame: int, x: float, y: float, *, inside: bool = True) -> Hover:
    """Ask what a click would give."""
    return Hover(id=0, type="hover", object=number, frame=frame, x=x, y=y, inside=inside)


def clear(number: int, frame: int) -> Clear:
    """Forget what was said."""
    return Clear(id=0, type="clear", object=number, frame=frame)


def track(
    start: int | None = None,
    stop: int | None = None,
    *,
    reverse: bool = False,
    both: bool = False,
    objects: tuple[int, ...] | None = None,
) -> Propagate:
    """Track."""
    return Propagate(
        id=0,
        type="propagate",
        start=start,
        stop=stop,
        reverse=reverse,
        both=both,
        objects=objects,
    )


def change(
    number: int, *, name: str | None = None, colour: str | None = None, hidden: bool | None = None
) -> ChangeObject:
    """Another look."""
    return ChangeObject(
        id=0, type="change_object", object=number, name=name, colour=colour, hidden=hidden
    )


def run(passing: Pass, frames: int | None = None) -> list[FrameAnswers]:
    """So many frames of a run, or all of it; it is not ended."""
    done: list[FrameAnswers] = []
    while frames is None or len(done) < frames:
        answers = passing.step()
        if answers is None:
            break
        done.append(answers)
    return done


def everything(session: Session) -> list[FrameAnswers]:
    """What is known of every frame."""
    return [session.answers(frame) for frame in range(session.length)]


def same_answers(left: Sequence[FrameAnswers], right: Sequence[FrameAnswers]) -> bool:
    """The same masks; scores may differ by the rounding of memories encoded in other company."""
    pairs = [
        (a, b)
        for x, y in zip(left, right, strict=True)
        for a, b in zip(x.answers, y.answers, strict=True)
    ]
    return [known.frame for known in left] == [known.frame for known in right] and all(
        a._replace(score=0.0, presence=0.0) == b._replace(score=0.0, presence=0.0)
        and abs(a.score - b.score) < ROUNDING
        and abs(a.presence - b.presence) < ROUNDING
        for a, b in pairs
    )


def crashed(session: Session, folder: Path, *, model: Model | None = None) -> Session:
    """What a machine that stopped now would leave, taken up again: a copy of the folder."""
    copy = folder.with_name(f"{folder.name}-copy")
    shutil.copytree(folder, copy)
    return open_session(ProjectStore.open(copy), model=model, frames=session.length)
