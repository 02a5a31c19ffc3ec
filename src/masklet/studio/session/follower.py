"""The model's side of a project: its tracks made out of the log, prompts, and passes."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool

from masklet.masks import rle
from masklet.media.sources import FrameSource
from masklet.predict.checks import Scale, check_said
from masklet.predict.model import Model
from masklet.predict.track import Track
from masklet.predict.video import Video
from masklet.stream.state import Bank, Entry
from masklet.studio.session.layers import Layer, View, Views
from masklet.studio.session.live import Run, Scene, Thing
from masklet.studio.store.database import Database
from masklet.studio.store.log import answer_to
from masklet.studio.store.masks import strips_of
from masklet.studio.store.tracker import Tracker

FEATURES = 4
ENTRIES_KEPT = 64


class Key(NamedTuple):
    """An answer to a prompt: the entry of the log that brought it, and its object."""

    seq: int
    object: int


class First(NamedTuple):
    """The first frame on which an object is seen, and its mask there."""

    frame: int
    mask: Bool[np.ndarray, "H W"]


class Follower:
    """A video session of the model whose tracks follow the scene of the log.

    Attributes:
        model: what tells records and answers of this model from those of others.
        layers: passes by number, as far as they were needed.
        tracker: the model's records on disk.
    """

    def __init__(
        self, model: Model, source: FrameSource, *, database: Database, folder: Path
    ) -> None:
        self.model = f"{model.config.name}/{model.config.image_size}"
        self.video = Video(model.runtime, source, features=FEATURES)
        self.layers: Mapping[int, Layer] = {}
        self.tracker = Tracker(folder, self.video.layout.numbers * 4)
        self._device = model.runtime.device
        self._scale = Scale(self.video.size, model.runtime.side)
        self._database = database
        self._views = Views(self.tracker, self.video.layout)
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._adopted: dict[Key, Entry] = {}

    def tracks_of(self, scene: Scene, before: Scene) -> tuple[Track, ...]:
        """The tracks of a scene, its passes loaded; objects as in the scene before stay.

        Raises:
            ProjectError: what they are made of cannot be read.
        """
        new = {run.id: self._layer(run) for run in scene.runs if run.id not in self.layers}
        self.layers = {**self.layers, **new}
        tracks = {track.id: track for track in self.video.tracks}
        held: dict[Key, Entry] = {}
        for thing in before.things:
            if scene.find(thing.number) is not thing:
                held.update(_entries_in(thing, tracks[thing.number]))
        for key, entry in held.items():
            self.remember(key, entry)
        return tuple(
            tracks[thing.number] if before.find(thing.number) is thing else self._track(thing, held)
            for thing in scene.things
        )

    def adopt(self, scene: Scene) -> None:
        """Show the model the masks of prompts that another model answered.

        Raises:
            MediaError: a frame cannot be read; nothing has changed.
        """
        foreign = [
            (thing, frame, Key(seq, thing.number))
            for thing, track in zip(scene.things, self.video.tracks, strict=True)
            for seqs, held in (
                (thing.prompted, track.bank.prompted),
                (thing.pending, track.bank.pending),
            )
            for frame, seq in seqs.items()
            if frame not in held
        ]
        if not foreign:
            return
        before = self.video.tracks
        try:
            for thing, frame, key in foreign:
                counts = answer_to(self._database, *key).counts
                mask = rle.decode(rle.Rle(self.video.size, counts))
                self._adopted[key] = self.shown_to(thing.number, frame, mask)
        finally:
            self.video.tracks = before
        self.video.tracks = tuple(self._track(thing, {}) for thing in scene.things)

    def welcome(self, thing: Thing) -> None:
        """Take up an object about which nothing is said yet."""
        self.video.tracks = (*self.video.tracks, self._track(thing, {}))

    def shown_to(self, number: int, frame: int, mask: Bool[np.ndarray, "H W"]) -> Entry:
        """The model's answer to a mask, which it is told as a prompt."""
        self.video.prompt(frame=frame, object=number, mask=mask, replace=True)
        entry = self.video.stored(frame, number)
        assert entry is not None
        return entry

    def bring(
        self, layer: Layer | None, firsts: Mapping[int, First], numbers: Collection[int]
    ) -> dict[int, Entry]:
        """Take up objects of an import; gives the model's answers to their masks."""
        before = self.video.tracks
        entries = {
            number: self.shown_to(number, first.frame, first.mask)
            for number, first in firsts.items()
        }
        layers = () if layer is None else (layer,)
        known = {track.id: track for track in self.video.tracks}
        views = {number: View(number, layers, self._views) for number in numbers}
        new = tuple(
            replace(known[number], records=view)
            if number in known
            else Track(id=number, records=view)
            for number, view in views.items()
        )
        if layer is not None:
            self.layers = {**self.layers, layer.id: layer}
        self.video.tracks = (*before, *new)
        return entries

    def remember(self, key: Key, entry: Entry) -> None:
        """Hold an answer ready, for an undo that brings it back."""
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > ENTRIES_KEPT:
            self._entries.popitem(last=False)

    def is_prompted(self, number: int, frame: int) -> bool:
        """Whether a person spoke about an object on a frame."""
        return any(track.id == number and frame in track.prompted for track in self.video.tracks)

    def put(self, layer: Layer) -> None:
        """Begin a pass over its objects."""
        self.layers = {**self.layers, layer.id: layer}
        self.video.tracks = tuple(_under(track, layer) for track in self.video.tracks)

    def keep_only(self, passes: Collection[int]) -> None:
        """Forget all other passes, and delete their records."""
        self.layers = {number: layer for number, layer in self.layers.items() if number in passes}
        self.tracker.keep_only(passes)

    def close(self) -> None:
        """Free the video and the files."""
        self.video.close()
        self.tracker.close()

    def _layer(self, run: Run) -> Layer:
        strips = strips_of(self._database, run.id)
        trusted = min((strip.recorded for strip in strips), default=0)
        held = self.tracker.records(run.id) // max(len(strips), 1)
        return Layer(
            id=run.id,
            start=run.start,
            reverse=run.reverse,
            strips={strip.object: bytearray(strip.bytes) for strip in strips},
            recorded=min(trusted, held) if run.model == self.model else 0,
        )

    def _track(self, thing: Thing, held: Mapping[Key, Entry]) -> Track:
        """An object's track; answers that are not ``held`` come from memory or disk."""
        said = {
            frame: check_said(speech.points, speech.labels, speech.box, self._scale)
            for frame, speech in thing.said.items()
        }
        bank = Bank(
            prompted=self._entries_of(thing.number, thing.prompted, held),
            pending=self._entries_of(thing.number, thing.pending, held),
        )
        layers = tuple(self.layers[number] for number in thing.passes)
        view = View(thing.number, layers, self._views)
        return Track(id=thing.number, records=view, bank=bank, said=said)

    def _entries_of(
        self, number: int, seqs: Mapping[int, int], held: Mapping[Key, Entry]
    ) -> Mapping[int, Entry]:
        keys = {frame: Key(seq, number) for frame, seq in seqs.items()}
        found = {frame: held.get(key) or self._entry(key) for frame, key in keys.items()}
        return {frame: entry for frame, entry in found.items() if entry is not None}

    def _entry(self, key: Key) -> Entry | None:
        """The model's answer of an entry of the log; None where another model gave it."""
        known = self._entries.get(key) or self._adopted.get(key)
        if known is not None:
            return known
        stored = answer_to(self._database, *key)
        if stored.model != self.model:
            return None
        entry = self.video.layout.unpack(stored.entry, self._device)
        self.remember(key, entry)
        return entry


def _entries_in(thing: Thing, track: Track) -> dict[Key, Entry]:
    """The answers that a track holds, with their memories."""
    both = ((thing.prompted, track.bank.prompted), (thing.pending, track.bank.pending))
    return {
        Key(seqs[frame], thing.number): held[frame]
        for seqs, held in both
        for frame in seqs.keys() & held.keys()
    }


def _under(track: Track, layer: Layer) -> Track:
    """A track whose records lie under those of a new pass, if it takes part in it."""
    if track.id not in layer.strips:
        return track
    assert isinstance(track.records, View)
    return replace(track, records=track.records.over(layer))
