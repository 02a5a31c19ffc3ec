"""Random questions to the loss, made from whole seeds so that only the answers are stored."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float32


class LossCase(NamedTuple):
    """Objects, masks an answer, answers in turn, side in pixels, scale of the logits, and seed."""

    objects: int
    masks: int
    answers: int
    side: int
    scale: float
    seed: int


class Answers(NamedTuple):
    """What a decoder may have said, and the truth: whole discs, some objects being absent."""

    logits: Float32[np.ndarray, "A N M s s"]
    ious: Float32[np.ndarray, "A N M"]
    presence: Float32[np.ndarray, "A N 1"]
    truth: Bool[np.ndarray, "N s s"]


CASES = (
    LossCase(1, 1, 1, 16, 1.0, 0),
    LossCase(4, 3, 1, 32, 3.0, 1),
    LossCase(5, 3, 1, 48, 12.0, 2),
    LossCase(3, 1, 4, 32, 6.0, 3),
    LossCase(6, 3, 7, 64, 4.0, 4),
    LossCase(2, 3, 2, 128, 20.0, 5),
    LossCase(7, 4, 3, 24, 0.1, 6),
    LossCase(16, 3, 8, 40, 8.0, 7),
)
ABSENT = 0.3


def make_answers(case: LossCase) -> Answers:
    """Logits that know something of the truth, in the middle of noise."""
    generator = np.random.Generator(np.random.PCG64(case.seed))
    rows, columns = np.mgrid[0 : case.side, 0 : case.side]
    place = generator.integers(0, case.side, (case.objects, 2, 1, 1))
    radius = generator.integers(2, case.side // 2, (case.objects, 1, 1))
    truth = (columns - place[:, 0]) ** 2 + (rows - place[:, 1]) ** 2 < radius**2
    truth[generator.random(case.objects) < ABSENT] = False
    shape = (case.answers, case.objects, case.masks)
    noise = generator.standard_normal((*shape, case.side, case.side))
    known = generator.random((*shape, 1, 1)) * (2 * truth[None, :, None] - 1.0)
    return Answers(
        logits=((noise + 2 * known) * case.scale).astype(np.float32),
        ious=generator.random(shape).astype(np.float32),
        presence=(4 * generator.standard_normal((*shape[:2], 1))).astype(np.float32),
        truth=truth,
    )
