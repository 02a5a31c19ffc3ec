"""Asks the model what a person's words mean, and says what is written about it."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool

from masklet.masks import rle
from masklet.masks.rle import Rle
from masklet.stream.state import Entry
from masklet.studio.session.follower import Follower
from masklet.studio.session.live import Thing
from masklet.studio.session.shown import Shown
from masklet.studio.store.edits import Introduced, Prompted
from masklet.studio.store.log import StoredAnswer
from masklet.studio.wire.messages import Say


class Spoken(NamedTuple):
    """A prompt that was answered: the entry of the log, the answer, and the model's own."""

    edit: Prompted
    answer: StoredAnswer
    entry: Entry


def speak(
    follower: Follower,
    ask: Say,
    mask: Bool[np.ndarray, "H W"] | None,
    *,
    number: int,
    introduced: Introduced | None,
) -> Spoken:
    """Say something to the model, whose tracks change.

    Args:
        mask: what it is told beside points and box.
        number: of the object.
        introduced: how it is called where it is new.

    Raises:
        MaskletError: the prompt cannot be used; the tracks are as before.
    """
    video = follower.video
    result = video.prompt(
        frame=ask.frame,
        object=number,
        points=ask.points,
        labels=ask.labels,
        box=ask.box,
        mask=mask,
        replace=ask.replace,
    )
    entry = video.stored(ask.frame, number)
    assert entry is not None
    edit = Prompted(
        object=number,
        introduced=introduced,
        frame=ask.frame,
        points=ask.points,
        labels=ask.labels,
        box=ask.box,
        mask=mask is not None,
        replace=ask.replace,
        score=float(entry.score),
        presence=float(entry.presence),
    )
    given = None if mask is None else rle.encode(mask).counts
    only_mask = not ask.points and ask.box is None
    counts = given if given is not None and only_mask else rle.encode(result.masks[0]).counts
    return Spoken(edit, stored(follower, edit, entry, counts=counts, given=given), entry)


def stored(
    follower: Follower, edit: Prompted, entry: Entry, *, counts: str, given: str | None
) -> StoredAnswer:
    """The model's answer as it is kept."""
    return StoredAnswer(
        object=edit.object,
        frame=edit.frame,
        counts=counts,
        score=edit.score,
        presence=edit.presence,
        given=given,
        model=follower.model,
        entry=follower.video.layout.pack(entry),
    )


def mask_unknown_to_model(
    follower: Follower, shown: Shown, thing: Thing, frame: int
) -> Bool[np.ndarray, "H W"] | None:
    """The mask that a click corrects where the model has no record of it, so must be told.

    That is on imported frames, on those that another model tracked, and where records were lost.
    """
    if follower.video.stored(frame, thing.number) is not None:
        return None
    known = shown.answers(frame).answers
    answer = next((answer for answer in known if answer.object == thing.number), None)
    if answer is None or answer.presence <= 0:
        return None
    return rle.decode(Rle(follower.video.size, answer.counts))
