"""When each prompt of a command is said."""

from hypothesis import given
from hypothesis import strategies as st

from masklet.cli.prompts import PlacedPrompt
from masklet.cli.schedule import schedule
from masklet.values import Prompt


def placed(frame: int, name: str) -> PlacedPrompt:
    return PlacedPrompt(frame, Prompt(object=name, points=[(1, 1)]))


def test_later_prompts_wait_for_the_pass() -> None:
    prompts = [placed(0, "cat"), placed(0, "cat"), placed(4, "cat"), placed(4, "dog")]
    before, on_the_way = schedule(prompts, range(10))
    assert before == (prompts[0], prompts[1], prompts[3])
    assert on_the_way == {4: (prompts[2].prompt,)}


def test_a_reversed_pass_meets_the_last_frame_first() -> None:
    prompts = [placed(2, "cat"), placed(8, "cat")]
    before, on_the_way = schedule(prompts, range(8, -1, -1))
    assert before == (prompts[1],)
    assert on_the_way == {2: (prompts[0].prompt,)}


@given(
    frames=st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abc"))),
    start=st.integers(0, 9),
    stop=st.integers(0, 9),
)
def test_every_prompt_is_said_once_and_every_object_starts(
    frames: list[tuple[int, str]], start: int, stop: int
) -> None:
    span = range(start, stop + 1) if start <= stop else range(start, stop - 1, -1)
    prompts = sorted((placed(*entry) for entry in frames), key=lambda prompt: prompt.frame)
    before, on_the_way = schedule(prompts, span)
    waiting = [PlacedPrompt(frame, prompt) for frame in on_the_way for prompt in on_the_way[frame]]
    assert len(before) + len(waiting) == len(prompts)
    assert all(prompt.frame in span for prompt in waiting)
    begun = {prompt.prompt.object for prompt in before}
    assert {prompt.prompt.object for prompt in waiting} <= begun
