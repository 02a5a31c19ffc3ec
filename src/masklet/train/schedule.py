"""Learning rate over a run: a warm-up, a plateau or a slow decay, and a cool-down."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A plateau and a cosine. A longer run only lengthens the plateau.

    Attributes:
        peak: the highest rate.
        steps: in all.
        warmup: steps in which the rate rises evenly to the peak.
        cooldown: steps in which it falls at the end; a plain cosine if all after the warm-up.
        floor: the share of the rate that is left at the end.
    """

    peak: float
    steps: int
    warmup: int
    cooldown: int
    floor: float = 0.0

    def rate(self, step: int) -> float:
        """Learning rate of step 0, 1, ..., ``steps`` - 1."""
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        left = max(self.steps - step, 0)
        share = self.falling(left / self.cooldown) if left < self.cooldown else 1.0
        return self.held(step) * (self.floor + (1 - self.floor) * share)

    def held(self, step: int) -> float:  # noqa: ARG002 - others depend on it
        """The rate between warm-up and cool-down, and what the cool-down takes a share of."""
        return self.peak

    def falling(self, left: float) -> float:
        """The share of the rate where so much of the cool-down is left, 1 to 0."""
        return 0.5 * (1 - math.cos(math.pi * left))


@dataclass(frozen=True, kw_only=True)
class ReciprocalRoot(Schedule):
    """A decay with the reciprocal square root of the steps, and an even cool-down.

    A run may be ended at any step by a cool-down from there, or be taken further. Source: Zhai et
    al., arXiv 2106.04560, section 3.5; paper, table of pre-training settings.

    Attributes:
        timescale: steps after the warm-up until the rate has fallen by the root of two.
    """

    timescale: int = 1000

    def held(self, step: int) -> float:
        """The peak at first, half of it after three timescales."""
        return self.peak / math.sqrt(1 + (step - self.warmup) / self.timescale)

    def falling(self, left: float) -> float:
        """Evenly."""
        return left
