"""Which prompts are said before a pass, and which when it comes by."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from masklet.cli.prompts import PlacedPrompt
from masklet.values import ObjectId, Prompt


class Schedule(NamedTuple):
    """``before`` the pass; ``on_the_way`` by frame, as corrections of what was tracked there."""

    before: tuple[PlacedPrompt, ...]
    on_the_way: Mapping[int, tuple[Prompt, ...]]


def schedule(prompts: Sequence[PlacedPrompt], span: range) -> Schedule:
    """Sort prompts by when they are said.

    What is said about an object on the frame that the pass meets first comes before the pass, and
    so does everything on frames that it does not visit. Prompts on later frames wait for it, so
    that they refine the mask that is tracked there: a click outside the object alone would
    otherwise mean nothing.

    Args:
        prompts: by frame.
        span: frames in the order in which the pass visits them.
    """
    place = {frame: number for number, frame in enumerate(span)}
    first: dict[ObjectId, int] = {}
    for frame, prompt in prompts:
        if frame in place:
            first[prompt.object] = min(place[frame], first.get(prompt.object, len(place)))
    before: list[PlacedPrompt] = []
    later: dict[int, tuple[Prompt, ...]] = {}
    for placed in prompts:
        frame, prompt = placed
        if frame not in place or place[frame] == first[prompt.object]:
            before.append(placed)
        else:
            later[frame] = (*later.get(frame, ()), prompt)
    return Schedule(tuple(before), later)
