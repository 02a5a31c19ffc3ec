"""What is shown of a project: masks, strips and shapes out of a scene, computing nothing anew."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import UInt8

from masklet.studio.session.layers import PROMPTED, UNKNOWN, Layer
from masklet.studio.session.live import Live, Thing
from masklet.studio.store.database import Database
from masklet.studio.store.log import counts_of
from masklet.studio.store.masks import Mask, masks_on
from masklet.studio.wire.frames import Answer, FrameAnswers, strip_byte


@dataclass(frozen=True, eq=False, kw_only=True)
class Shown:
    """A state of a project, and its passes; can be read while the session goes on.

    Attributes:
        layers: passes of the scene, by number.
    """

    live: Live
    layers: Mapping[int, Layer]
    database: Database

    def frozen(self, layer: Layer | None) -> "Shown":
        """With a copy of a pass that is going on."""
        if layer is None:
            return self
        return replace(self, layers={**self.layers, layer.id: layer.copy()})

    def answers(self, frame: int) -> FrameAnswers:
        """What is known of a frame: what a person made of it, or the last pass."""
        things = self.live.scene.things
        found = {t.number: self._prompted(t, frame) for t in things if frame in t.said}
        wanted: defaultdict[int, list[int]] = defaultdict(list)
        for thing in things:
            layer = None if thing.number in found else self.layer_at(thing, frame)
            if layer is not None:
                wanted[layer.id].append(thing.number)
        for number, tracked in wanted.items():
            for mask in masks_on(self.database, number, frame, tracked).values():
                found[mask.object] = _tracked(mask)
        known = tuple(found[thing.number] for thing in things if thing.number in found)
        return FrameAnswers(frame, known)

    def _prompted(self, thing: Thing, frame: int) -> Answer:
        speech = thing.said[frame]
        counts = counts_of(self.database, speech.answer, thing.number)
        return Answer(thing.number, counts, speech.score, speech.presence, True)

    def layer_at(self, thing: Thing, frame: int) -> Layer | None:
        """The newest pass that answered about an object on a frame."""
        passes = (self.layers[number] for number in reversed(thing.passes))
        tracked = (
            layer for layer in passes if layer.byte(thing.number, frame) not in (UNKNOWN, PROMPTED)
        )
        return next(tracked, None)

    def strip(self, thing: Thing, frames: range) -> UInt8[np.ndarray, "F"]:
        """A byte a frame of an object, one after the other."""
        strip = np.zeros(len(frames), dtype=np.uint8)
        for number in thing.passes:
            place, new = self.layers[number].part(thing.number, frames)
            np.copyto(strip[place], new, where=(new != UNKNOWN) & (new != PROMPTED))
        for frame, speech in thing.said.items():
            if frame in frames:
                answer = Answer(thing.number, "", speech.score, speech.presence, True)
                strip[frame - frames.start] = strip_byte(answer)
        return strip


def _tracked(mask: Mask) -> Answer:
    assert mask.counts is not None
    return Answer(mask.object, mask.counts, mask.score, mask.presence, False)
