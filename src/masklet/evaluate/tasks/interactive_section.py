"""The report's chapter about clicking more and more frames of a video."""

from collections.abc import Mapping, Sequence

import numpy as np

from masklet.evaluate.scores.scoring import mean_of
from masklet.evaluate.tasks.blocks import Curves, Gallery, Line, Photo, Section, Table
from masklet.evaluate.tasks.played import Played, Round
from masklet.evaluate.tasks.worst import LEGEND

MOST_SHOWN = 12

Levels = Mapping[int, Sequence[Round]]


def interactive_section(
    name: str, title: str, text: str, played: Mapping[str, Sequence[Played]]
) -> Section:
    """One chapter: a table and two curves over the number of clicked frames, worst frames."""
    levels = {method: levels_of(videos) for method, videos in played.items()}
    measure = measure_of(played)
    blocks = [
        table(measure, levels),
        curves_over_frames(measure, levels),
        curves_over_seconds(measure, levels),
    ]
    galleries = [gallery(method, videos) for method, videos in list(played.items())[:1]]
    return Section(
        name=name,
        title=title,
        text=text,
        blocks=(*blocks, *(one for one in galleries if one.photos)),
        figures={method: figures_of(measure, of) for method, of in levels.items()},
    )


def levels_of(videos: Sequence[Played]) -> Levels:
    """The rounds of all objects of all videos, by number."""
    found: dict[int, list[Round]] = {}
    for played in videos:
        for one in played.rounds:
            found.setdefault(one.number, []).append(one)
    return {number: found[number] for number in sorted(found)}


def measure_of(played: Mapping[str, Sequence[Played]]) -> str:
    """J&F, or J where only that was measured."""
    every = (one for videos in played.values() for video in videos for one in video.rounds)
    bounded = [scores.boundary is not None for one in every for scores in one.objects]
    return "J&F" if all(bounded) else "J"


def score_of(rounds: Sequence[Round]) -> float:
    """The mean over an object's frames, then over all objects."""
    return mean_of(scores.both for one in rounds for scores in one.objects)


def seconds_of(rounds: Sequence[Round]) -> float:
    """The annotator's seconds for an object, as a mean over the objects."""
    return float(np.mean([one.person for one in rounds]))


def clicks_of(rounds: Sequence[Round]) -> float:
    """Clicks on an object in all its frames, as a mean over the objects."""
    return float(np.mean([one.clicks for one in rounds]))


def figures_of(measure: str, levels: Levels) -> dict[str, float]:
    """The mean over the numbers of clicked frames, and the scores and seconds of each."""
    scores = {number: score_of(rounds) for number, rounds in levels.items()}
    figures = {measure: float(np.mean(list(scores.values()))) if scores else float("nan")}
    figures |= {f"{measure} {number}": score for number, score in scores.items()}
    figures |= {f"seconds {number}": seconds_of(rounds) for number, rounds in levels.items()}
    return figures


def table(measure: str, levels: Mapping[str, Levels]) -> Table:
    """A row a method, a column a number of clicked frames."""
    numbers = sorted({number for of in levels.values() for number in of})
    rows = []
    for method, of in levels.items():
        figures = figures_of(measure, of)
        scores = [figures.get(f"{measure} {number}") for number in numbers]
        last = of[max(of)] if of else ()
        clicks = f"{clicks_of(last):.1f}" if last else None
        seconds = f"{seconds_of(last):.0f}" if last else None
        rows.append((method, figures[measure], *scores, clicks, seconds))
    return Table(
        title=f"{measure} by the number of clicked frames",
        head=("method", "mean", *(str(number) for number in numbers), "clicks", "seconds"),
        rows=tuple(rows),
        note=(
            "The mean is over the numbers of frames. Clicks and the annotator's seconds are those "
            "of an object with the most frames clicked. The paper shows curves of other sets and "
            "no numbers."
        ),
    )


def curves_over_frames(measure: str, levels: Mapping[str, Levels]) -> Curves:
    """Score against the number of clicked frames."""
    lines = [
        Line(method, tuple(float(number) for number in of), scores(of))
        for method, of in levels.items()
    ]
    return Curves(
        title=f"{measure} against clicked frames",
        x_label="frames clicked",
        y_label=measure,
        lines=tuple(lines),
    )


def curves_over_seconds(measure: str, levels: Mapping[str, Levels]) -> Curves:
    """Score against the annotator's time."""
    lines = [
        Line(method, tuple(seconds_of(rounds) for rounds in of.values()), scores(of))
        for method, of in levels.items()
    ]
    return Curves(
        title=f"{measure} against the annotator's time",
        x_label="seconds an object",
        y_label=measure,
        lines=tuple(lines),
    )


def scores(levels: Levels) -> tuple[float, ...]:
    """Of each number of clicked frames."""
    return tuple(score_of(rounds) for rounds in levels.values())


def gallery(method: str, videos: Sequence[Played]) -> Gallery:
    """What is still wrong at the end, a frame a video."""
    photos = tuple(Photo(one.caption, one.jpeg) for played in videos for one in played.shown)
    return Gallery(f"What {method} still has wrong ({LEGEND})", photos[:MOST_SHOWN])
