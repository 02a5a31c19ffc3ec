"""The killed half of studio_kill.py: checks what was told before, then edits until it is killed.

Facts are JSON lines on standard output; the parent keeps those that arrived and hands them to the
next child in a file.
"""

import argparse
import importlib
import json
import os
import random
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

from masklet.errors import PromptError
from masklet.media.sources import FrameSource
from masklet.predict.model import Model
from masklet.studio.session.fold import fold
from masklet.studio.session.session import Session
from masklet.studio.session.views import state_view
from masklet.studio.store.database import Database
from masklet.studio.store.log import entries
from masklet.studio.store.masks import masks_on
from masklet.studio.store.project import ProjectStore
from masklet.studio.wire.frames import FrameAnswers
from masklet.studio.wire.messages import ChangeObject, Clear, Propagate, Say
from masklet.studio.wire.views import StateView

BY = "kill test"
MOST_OBJECTS = 4
Fact = dict[str, object]
Opener = Callable[[], tuple[Model, FrameSource]]


def bundled() -> tuple[Model, FrameSource]:
    """The bundled model and clip."""
    import masklet
    from masklet.demo import CLIP
    from masklet.media.sources import open_source

    return masklet.load(), open_source(CLIP)


def tell(**fact: object) -> None:
    """One line, out of this process before anything else is done."""
    os.write(sys.stdout.fileno(), (json.dumps(fact) + "\n").encode())


def brief(state: StateView) -> int:
    """A state as a checksum, but for what the last call changed."""
    plain = state.model_copy(update={"changed": None, "people": 0})
    return zlib.crc32(plain.model_dump_json().encode())


def check(store: ProjectStore, facts: list[Fact]) -> None:
    """See that everything that was told is there. Raises AssertionError, ProjectError."""
    log = tuple(entries(store.database))
    for fact in facts:
        if fact["fact"] == "edit":
            upto = fold(entry for entry in log if entry.seq <= int(str(fact["revision"])))
            assert upto.revision == fact["revision"], f"told of {fact}, the log ends before"
            told, held = fact["state"], brief(state_view(upto, ()))
            assert told in (None, held), f"{fact}: the log says something else"
        else:
            check_frame(store.database, fact)


def check_frame(database: Database, fact: Fact) -> None:
    """See that the masks of a tracked frame are there."""
    number, frame = int(str(fact["pass"])), int(str(fact["frame"]))
    told = fact["counts"]
    assert isinstance(told, dict)
    held = masks_on(database, number, frame, [int(thing) for thing in told])
    for thing, counts in told.items():
        mask = held[int(thing)]
        assert crc(mask.counts or "") == counts, f"{fact}: other masks are on disk"


def crc(text: str) -> int:
    """A text as a checksum."""
    return zlib.crc32(text.encode())


class Editor:
    """Edits a project at random, and tells of every answer."""

    def __init__(self, session: Session, dice: random.Random) -> None:
        self._session, self._dice = session, dice
        self._tracking = False
        say, track = self._say, self._track
        rare = (self._add, self._clear, self._undo, self._redo, self._look, self._remove)
        self._edits = (*rare, say, say, say, track, track)

    def edit(self) -> None:
        """One edit; those that cannot be made now are left out."""
        edit = self._dice.choice(self._edits)
        try:
            edit()
        except (PromptError, IndexError):
            return
        if edit not in (self._track, self._look):
            self._tracking = False
        if edit != self._track:
            self._told()

    def _told(self) -> None:
        """The state goes along, unless frames that are being tracked are in it."""
        state = self._session.state()
        told = None if self._tracking else brief(state)
        tell(fact="edit", revision=state.revision, state=told)

    def _number(self) -> int:
        return self._dice.choice(self._session.state().objects).id

    def _frame(self) -> int:
        return self._dice.randrange(self._session.length)

    def _add(self) -> None:
        if len(self._session.state().objects) >= MOST_OBJECTS:
            raise PromptError("enough")
        self._session.add_object(None, None, by=BY)

    def _say(self) -> None:
        size, dice = self._session.size, self._dice
        point = (dice.uniform(0, size.width), dice.uniform(0, size.height))
        ask = Say(
            id=0,
            type="say",
            object=self._number(),
            frame=self._frame(),
            points=(point,),
            labels=(1 if dice.random() < 0.8 else 0,),
            replace=dice.random() < 0.2,
        )
        self._session.say(ask, by=BY)

    def _clear(self) -> None:
        said = self._dice.choice(self._session.state().prompts)
        ask = Clear(id=0, type="clear", object=said.object, frame=said.frame)
        self._session.clear(ask, by=BY)

    def _undo(self) -> None:
        self._session.undo(by=BY)

    def _redo(self) -> None:
        self._session.redo(by=BY)

    def _look(self) -> None:
        name = f"name {self._dice.randrange(1000)}"
        ask = ChangeObject(id=0, type="change_object", object=self._number(), name=name)
        self._session.change_object(ask, by=BY)

    def _remove(self) -> None:
        if self._dice.random() < 0.6:
            raise PromptError("not now")
        self._session.remove_object(self._number(), by=BY)

    def _track(self) -> None:
        reverse = self._dice.random() < 0.4
        ask = Propagate(id=0, type="propagate", start=self._frame(), reverse=reverse)
        passing = self._session.begin(ask, by=BY)
        self._tracking = False
        self._told()
        for _ in range(self._dice.randrange(8)):
            known = passing.step()
            if known is not None:
                self._told_frame(passing.view.id, known)
        self._tracking = self._dice.random() < 0.3
        if not self._tracking:
            passing.end()
            self._told()

    def _told_frame(self, number: int, known: FrameAnswers) -> None:
        counts = {str(a.object): crc(a.counts) for a in known.answers if not a.prompted}
        objects = {str(view) for view in self._session.state().passes[-1].objects}
        tracked = {thing: code for thing, code in counts.items() if thing in objects}
        tell(fact="frame", **{"pass": number}, frame=known.frame, counts=tracked)


def main() -> None:
    """Check, tell that all is well, and edit until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("facts", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--opener", default="studio_kill_child:bundled")
    parser.add_argument("--edit", action="store_true")
    args = parser.parse_args()
    module, _, name = args.opener.partition(":")
    opener: Opener = getattr(importlib.import_module(module), name)
    facts = [json.loads(line) for line in args.facts.read_text().splitlines()]
    store = ProjectStore.open(args.folder)
    check(store, facts)
    model, source = opener()
    session = Session(store=store, model=model, source=source)
    store.check()
    check(store, facts)
    state = session.state()
    tell(fact="ready", revision=state.revision, objects=len(state.objects))
    editor = Editor(session, random.Random(args.seed))
    while args.edit:
        editor.edit()
    session.close()


if __name__ == "__main__":
    main()
