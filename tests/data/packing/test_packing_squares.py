"""Clips become squares: every object whole, in as few label maps as hold them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from masklet.data.packing.squares import layered, nearest, squash
from masklet.data.readers.annotated import Truth
from masklet.data.readers.clip_set import Clip, CodedMasks
from masklet.masks import rle
from masklet.values import Size

SIDE = 16


def box(
    top: int, left: int, bottom: int, right: int, size: tuple[int, int] = (40, 60)
) -> np.ndarray:
    """A mask of a rectangle."""
    mask = np.zeros(size, dtype=bool)
    mask[top:bottom, left:right] = True
    return mask


def clip_of(*frames: dict[int, np.ndarray], coded: bool = False) -> Clip:
    """A clip with these masks, kept as run lengths if ``coded``."""
    size = Size(40, 60)
    shades = [np.full((*size, 3), 50 * at, np.uint8) for at in range(len(frames))]
    kept = [CodedMasks({k: rle.encode(m) for k, m in f.items()}) if coded else f for f in frames]
    truths = tuple(Truth(size, masks) for masks in kept)
    return Clip("c", tuple(range(len(frames))), tuple(shades), truths)


def test_objects_that_overlap_lie_in_layers_of_their_own() -> None:
    """The whole in one, its part and something else in another; all of them whole."""
    whole, part, other = box(0, 0, 40, 30), box(10, 9, 30, 18), box(5, 40, 20, 55)
    for coded in (False, True):
        squares = squash(clip_of({7: part, 1: whole, 9: other}, coded=coded), 20)
        assert squares.layers.shape == (2, 1, 20, 20)
        assert [len(np.unique(layer)) - 1 for layer in squares.layers] == [2, 1]
        assert np.count_nonzero(squares.layers[0] == 1) == 20 * 10
        assert np.count_nonzero(squares.layers[0] == 2) == np.count_nonzero(
            nearest(Truth(Size(40, 60), {9: other}), 9, 20)
        )
        assert np.count_nonzero(squares.layers[1]) == 10 * 3


def test_a_label_stands_for_one_object_in_all_frames() -> None:
    """Also where it is hidden for a while, and where two change places."""
    left, right = box(0, 0, 40, 20), box(0, 40, 40, 60)
    clip = clip_of({1: left, 2: right}, {2: left}, {1: right, 2: left})
    layers = squash(clip, 12).layers
    assert layers.shape == (1, 3, 12, 12)
    first = int(layers[0, 0, 5, 0])
    second = 3 - first
    assert layers[0, :, 5, 0].tolist() == [first, second, second]
    assert layers[0, :, 5, 11].tolist() == [second, 0, first]


def test_small_things_and_grounds_are_left_out() -> None:
    """A ground only of photos: in a video it may come close."""
    everything, speck = box(0, 0, 40, 60), box(0, 0, 1, 1)
    assert len(squash(clip_of({1: everything, 2: speck}), 40).layers) == 0
    video = squash(clip_of({1: everything}, {1: box(0, 0, 9, 9)}), 40)
    assert video.layers[0, 0].all()


def test_pictures_are_squashed() -> None:
    """All of each frame."""
    squares = squash(clip_of({1: box(0, 0, 20, 60)}, {1: box(0, 0, 20, 60)}), SIDE)
    assert squares.pictures.shape == (2, SIDE, SIDE, 3)
    assert squares.pictures[1].min() == squares.pictures[1].max() == 50
    assert squares.layers[0, 0].tolist() == [[1] * SIDE] * 8 + [[0] * SIDE] * 8


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_no_object_loses_more_than_little(seed: int, count: int) -> None:
    """Every mask is a value of one layer, but for 2 % of its pixels."""
    random = np.random.default_rng(seed)
    objects = []
    for _ in range(count):
        top, left = random.integers(0, 12, 2)
        down, along = random.integers(2, 14, 2)
        objects.append(np.stack([box(top, left, top + down, left + along, (SIDE, SIDE))] * 2))
    layers = layered(objects, 2, SIDE)
    kept = [layer == value for layer in layers for value in np.unique(layer) if value]
    assert len(kept) == count
    for mask in objects:
        best = max(np.count_nonzero(each & mask) for each in kept if not (each & ~mask).any())
        assert best >= 0.98 * np.count_nonzero(mask)
