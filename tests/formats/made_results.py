"""Results of a made-up tracking: objects that move, overlap, vanish and join later."""

import numpy as np

from masklet.values import FrameResult, ObjectId, Size

SIZE = Size(36, 52)


def result_of(
    index: int, objects: tuple[ObjectId, ...] = ("cat", 7), *, hidden: frozenset[int] = frozenset()
) -> FrameResult:
    """One frame; object in row ``k`` is a box that moves right, absent in the ``hidden`` rows."""
    count = len(objects)
    logits = np.full((count, *SIZE), -4, np.float32)
    for row in range(count):
        left = 2 + index % 20 + 5 * row
        logits[row, 4 + 3 * row : 24 + 3 * row, left : left + 14] = 4
        if row in hidden:
            logits[row] = -1024
    presence = np.array([-9.0 if row in hidden else 9.0 for row in range(count)], np.float32)
    scores = np.linspace(0.5, 0.9, count).astype(np.float32)
    return FrameResult(
        index=index, objects=objects, logits=logits, scores=scores, presence=presence, size=SIZE
    )


def clip(count: int = 6) -> list[FrameResult]:
    """Frames in order; the first object is hidden on frame 2."""
    return [
        result_of(index, hidden=frozenset({0}) if index == 2 else frozenset())
        for index in range(count)
    ]


def picture_of(index: int) -> np.ndarray:
    """A picture that belongs to a frame."""
    return np.full((*SIZE, 3), 60 + 9 * (index % 20), np.uint8)
