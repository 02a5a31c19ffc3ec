"""How far effects reach: the numbers that both renderers, this one and the page's, draw by."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Lengths are in heights of the picture, so that a picture of any size looks the same.

    Attributes:
        outline: width of an outline at strength 1.
        blur: standard deviation of the background's blur at strength 1.
        erase_margin: how far past the object's edge it is erased at strength 1.
        fill_grid: height of the grid, in cells, on which what lies behind an object is guessed.
        fill_trust: so many times its share counts what is known, at each coarser level of it.
        cells_most, cells_least: how many cells may stand along the longer side of a hidden
            object at strength 0 and at strength 1. This few, nobody can be known by them.
        cell_smallest: side of the smallest cell.
        hide_margin: how far past its edge an object is hidden, in lengths of its longer side ...
        hide_margin_least, hide_margin_most: ... and within these bounds.
        trail_frames: frames that a trail is long at strength 1.
        trail_opacity: of a trail where it begins.
        trail_blur: standard deviation of its blur.
    """

    outline: float = 0.0125
    blur: float = 0.04
    erase_margin: float = 0.02
    fill_grid: int = 120
    fill_trust: float = 2.0
    cells_most: float = 8.0
    cells_least: float = 4.0
    cell_smallest: float = 1 / 60
    hide_margin: float = 0.05
    hide_margin_least: float = 0.005
    hide_margin_most: float = 0.03
    trail_frames: int = 24
    trail_opacity: float = 0.7
    trail_blur: float = 0.006


MEASURES = Measures()
