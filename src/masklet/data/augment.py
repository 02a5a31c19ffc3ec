"""How pictures are changed at random, alike in all frames of a clip."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Augment:
    """Shares are of photos or clips. Crops, slight turns and colours are always at random.

    Attributes:
        mirrored: share that is mirrored.
        wide: share that is turned by up to 25 and leaned by up to 20 degrees, all angles as likely;
            the others by some 6 and 4.
        grey: share without colours.
        backwards: share of real clips whose frames run backwards.
        mosaic: share of clips that are seen four times, half as large, in the quarters of the
            frame: only the objects of one of them are asked for.
        cuts: share of clips in which another clip is seen from some frame on, or in one frame.
    """

    mirrored: float = 0.5
    wide: float = 0.0
    grey: float = 0.05
    backwards: float = 0.5
    mosaic: float = 0.0
    cuts: float = 0.3


USUAL = Augment()


def as_in_the_paper() -> Augment:
    """SAM 2's own settings (Ravi et al., 2024, appendix D.2, and its published training code)."""
    return Augment(wide=1.0, mosaic=0.15, cuts=0.0)
