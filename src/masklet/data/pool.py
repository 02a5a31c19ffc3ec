"""Everything to train from, decoded once into uint8 tensors on one device.

Letters of shapes: N photos, M label maps, S side in pixels, O objects, T frames.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from masklet.data.shards import Record, decode_map, decode_picture, read_shard
from masklet.errors import FormatError

SET_WEIGHTS: Mapping[str, float] = {
    "coco": 4.0,
    "bsds500": 2.0,
    "clothing": 2.0,
    "horses": 2.0,
    "food": 1.0,
    "dogcat": 1.0,
    "facade": 0.7,
    "nuclei": 0.5,
    "bottle": 0.5,
}
PASTED_SETS = frozenset({"coco", "horses", "clothing", "food", "dogcat", "bottle"})


class Objects(NamedTuple):
    """One row a region that can be asked for, rows of a photo side by side.

    Attributes:
        label_map: int64 [O], row of ``Pool.maps_MSS``.
        value: uint8 [O], the object's label in that map.
        photo: int64 [O], row of ``Pool.photos_N3SS``.
        area: float [O], share of the picture.
        box: float [O, 4], x0, y0, x1, y1 as shares of the side.
        pasteable: bool [O], a whole thing that looks right when cut out and pasted elsewhere.
    """

    label_map: Int[Tensor, "O"]
    value: UInt8[Tensor, "O"]
    photo: Int[Tensor, "O"]
    area: Float[Tensor, "O"]
    box: Float[Tensor, "O 4"]
    pasteable: Bool[Tensor, "O"]


class Photos(NamedTuple):
    """Decoded photos.

    Attributes:
        maps: label maps, those of a photo side by side.
        map_photo: the photo that each map is of.
        sources: the set of each photo.
    """

    pictures: UInt8[np.ndarray, "N 3 S S"]
    maps: UInt8[np.ndarray, "M S S"]
    map_photo: Int[np.ndarray, "M"]
    sources: tuple[str, ...]


class Clip(NamedTuple):
    """One real video. ``masks_TSS`` holds palette values, 0 where nothing is labelled."""

    name: str
    frames_T3SS: UInt8[Tensor, "T 3 S S"]
    masks_TSS: UInt8[Tensor, "T S S"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Pool:
    """Photos, their label maps, the objects in them and the real clips.

    Attributes:
        photos_N3SS: RGB, squashed to squares.
        maps_MSS: label maps, 0 where nothing is labelled.
        objects: the table of regions.
        sources: the set of each photo.
        first_object: int64 [N + 1], objects of photo n are first_object[n] : first_object[n + 1].
        photo_chance: float [N], how often a photo is drawn; 0 where it has no object.
        paste_chance: float [O], how often an object is pasted elsewhere; 0 where not pasteable.
        object_climb: float64 [O + 1], running sum of how often each object of a photo is drawn.
        clips: the real videos.
    """

    photos_N3SS: UInt8[Tensor, "N 3 S S"]
    maps_MSS: UInt8[Tensor, "M S S"]
    objects: Objects
    sources: tuple[str, ...]
    first_object: Int[Tensor, "_"]
    photo_chance: Float[Tensor, "N"]
    paste_chance: Float[Tensor, "O"]
    object_climb: Float[Tensor, "_"]
    clips: tuple[Clip, ...]

    @property
    def side(self) -> int:
        """Pixels of a side of every stored picture."""
        return (self.photos_N3SS if len(self.photos_N3SS) else self.clips[0].frames_T3SS).shape[-1]

    @property
    def device(self) -> torch.device:
        """Where the pictures lie and batches are made."""
        return self.photos_N3SS.device


def load_pool(
    source: Path | str | Iterable[Path],
    device: torch.device | str = "cpu",
    *,
    split: str = "train",
    set_weights: Mapping[str, float] = SET_WEIGHTS,
) -> Pool:
    """Decode the shards of one split onto ``device``.

    Args:
        source: the folder that masklet.data.pack wrote to, or the shards themselves.
        device: where everything is held, about 0.4 MB a photo at 320 pixels.
        split: "train", or "val" for the photos and clips kept for choosing.
        set_weights: how often each set of photos is drawn, 1 for a set not named.

    Raises:
        FormatError: there is no shard of that split, or a shard is damaged.
    """
    records = [record for path in _shard_paths(source, split) for record in read_shard(path)]
    photos = [record for record in records if record.kind == "photo"]
    return make_pool(
        Photos(
            pictures=_decode_all([r.pictures[0] for r in photos], decode_picture),
            maps=_decode_all([blob for r in photos for blob in r.maps], decode_map),
            map_photo=np.repeat(np.arange(len(photos)), [len(r.maps) for r in photos]),
            sources=tuple(record.source for record in photos),
        ),
        [clip for r in records if r.kind == "clip" for clip in _load_clips(r)],
        device,
        set_weights=set_weights,
    )


def make_pool(
    photos: Photos,
    clips: Iterable[Clip],
    device: torch.device | str = "cpu",
    *,
    set_weights: Mapping[str, float] = SET_WEIGHTS,
    pasted_sets: Container[str] = PASTED_SETS,
) -> Pool:
    """A pool of what is decoded already.

    Args:
        set_weights: how often each set of photos is drawn, 1 for a set not named.
        pasted_sets: those whose objects look right when pasted elsewhere.
    """
    objects = find_objects(photos, pasted_sets)
    first = np.searchsorted(objects.photo.numpy(), np.arange(len(photos.sources) + 1))
    climb = np.concatenate([[0.0], np.cumsum(object_weights(objects, len(photos.maps)))])
    chance = photo_chances(photos.sources, np.diff(first), set_weights)
    return Pool(
        photos_N3SS=torch.from_numpy(photos.pictures).to(device),
        maps_MSS=torch.from_numpy(photos.maps).to(device),
        objects=Objects(*(column.to(device) for column in objects)),
        sources=photos.sources,
        first_object=torch.from_numpy(first).to(device),
        photo_chance=chance.to(device),
        paste_chance=paste_chances(objects, chance).to(device),
        object_climb=torch.from_numpy(climb).to(device),
        clips=_moved(clips, device),
    )


def photo_chances(
    sources: tuple[str, ...], counts: np.ndarray, set_weights: Mapping[str, float]
) -> Float[Tensor, "N"]:
    """A set's weight shared equally by its photos that have an object; sums to 1."""
    chances = np.zeros(len(sources))
    names = np.array(sources)
    for name in set(sources):
        usable = (names == name) & (counts > 0)
        chances[usable] = set_weights.get(name, 1.0) / max(usable.sum(), 1)
    return torch.from_numpy(chances / max(chances.sum(), 1e-12)).float()


def paste_chances(objects: Objects, photo_chance: Float[Tensor, "N"]) -> Float[Tensor, "O"]:
    """A photo's chance shared by its pasteable objects."""
    pasteable = objects.pasteable.float()
    held = torch.zeros_like(photo_chance).index_add(0, objects.photo, pasteable)
    return pasteable * (photo_chance / held.clamp(min=1))[objects.photo]


def object_weights(objects: Objects, maps: int) -> Float[np.ndarray, "O"]:
    """Square root of the area, scaled so that every label map weighs the same."""
    root = np.sqrt(objects.area.double().numpy())
    of_map = objects.label_map.numpy()
    return root / np.bincount(of_map, root, minlength=maps)[of_map]


def find_objects(photos: Photos, pasted_sets: Container[str] = PASTED_SETS) -> Objects:
    """One row for each label of each map, in order of photo, map and label."""
    side = photos.maps.shape[-1]
    columns: list[tuple[int, int, int, float, tuple[float, ...], bool]] = []
    for row, labels in enumerate(photos.maps):
        photo = int(photos.map_photo[row])
        pasted = photos.sources[photo] in pasted_sets
        for value in np.flatnonzero(np.bincount(labels.ravel(), minlength=256)[1:]) + 1:
            inside = labels == value
            xs, ys = np.flatnonzero(inside.any(0)), np.flatnonzero(inside.any(1))
            box = tuple(float(v) / side for v in (xs[0], ys[0], xs[-1] + 1, ys[-1] + 1))
            area = float(inside.mean())
            whole = 0.01 <= area <= 0.4 and min(box[2] - box[0], box[3] - box[1]) >= 0.08
            columns.append((row, int(value), photo, area, box, pasted and whole))
    label_map, value, photo, area, box, pasteable = (
        zip(*columns, strict=True) if columns else [()] * 6
    )
    return Objects(
        label_map=torch.tensor(label_map, dtype=torch.int64),
        value=torch.tensor(value, dtype=torch.uint8),
        photo=torch.tensor(photo, dtype=torch.int64),
        area=torch.tensor(area, dtype=torch.float32),
        box=torch.tensor(box, dtype=torch.float32).reshape(-1, 4),
        pasteable=torch.tensor(pasteable, dtype=torch.bool),
    )


def _shard_paths(source: Path | str | Iterable[Path], split: str) -> list[Path]:
    if isinstance(source, str | Path):
        paths = sorted(Path(source).glob(f"{split}-*.safetensors"))
    else:
        paths = [path for path in source if path.name.startswith(f"{split}-")]
    if not paths:
        raise FormatError(f"source: {source} holds no {split}-*.safetensors of masklet.data.pack")
    return paths


def _decode_all(blobs: list[bytes], decode: Callable[[bytes], np.ndarray]) -> np.ndarray:
    if not blobs:
        return np.zeros((0, 3, 1, 1) if decode is decode_picture else (0, 1, 1), np.uint8)
    decoded = np.empty((len(blobs), *decode(blobs[0]).shape), np.uint8)

    def fill(row: int) -> None:
        decoded[row] = decode(blobs[row])

    with ThreadPoolExecutor() as workers:
        list(workers.map(fill, range(len(blobs))))
    return decoded


def _load_clips(record: Record) -> list[Clip]:
    """A video once for each layer of its label maps; all share its frames."""
    if not record.pictures or len(record.maps) % len(record.pictures):
        counts = f"{len(record.maps)} label maps of {len(record.pictures)} frames"
        raise FormatError(f"shard: {record.name} has {counts}; wanted as many or a multiple")
    frames = torch.from_numpy(_decode_all(list(record.pictures), decode_picture))
    masks = torch.from_numpy(_decode_all(list(record.maps), decode_map))
    return [Clip(record.name, frames, layer) for layer in masks.split(len(frames))]


def _moved(clips: Iterable[Clip], device: torch.device | str) -> tuple[Clip, ...]:
    """On a device, frames that are shared still shared."""
    frames: dict[int, Tensor] = {}
    moved = []
    for clip in clips:
        place = clip.frames_T3SS.data_ptr()
        if place not in frames:
            frames[place] = clip.frames_T3SS.to(device)
        moved.append(Clip(clip.name, frames[place], clip.masks_TSS.to(device)))
    return tuple(moved)
