"""Recipes: functions that return every setting of a run as one frozen value."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from masklet.data.augment import USUAL, Augment
from masklet.model.config import ConvConfig, ModelConfig, nano
from masklet.train.game import SMALL, Rules
from masklet.train.prompting import Start
from masklet.train.schedule import Schedule
from masklet.train.tuning import Tuning

PACE = {"all": 2e-4, "tracker": 2e-4, "decoder": 4e-4, "lora": 1e-3}
LARGE_MODEL = 0.05
NANO_STEPS = 6100


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """How single pictures are played.

    Attributes:
        size: side in pixels.
        batch: pictures a step.
        objects: objects a picture.
        rounds: answers asked for: the first prompt and the corrections.
        box: share of the steps whose first prompts are boxes.
        hint: share of those that begin with a rough mask, as memory will bring it; a click begins
            the others.
    """

    size: int = 192
    batch: int = 8
    objects: int = 4
    rounds: int = 3
    box: float = 0.25
    hint: float = 0.25


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Settings of one stage of training.

    Attributes:
        stage: "photos" plays single pictures, "clips" plays short videos.
        model: the network's sizes.
        size: side in pixels of the frames of clips.
        batch: clips a step.
        objects: objects a clip.
        frames: frames a clip.
        start: how clips are prompted and corrected.
        rules: what small models play otherwise than the paper.
        real: share of the clips that are real videos, the others are made of photos.
        together: objects of a real video are followed in one clip; otherwise each has its own.
        single: share of the steps of a clip stage that play single pictures all the same.
        pictures: how these are played.
        tuning: which parameters learn.
        primed: set memory attention up before the first step, see ``priming``.
        frozen_norms: keep the trunk's normalisation statistics as they are.
        augment: how pictures are changed.
        muon: matrices and convolutions learn by Muon, see ``muon``, all else by AdamW.
        accumulate: even parts that the batch of a step is played in, one after the other, whose
            gradients are added up: memory of one part, and a step as of all.
        recompute: blocks keep less for gradients and compute it again (activation checkpointing),
            see ``frugal``.
        compiled: parts that see the same shapes again and again are compiled.
    """

    stage: Literal["photos", "clips"]
    schedule: Schedule
    model: ModelConfig = field(default_factory=nano)
    size: int = 192
    batch: int = 4
    objects: int = 2
    frames: int = 4
    start: Start = field(default_factory=Start)
    rules: Rules = SMALL
    pictures: Pictures = field(default_factory=Pictures)
    real: float = 0.0
    together: bool = False
    single: float = 0.0
    weight_decay: float = 0.05
    clip_norm: float = 1.0
    betas: tuple[float, float] = (0.9, 0.98)
    average: float = 0.999
    muon: bool = False
    tuning: Tuning = field(default_factory=Tuning)
    primed: bool = False
    frozen_norms: bool = False
    augment: Augment = USUAL
    bfloat16: bool = False
    accumulate: int = 1
    recompute: bool = False
    compiled: bool = False
    seed: int = 7

    @property
    def real_clips(self) -> int:
        """Real videos a step: so many that there are as many objects as in clips made of photos."""
        return self.batch if self.together else self.batch * self.objects

    @property
    def real_objects(self) -> int:
        """Objects of each."""
        return self.objects if self.together else 1


def photos(steps: int) -> Recipe:
    """Learn pictures first: many objects share one encoding, small pictures."""
    schedule = Schedule(peak=1e-3, steps=steps, warmup=200, cooldown=2 * steps // 3)
    return Recipe(stage="photos", schedule=schedule, muon=True)


def clips(steps: int) -> Recipe:
    """Then learn to follow: pseudo-videos from photos, and real ones, from a primed memory."""
    schedule = Schedule(peak=4e-4, steps=steps, warmup=100, cooldown=2 * steps // 3)
    return Recipe(
        stage="clips",
        schedule=schedule,
        muon=True,
        real=0.4,
        single=0.25,
        primed=True,
        frozen_norms=True,
    )


def joint(steps: int) -> Recipe:
    """Then both in turns: larger pictures with more corrections, and clips."""
    schedule = Schedule(peak=5e-4, steps=steps, warmup=50, cooldown=steps - 50)
    return Recipe(
        stage="clips",
        schedule=schedule,
        muon=True,
        real=0.4,
        single=0.45,
        frames=5,
        start=Start(mask=0.4, box=0.2),
        pictures=Pictures(size=256, batch=6, rounds=4),
        frozen_norms=True,
    )


def finetune(steps: int, model: ModelConfig, tuning: Tuning) -> Recipe:
    """Go on with a model that has learned already, on pictures of one domain.

    Few steps at a low rate; released models, with far more parameters, at a lower one.
    """
    pace = PACE[tuning.what] * (1 if isinstance(model.trunk, ConvConfig) else LARGE_MODEL)
    warmup = max(min(30, steps // 10), 1)
    return Recipe(
        stage="photos",
        schedule=Schedule(peak=pace, steps=steps, warmup=warmup, cooldown=steps - warmup),
        model=model,
        size=model.image_size,
        pictures=Pictures(size=model.image_size, batch=4, objects=8),
        average=0.99,
        tuning=tuning,
        frozen_norms=True,
    )


class Stage(NamedTuple):
    """One of several recipes that follow one another."""

    name: str
    recipe: Recipe


def nano_from_scratch(steps: int = NANO_STEPS) -> tuple[Stage, ...]:
    """Every stage behind the bundled model, each from the averaged weights of the one before.

    The shares of the steps are those that were taken, see ``docs/training-log.md``. Of the paper
    only the order is kept: pictures first, then videos, then both.
    """
    of_photos, of_clips = steps * 40 // 61, steps * 6 // 61
    of_joint = steps - of_photos - of_clips
    return (
        Stage("photos", photos(of_photos)),
        Stage("clips", clips(of_clips)),
        Stage("joint", joint(of_joint)),
    )


def cpu_smoke(steps: int = 150) -> Recipe:
    """Something of everything on small drawn pictures, to see that it runs and learns."""
    return Recipe(
        stage="clips",
        schedule=Schedule(peak=1e-3, steps=steps, warmup=10, cooldown=steps // 2),
        size=64,
        batch=2,
        frames=3,
        real=0.3,
        single=0.6,
        pictures=Pictures(size=64, batch=4, objects=3, rounds=2),
        average=0.99,
        seed=11,
    )
