"""Runs the streaming core over a video's frames for the objects of a session."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from masklet.errors import MediaError
from masklet.media.sources import FrameSource
from masklet.model.image_encoder import ImageFeatures
from masklet.predict.asking import remembered
from masklet.predict.records import Layout, Records
from masklet.predict.runtime import Runtime
from masklet.predict.track import Track
from masklet.stream.gather import Reading
from masklet.stream.plan import Clock, Plan
from masklet.stream.state import Entry
from masklet.stream.step import track as track_rows

FEATURES_KEPT = 2


class Advanced(NamedTuple):
    """Tracks after a frame, and the answers of that frame by row of the tracks."""

    tracks: tuple[Track, ...]
    answers: Mapping[int, Entry]


class Engine:
    """A network, a source of frames, and the features of the last frames asked for.

    Args:
        features: of how many frames they are kept.
    """

    def __init__(
        self, runtime: Runtime, source: FrameSource, *, features: int = FEATURES_KEPT
    ) -> None:
        self.runtime = runtime
        self.source = source
        self._most = features
        self._features: dict[int, ImageFeatures] = {}

    @property
    def layout(self) -> Layout:
        """Sizes of what is kept of an answer."""
        return Layout(side=self.runtime.side // 4, channels=self.runtime.config.dim)

    def new_records(self) -> Records:
        """An empty file for one object's answers. Raises MediaError if none can be made."""
        return Records(len(self.source), self.layout)

    def encode(self, frame: int) -> ImageFeatures:
        """A frame's features, computed once while the frame is among the last few asked for."""
        if frame in self._features:
            self.keep(frame, self._features[frame])
        else:
            picture = self.source[frame]
            if picture.shape[:2] != tuple(self.source.size):
                raise MediaError(f"frame {frame} has size {picture.shape[:2]}, not that of frame 0")
            self.keep(frame, self.runtime.encode(np.asarray(picture)))
        return self._features[frame]

    def read(self, track: Track, plan: Plan) -> Reading:
        """Everything a plan reads; a memory no longer held is encoded again from its record."""
        entries: dict[int, Entry] = {}
        for frame, _ in plan.pointers:
            entries[frame] = self._held(track, frame)
        for frame, _ in plan.memories:
            entry = self._held(track, frame)
            if entry.memory is None:
                entry = remembered(self.runtime, self.encode(frame), entry, binary=False)
            entries[frame] = entry
        return Reading(plan, entries)

    def keep(self, frame: int, features: ImageFeatures) -> None:
        """Count a frame's features as those asked for last."""
        self._features.pop(frame, None)
        while len(self._features) >= self._most:
            del self._features[next(iter(self._features))]
        self._features[frame] = features

    def has_features(self, frame: int) -> bool:
        """Whether a frame need not be encoded."""
        return frame in self._features

    def forgotten(self, track: Track, plan: Plan) -> list[int]:
        """The frames of a plan whose memories are no longer held."""
        held = {**track.bank.recent, **track.bank.prompted}
        return [t for t, _ in plan.memories if t not in held or held[t].memory is None]

    def remember(self, track: Track, frame: int, earlier: int) -> Track:
        """Hold the memory of an earlier frame again, for prompts on ``frame``."""
        bank, prompted = track.bank, earlier in track.bank.prompted
        entry = self._held(track, earlier)
        entry = remembered(self.runtime, self.encode(earlier), entry, binary=prompted)
        if prompted:
            bank = replace(bank, prompted={**bank.prompted, earlier: entry})
        else:
            bank = bank.with_held(frame, {earlier: entry})
        return replace(track, bank=bank)

    def recalled(self, track: Track) -> Track:
        """With the memory of every prompted frame, where a session was taken up again."""
        forgotten = [t for t, entry in track.bank.prompted.items() if entry.memory is None]
        bank = track.bank
        for frame in forgotten:
            entry = bank.prompted[frame]
            written = remembered(self.runtime, self.encode(frame), entry, binary=True)
            bank = replace(bank, prompted={**bank.prompted, frame: written})
        return replace(track, bank=bank) if forgotten else track

    def commit(self, track: Track) -> Track:
        """Make the object's pending prompts part of its memory."""
        track = self.recalled(track)
        bank = track.bank
        for frame, entry in track.bank.pending.items():
            written = remembered(self.runtime, self.encode(frame), entry, binary=True)
            bank = bank.with_prompted(frame, written)
        return replace(track, bank=bank)

    def advance(self, tracks: Sequence[Track], frame: int, clock: Clock) -> Advanced:
        """Track every prompted object onto a frame; the answers are kept before this returns."""
        tracks = [self.commit(track) for track in tracks]
        answers = {r: e for r, track in enumerate(tracks) if (e := track.stored(frame)) is not None}
        rows = [r for r, track in enumerate(tracks) if track.bank.prompted and r not in answers]
        if rows:
            readings = [self.read(tracks[r], tracks[r].plan(frame, clock)) for r in rows]
            features = self.encode(frame)
            with self.runtime.inference():
                entries = track_rows(self.runtime.model, features, readings)
            for row, entry in zip(rows, entries, strict=True):
                answers[row] = entry
                tracks[row].records.write(frame, entry)
                bank = tracks[row].bank.with_recent(frame, entry)
                tracks[row] = replace(tracks[row], bank=bank)
        for row in answers:
            tracks[row].records.visit(frame, reverse=clock.reverse)
        return Advanced(tuple(tracks), dict(sorted(answers.items())))

    def _held(self, track: Track, frame: int) -> Entry:
        bank = track.bank
        entry = bank.prompted.get(frame, bank.recent.get(frame))
        return track.records.read(frame, self.runtime.device) if entry is None else entry
