"""Names and colours for objects that came without."""

from collections.abc import Collection
from itertools import chain, count

from masklet.masks.palette import overlay_colour


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, with the first number that makes it free where it is taken."""
    numbered = chain([name], (f"{name} {number}" for number in count(2)))
    return next(candidate for candidate in numbered if candidate not in taken)


def usual_name(number: int) -> str:
    """The name of an object for which none was chosen."""
    return f"Object {number}"


def colour_of(number: int) -> str:
    """The colour of an object for which none was chosen."""
    red, green, blue = overlay_colour(number - 1)
    return f"#{red:02x}{green:02x}{blue:02x}"
