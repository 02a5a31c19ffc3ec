"""Overlays tint inside, outline the border, leave the rest alone, and say what is hidden."""

import numpy as np
import pytest

from masklet.draw.overlay import overlay
from masklet.errors import MediaError
from masklet.masks.palette import overlay_colour
from masklet.values import Prompt

HEIGHT, WIDTH = 240, 320
YS, XS = np.mgrid[:HEIGHT, :WIDTH]
DISK = (YS - 120) ** 2 + (XS - 160) ** 2 < 60**2


def ground(grey: int) -> np.ndarray:
    """An even picture."""
    return np.full((HEIGHT, WIDTH, 3), grey, np.uint8)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_inside_is_tinted_and_outside_untouched(grey: int) -> None:
    picture = ground(grey)
    colour = np.array((40, 90, 200))
    drawn = overlay(picture, DISK[None], colours=[(40, 90, 200)], alpha=0.5)
    assert (picture == grey).all()
    far = (YS - 120) ** 2 + (XS - 160) ** 2 > 66**2
    deep = (YS - 120) ** 2 + (XS - 160) ** 2 < 54**2
    assert (drawn[far] == grey).all()
    assert np.abs(drawn[deep].astype(int) - (colour + grey) / 2).max() <= 1
    border = np.abs(drawn[120, 95:106].astype(int) - drawn[120, 160].astype(int)).sum(axis=1)
    assert border.max() > 60


def test_the_contour_has_no_steps() -> None:
    """Along a slanting edge, the outline's centre of mass moves evenly from row to row."""
    mask = XS > 100 + 0.3 * YS
    drawn = overlay(ground(0), mask[None], colours=[(0, 0, 0)], alpha=0, contour=2)
    ink = drawn[40:200, :250, 0].astype(float)
    centres = (ink * np.arange(250)).sum(axis=1) / ink.sum(axis=1)
    line = np.polyval(np.polyfit(np.arange(160), centres, 1), np.arange(160))
    assert np.abs(centres - line).max() < 0.35
    assert 0 < np.count_nonzero((ink > 20) & (ink < 60)) < ink.size


def test_holes_stay_open_and_no_contour_is_possible() -> None:
    ring = DISK & ((YS - 120) ** 2 + (XS - 160) ** 2 > 30**2)
    drawn = overlay(ground(0), [ring], colours=[(200, 200, 200)], alpha=1, contour=0)
    assert (drawn[120, 160] == 0).all()
    assert (drawn[120, 115] == 200).all()
    changed = drawn[..., 0] > 100
    assert np.count_nonzero(changed ^ ring) < 0.06 * ring.sum()


def test_later_masks_lie_over_earlier_ones() -> None:
    left, right = XS < 200, XS > 100
    drawn = overlay(ground(0), [left, right], alpha=1, contour=0)
    assert tuple(drawn[120, 50]) == overlay_colour(0)
    assert tuple(drawn[120, 150]) == overlay_colour(1)
    assert (overlay(ground(7), np.zeros((0, HEIGHT, WIDTH), bool)) == 7).all()


def test_tiny_and_border_masks_are_drawn() -> None:
    for mask in (DISK | True, (YS == 0) & (XS == 0), YS == HEIGHT - 1, XS == 5):
        assert (overlay(ground(90), [mask], labels=["a"]) != 90).any()
    small = overlay(np.zeros((3, 2, 3), np.uint8), [np.ones((3, 2), bool)], labels=["long name"])
    assert small.shape == (3, 2, 3)


def test_labels_and_hidden_objects_are_written() -> None:
    empty = np.zeros_like(DISK)
    plain = overlay(ground(90), [DISK, empty])
    labelled = overlay(ground(90), [DISK, empty], labels=["cat", "ball"])
    changed = (plain != labelled).any(axis=2)
    above = changed[:60]
    corner = changed[-30:, :150]
    assert above.any()
    assert corner.any()
    assert changed.sum() == above.sum() + corner.sum()
    both = overlay(ground(90), [DISK, empty], labels=["cat", "ball"], visible=[True, True])
    assert not (both[-30:] != plain[-30:]).any()


def test_prompts_are_marked() -> None:
    prompt = Prompt(points=[(60, 50), (250, 180)], labels=[1, 0], box=(20, 20, 300, 220))
    drawn = overlay(ground(128), [], prompts=[prompt]).astype(int)
    inside, outside = drawn[50, 57], drawn[183, 250]
    assert inside[1] > inside[0] + 60
    assert outside[0] > outside[1] + 60
    assert (drawn[50, 50:71] > 240).all(axis=1).any()
    assert (drawn[20, 100] > 220).all()
    assert (drawn[18, 100] < 100).any()
    assert (overlay(ground(128), [], prompts=[Prompt(points=[(-40.0, 1e4)])]) == 128).all()


def test_what_does_not_fit_is_named() -> None:
    for changed, message in (
        ({"colours": [(1, 2, 3)] * 2}, "colours: 2 came for 1 masks"),
        ({"labels": []}, "labels: 0 came for 1 masks"),
        ({"visible": [True, False]}, "visible: 2 came for 1 masks"),
    ):
        with pytest.raises(MediaError, match=message):
            overlay(ground(0), [DISK], **changed)  # type: ignore[arg-type]
    with pytest.raises(MediaError, match="number 0"):
        overlay(ground(0), [DISK.T])
