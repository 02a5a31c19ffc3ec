"""How long each effect takes on a frame, on one core: ``python -m benchmarks.effects 854x480``."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from masklet.draw.effects import EFFECTS, Effect, Scene, Seen, apply, usual

FRAMES, TIMES = 40, 15


def main(size: str = "854x480") -> None:
    """A line an effect: milliseconds at its usual strength and at full strength."""
    cv2.setNumThreads(1)
    width, height = (int(side) for side in size.split("x"))
    scene, picture, masks = made_scene(height, width)
    print(f"milliseconds a frame of {size}, one core, two objects\n")
    print("| effect | usual | strongest |\n|---|---:|---:|")
    for entry in EFFECTS:
        effect = usual(entry.kind)
        if entry.picture:
            effect = replace(effect, picture="ground")
        cells = [measured(each, picture, masks, scene) for each in (effect, strongest(effect))]
        print(f"| {entry.kind} | {cells[0]:.1f} | {cells[1]:.1f} |")


class Made(NamedTuple):
    """A frame to draw effects on."""

    scene: Scene
    picture: np.ndarray
    masks: np.ndarray


def made_scene(height: int, width: int) -> Made:
    """A smooth picture, and two large objects that move."""
    noise = np.random.default_rng(0).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    picture = cv2.resize(noise, (width, height))
    masks = np.zeros((2, height, width), np.uint8)
    cv2.ellipse(
        masks[0], (width // 3, height // 2), (height // 5, height // 3), 0, 0, 360, (1,), -1
    )
    cv2.circle(masks[1], (width * 2 // 3, height // 2), height // 4, (1,), -1)
    objects = (1, 2)
    seen = {at: Seen(objects, np.roll(masks, 4 * at, 2).astype(bool)) for at in range(FRAMES)}
    ground = {"ground": np.ascontiguousarray(picture[:, ::-1])}
    scene = Scene(objects=objects, index=FRAMES, earlier=seen.get, pictures=ground)
    return Made(scene, picture, np.roll(masks, 4 * FRAMES, 2).astype(bool))


def strongest(effect: Effect) -> Effect:
    """The same at full strength."""
    return replace(effect, strength=1.0)


def measured(effect: Effect, picture: np.ndarray, masks: np.ndarray, scene: Scene) -> float:
    """The fastest of several times, in milliseconds of processor time."""

    def once() -> None:
        apply([effect], picture, masks, scene=scene)

    once()
    return min(seconds_of(once) for _ in range(TIMES)) * 1e3


def seconds_of(run: Callable[[], None]) -> float:
    """Processor time that it takes, which other work on the machine hardly changes."""
    started = time.process_time()
    run()
    return time.process_time() - started


if __name__ == "__main__":
    main(*sys.argv[1:])
