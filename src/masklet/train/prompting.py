"""Which frames of a clip are prompted and corrected: decided before any of them is looked at.

Source: paper section 4 "Training" and appendix D, reference ``training/model/sam2.py``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from masklet.train.draws import Draws


class First(StrEnum):
    """How an object is first asked for."""

    CLICK = "click"
    BOX = "box"
    HINT = "hint"
    MASK = "mask"


@dataclass(frozen=True, kw_only=True)
class Start:
    """How clips are prompted and corrected.

    Attributes:
        mask: share of the clips that begin with masks.
        box: share of those that begin with a box; a click begins the others.
        prompted: most frames that are prompted before anything is followed: the first one, and
            others at random. Each number of them is as likely.
        corrected: most frames that are corrected: those that were prompted, then others at random.
            Each number from that of the prompted ones on is as likely.
        clicks: correcting clicks on each of these frames.
        correct_given: clips that begin with masks have others than the prompted frames corrected.
    """

    mask: float = 0.5
    box: float = 0.25
    prompted: int = 1
    corrected: int = 2
    clicks: int = 1
    correct_given: bool = True


def start_in_the_paper() -> Start:
    """SAM 2's own game: one or two frames prompted, one or two corrected with seven clicks each."""
    return Start(prompted=2, clicks=7, correct_given=False)


class ClipPlan(NamedTuple):
    """What happens on which frame of a clip.

    Attributes:
        prompted: the frames that are prompted before anything is followed, and how; 0 comes first.
        corrected: the frames that are corrected.
    """

    prompted: Mapping[int, First]
    corrected: frozenset[int]

    def order(self, frames: int) -> list[int]:
        """The frames in the order in which they are played: prompted ones, then all others."""
        return [*self.prompted, *(t for t in range(frames) if t not in self.prompted)]


def plan_clip(start: Start, frames: int, draws: Draws) -> ClipPlan:
    """Draw what happens in clips of so many frames.

    One of several frames at least is followed; a single frame does not begin with masks. So there
    is always something to answer.
    """
    later = range(1, frames)
    begun = [0, *pick(later, min(start.prompted - 1, frames - 2), draws)]
    rest = [frame for frame in later if frame not in begun]
    more = pick(rest, start.corrected - len(begun), draws)
    chance = draws.chance() if later else not_given(start, draws)
    if chance < start.mask:
        corrected = more if start.correct_given and start.clicks else ()
        return ClipPlan(dict.fromkeys(begun, First.MASK), frozenset(corrected))
    prompted = {0: click_or_box(start, chance)}
    for frame in begun[1:]:
        prompted[frame] = click_or_box(start, not_given(start, draws))
    return ClipPlan(prompted, frozenset((*begun, *more) if start.clicks else ()))


def not_given(start: Start, draws: Draws) -> float:
    """A number that stands for a click or a box."""
    return start.mask + (1 - start.mask) * draws.chance()


def click_or_box(start: Start, chance: float) -> First:
    """The kind of prompt that a number between ``start.mask`` and 1 stands for."""
    return First.BOX if chance < start.mask + start.box else First.CLICK


def pick(frames: Sequence[int], most: int, draws: Draws) -> list[int]:
    """None to ``most`` of the frames, each number of them and each frame as likely."""
    most = min(most, len(frames))
    if most <= 0:
        return []
    left, chosen = list(frames), []
    share = draws.chance() * (most + 1)
    for _ in range(most - int(share)):
        share = share % 1 * len(left)
        chosen.append(left.pop(int(share)))
    return chosen
