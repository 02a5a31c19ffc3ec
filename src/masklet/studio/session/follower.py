"""The model's side of a project: its tracks made out of the log, prompts, and passes."""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from masklet.masks import rle
from masklet.media.sources import FrameSource
from masklet.predict.checks import Scale, check_said
from masklet.predict.model import Model
from masklet.predict.track import Track
from masklet.predict.video import Video
from masklet.stream.prompts import Said
from masklet.stream.state import Bank, Entry
from masklet.studio.session.layers import Layer, View, Views
from masklet.studio.session.live import Run, Scene, Speech, Thing
from masklet.studio.store.database import Database
from masklet.studio.store.log import answer_to
from masklet.studio.store.masks import strips_of
from masklet.studio.store.tracker import Tracker
from masklet.values import Size

FEATURES = 4
ENTRIES_KEPT = 64


class Key(NamedTuple):
    """An answer to a prompt: the entry of the log that brought it, and its object."""

    seq: int
    object: int


class Follower:
    """A video session of the model whose state follows the log.

    Attributes:
        model: what tells records and answers of this model from those of others.
        layers: passes by number, as far as they were needed.
    """

    def __init__(
        self, model: Model, source: FrameSource, *, database: Database, folder: Path
    ) -> None:
        config = model.config
        self.model = f"{config.name}/{config.image_size}"
        self.video = Video(model.runtime, source, features=FEATURES)
        self.layers: Mapping[int, Layer] = {}
        self._device = model.runtime.device
        self._scale = Scale(self.video.size, model.runtime.side)
        self._database = database
        layout = self.video.layout
        self.tracker = Tracker(folder, layout.numbers * 4)
        self._views = Views(self.tracker, layout)
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._adopted: dict[Key, Entry] = {}

    @property
    def size(self) -> Size:
        """Of the video's frames."""
        return self.video.size

    def take_up(self, scene: Scene) -> None:
        """Go on from a scene of the log, from whatever came before."""
        self.load_layers(scene)
        self.video.tracks = tuple(self._track(thing) for thing in scene.things)

    def load_layers(self, scene: Scene) -> None:
        """Have every pass of a scene in memory."""
        new = {run.id: self._layer(run) for run in scene.runs if run.id not in self.layers}
        self.layers = {**self.layers, **new}

    def adopt(self, scene: Scene) -> None:
        """Show the model the masks of prompts that another model answered.

        Raises:
            MediaError: a frame cannot be read; nothing has changed.
        """
        before = self.video.tracks
        foreign = [
            (key, frame)
            for thing in scene.things
            for frame, key in _keys(thing)
            if self._entry(key) is None
        ]
        if not foreign:
            return
        try:
            for key, frame in foreign:
                counts = answer_to(self._database, key.seq, key.object).counts
                mask = rle.decode(rle.Rle(self.size, counts))
                self._adopted[key] = self.given(key.object, frame, mask)
        finally:
            self.video.tracks = before
        self.take_up(scene)

    def given(self, number: int, frame: int, mask: np.ndarray) -> Entry:
        """The model's answer to a mask."""
        self.video.prompt(frame=frame, object=number, mask=mask, replace=True)
        entry = self.video.stored(frame, number)
        assert entry is not None
        return entry

    def add(self, number: int) -> None:
        """Take a new object up."""
        self.video.tracks = (*self.video.tracks, self._track(Thing(number=number)))

    def remember(self, key: Key, entry: Entry) -> None:
        """Hold an answer ready for an undo that brings it back."""
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > ENTRIES_KEPT:
            self._entries.popitem(last=False)

    def is_prompted(self, number: int, frame: int) -> bool:
        """Whether a person spoke about an object on a frame."""
        return any(track.id == number and frame in track.prompted for track in self.video.tracks)

    def put_layer(self, layer: Layer) -> None:
        """Begin a pass over its objects."""
        self.layers = {**self.layers, layer.id: layer}
        self.video.tracks = tuple(self._over(track, layer) for track in self.video.tracks)

    def entry_bytes(self, entry: Entry) -> bytes:
        """An answer as it is kept."""
        return self.video.layout.pack(entry)

    def close(self) -> None:
        """Free the video and the files."""
        self.video.close()
        self.tracker.close()

    def _over(self, track: Track, layer: Layer) -> Track:
        if track.id not in layer.strips:
            return track
        assert isinstance(track.records, View)
        return Track(
            id=track.id, records=track.records.over(layer), bank=track.bank, said=track.said
        )

    def _layer(self, run: Run) -> Layer:
        strips = strips_of(self._database, run.id)
        recorded = min((strip.recorded for strip in strips), default=0)
        held = self.tracker.records(run.id) // max(len(strips), 1)
        frames = abs(run.stop - run.start) + 1
        return Layer(
            id=run.id,
            start=run.start,
            stop=run.stop,
            reverse=run.reverse,
            strips={strip.object: bytearray(strip.bytes) for strip in strips},
            recorded=min(recorded, held, frames) if run.model == self.model else 0,
        )

    def _track(self, thing: Thing) -> Track:
        layers = tuple(self.layers[number] for number in thing.passes)
        return Track(
            id=thing.number,
            records=View(thing.number, layers, self._views),
            bank=Bank(
                prompted=self._entries_of(thing.number, thing.prompted),
                pending=self._entries_of(thing.number, thing.pending),
            ),
            said={frame: self._said(speech) for frame, speech in thing.said.items()},
        )

    def _said(self, speech: Speech) -> Said:
        return check_said(speech.points, speech.labels, speech.box, self._scale)

    def _entries_of(self, number: int, seqs: Mapping[int, int]) -> Mapping[int, Entry]:
        found = {frame: self._entry(Key(seq, number)) for frame, seq in seqs.items()}
        return {frame: entry for frame, entry in found.items() if entry is not None}

    def _entry(self, key: Key) -> Entry | None:
        """The model's answer of an entry of the log; None where another model gave it."""
        held = self._adopted.get(key) or self._entries.get(key)
        if held is not None:
            return held
        stored = answer_to(self._database, key.seq, key.object)
        if stored.model != self.model:
            return None
        entry = self._views.layout.unpack(stored.entry, self._device)
        self.remember(key, entry)
        return entry


def _keys(thing: Thing) -> list[tuple[int, Key]]:
    """Every answer that the model should have of an object, with its frame."""
    both = (*thing.prompted.items(), *thing.pending.items())
    return [(frame, Key(seq, thing.number)) for frame, seq in both]
