"""What is shown of a project: masks, strips and shapes out of a scene, computing nothing anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import UInt8

from masklet.studio.session.layers import PROMPTED, UNKNOWN, Layer
from masklet.studio.session.live import Live, Thing
from masklet.studio.store.database import Database
from masklet.studio.store.log import counts_of
from masklet.studio.store.masks import mask_at
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
        """What is known of a frame."""
        known = (self.answer(thing, frame) for thing in self.live.scene.things)
        return FrameAnswers(frame, tuple(answer for answer in known if answer is not None))

    def answer(self, thing: Thing, frame: int) -> Answer | None:
        """What is known of one object on a frame: what a person made of it, or the last pass."""
        speech = thing.said.get(frame)
        if speech is not None:
            counts = counts_of(self.database, speech.answer, thing.number)
            return Answer(thing.number, counts, speech.score, speech.presence, True)
        layer = self.layer_at(thing, frame)
        if layer is None:
            return None
        mask = mask_at(self.database, layer.id, frame, thing.number)
        assert mask.counts is not None
        return Answer(thing.number, mask.counts, mask.score, mask.presence, False)

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
