"""DAVIS interactive, with clicks: J&F against the time that the method takes.

Source: Caelles et al., The 2018 DAVIS Challenge on Video Object Segmentation (arXiv 1803.00557),
and the pages of its framework, github.com/albertomontesg/davis-interactive, ``challenge.md`` and
``user_guide/usage.md`` under docs/pages. From there:

* at most 8 interactions a video, each on the frame of lowest mean J over its objects, and a
  budget of 30 s an interaction and object: no further interaction begins when it is used up;
* what counts is the method's time from an interaction until all masks are there, not a person's;
* a video that ends early keeps its last score in the interactions it did not have, at no cost;
* score and time of each interaction are averaged over the videos, the times are added up, and
  the curve through these points is read off at 60 s by interpolation; the area under it is
  divided by the time there was in all.

Clicks instead of scribbles are those of Ravi et al., 2024, section 6.2: the first frame that shows
an object, and later the worst frame, get clicks in the middle of the largest error. Two things are
ours, as the sources do not say them: before the first answer the curve rises in a line from (0, 0),
and after the last it stays level until the time is over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from masklet.data.readers.annotated import AnnotatedVideo
from masklet.evaluate.datasets.clip import first_frames
from masklet.evaluate.methods.method import Method
from masklet.evaluate.report.published import published
from masklet.evaluate.scores.convention import EVERY_FRAME
from masklet.evaluate.scores.scoring import Scorer
from masklet.evaluate.tasks.annotator import offline_seconds, worst_frame
from masklet.evaluate.tasks.blocks import Curves, Line, Section, Table
from masklet.evaluate.tasks.following import Following, Timed
from masklet.evaluate.tasks.interactive import CLICKS, check_counts, counted, round_of, shown_count
from masklet.evaluate.tasks.played import Plain, Played, Round, from_plain, to_plain

ROUNDS, BUDGET_SECONDS, READ_AT_SECONDS = 8, 30.0, 60.0
AUC, AT_60 = "AUC-J&F", "J&F at 60 s"


class Curve(NamedTuple):
    """Scores reached after so many seconds, which increase; nothing is reached at 0 s."""

    seconds: tuple[float, ...]
    scores: tuple[float, ...]

    def at(self, seconds: float) -> float:
        """The score after so many seconds: in between on a line, after the end the last."""
        return float(np.interp(seconds, (0.0, *self.seconds), (0.0, *self.scores)))

    def area(self, until: float) -> float:
        """The mean score from 0 s to ``until``."""
        places = sorted({0.0, until, *(second for second in self.seconds if second < until)})
        heights = [self.at(place) for place in places]
        return float(np.trapezoid(heights, places)) / until


class Game(NamedTuple):
    """One video as it was played.

    Attributes:
        objects: how many it has.
        seconds: that the method took by the end of each round.
        scores: of each round, J&F of every object.
    """

    objects: int
    seconds: tuple[float, ...]
    scores: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class DavisInteractiveTask:
    """Clicks on the worst frame in up to 8 rounds, scored against the method's time.

    All objects of a video are followed in one session, and every annotated frame is scored.

    Attributes:
        clicks: at most so many on an object in each round.
        rounds: at most.
        budget: seconds that the method has for an object and round.
    """

    clicks: int = CLICKS
    rounds: int = ROUNDS
    budget: float = BUDGET_SECONDS

    def __post_init__(self) -> None:
        check_counts(clicks=self.clicks, rounds=self.rounds)

    @property
    def name(self) -> str:
        """Such as ``davis-interactive-3-clicks``."""
        return f"davis-interactive-{counted(self.clicks)}"

    def play(self, method: Method, item: AnnotatedVideo) -> dict[str, Any]:
        """Play one video; a ``Round`` for every interaction.

        Beside what ``to_plain`` holds there are ``machine``, the method's seconds by the end of
        each round, prompts and propagation, and ``objects``, their number.

        Raises:
            PromptError: the method takes no clicks.
            MediaError, FormatError: a file cannot be used, or no object is annotated.
        """
        first = first_frames(item)
        with method.open(item) as session, Scorer(item, EVERY_FRAME) as scorer:
            timed = Timed(session)
            following = Following(
                video=item, labels=tuple(sorted(first)), session=timed, scorer=scorer
            )
            rounds: list[Round] = []
            machine: list[float] = []
            for one in self._rounds(following, first):
                rounds.append(one)
                machine.append(timed.prompting + timed.following)
        played = Played(item.name, timed.frames, timed.following, tuple(rounds))
        return {**to_plain(played), "machine": machine, "objects": len(first)}

    def section(self, results: Mapping[str, Sequence[Plain]]) -> Section:
        """The area under the curve, J&F at 60 s, and the curve."""
        games = {name: [game_of(plain) for plain in plains] for name, plains in results.items()}
        curves = {name: curve_of(played) for name, played in games.items()}
        figures = {
            name: {
                AUC: curve.area(self._budget(games[name])),
                AT_60: curve.at(READ_AT_SECONDS),
                "seconds": curve.seconds[-1],
            }
            for name, curve in curves.items()
        }
        text = (
            "DAVIS interactive with clicks instead of scribbles. In each of up to "
            f"{self.rounds} rounds every object gets {shown_count(self.clicks)} at most on the "
            "worst frame, at first on the first that shows it, and the whole video is followed. "
            "Time is the method's alone. AUC-J&F is the area under the curve of J&F over the time "
            f"that a method may take, {self.budget:g} s an object and round, as a part of it. "
            "Published rows were measured on other machines."
        )
        return Section(
            name=self.name,
            title="DAVIS interactive, by clicks",
            text=text,
            blocks=(table(figures), plot(curves)),
            figures=figures,
        )

    def _rounds(self, following: Following, first: Mapping[int, int]) -> Iterator[Round]:
        chosen: dict[int, list[int]] = {}
        for label, frame in first.items():
            chosen.setdefault(frame, []).append(label)
        for number in range(1, self.rounds + 1):
            for frame in sorted(chosen):
                following.click(frame, chosen[frame], self.clicks)
            following.follow()
            yield round_of(following, number, offline_seconds)
            worst = worst_frame(following.mean_ious())
            spent = following.session.prompting + following.session.following
            if worst is None or spent > self.budget * self.rounds * len(first):
                return
            chosen = {worst: list(following.labels)}

    def _budget(self, games: Sequence[Game]) -> float:
        """Seconds that a method has for a video, as a mean over the videos."""
        return self.budget * self.rounds * float(np.mean([game.objects for game in games]))


def game_of(plain: Plain) -> Game:
    """What ``DavisInteractiveTask.play`` gave."""
    rounds = from_plain(plain).rounds
    scores = tuple(tuple(float(one.both.mean()) for one in each.objects) for each in rounds)
    return Game(plain["objects"], tuple(plain["machine"]), scores)


def curve_of(games: Sequence[Game]) -> Curve:
    """J&F over time: of each round the mean of all objects, and the mean time of all videos.

    A video that had fewer rounds keeps its last score in the others, at no cost.
    """
    rounds = max(len(game.seconds) for game in games)
    seconds = np.array([_held(game.seconds, rounds) for game in games]).mean(axis=0)
    scores = np.concatenate([np.array(_held(game.scores, rounds)).T for game in games])
    return Curve(tuple(seconds.tolist()), tuple(scores.mean(axis=0).tolist()))


def table(figures: Mapping[str, Mapping[str, float]]) -> Table:
    """A row a method, published ones last."""
    others = published("davis-interactive", "clicks")
    rows = [(name, of[AUC], of[AT_60], f"{of['seconds']:.1f}") for name, of in figures.items()]
    first = len(rows)
    return Table(
        title="Score and time",
        head=("method", AUC, AT_60, "seconds a video"),
        rows=(*rows, *((row.method, row.figures[AUC], row.figures[AT_60], None) for row in others)),
        note="; ".join(sorted({row.source for row in others})),
        published=tuple(range(first, first + len(others))),
    )


def plot(curves: Mapping[str, Curve]) -> Curves:
    """J&F against the method's time."""
    return Curves(
        title="J&F against the method's time",
        x_label="seconds a video",
        y_label="J&F",
        lines=tuple(
            Line(name, (0.0, *curve.seconds), (0.0, *curve.scores))
            for name, curve in curves.items()
        ),
    )


def _held(values: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """As many values as wanted, the last one again and again."""
    return (*values, *(values[-1:] * (count - len(values))))
