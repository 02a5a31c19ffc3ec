"""Learning rate over a run: a warm-up, a plateau, and a cosine to nothing at its end."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Steps of each part; the plateau is what is left. A longer run only lengthens the plateau."""

    peak: float
    steps: int
    warmup: int
    cooldown: int

    def rate(self, step: int) -> float:
        """Learning rate of step 0, 1, ..., ``steps`` - 1."""
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        left = self.steps - step
        if left >= self.cooldown:
            return self.peak
        return self.peak * 0.5 * (1 - math.cos(math.pi * max(left, 0) / self.cooldown))
